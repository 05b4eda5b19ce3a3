/**
 * Placement's own functional suite, run against a server of ours. It lies beside the repository and is not part of it; the
 * suite is skipped where it is missing (suites.mjs).
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../bootstrap.mjs'

const suite = join(root, '..', 'shared', 'conformance', 'placement')
const server = spawn(
  process.execPath,
  [join(root, 'test', 'support', 'placement-conformance.ts')],
  { stdio: ['pipe', 'pipe', 'inherit'] },
)
const folder = mkdtempSync(join(tmpdir(), 'berth-conformance-'))
try {
  const [line] = await once(server.stdout, 'data')
  const url = String(line).trim()
  const results = join(folder, 'results.json')
  const { stdout } = spawnSync(
    '/usr/bin/python3',
    [
      join(suite, 'run.py'),
      `--url=${url}`,
      `--gabbits=${join(suite, 'gabbits')}`,
      `--reset-url=${url}/berth/v1/reset`,
      '--profiles=all',
      `--json=${results}`,
      ...process.argv.slice(2),
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 28 },
  )
  process.stdout.write(stdout)
  const tests = JSON.parse(readFileSync(results, 'utf8')).files.flatMap(({ file, tests: rows }) =>
    rows.map((row) => ({ ...row, name: `${file}: ${row.test}` })),
  )
  const failed = tests.filter(({ outcome }) => outcome !== 'pass' && outcome !== 'skip')
  const skipped = tests.filter(({ outcome }) => outcome === 'skip').map(({ name }) => name)
  const passed = tests.length - failed.length - skipped.length
  process.stdout.write(`${JSON.stringify({ passed, failed: failed.length, skipped })}\n`)
  process.exitCode = failed.length === 0 ? 0 : 1
} finally {
  server.stdin.end()
  await once(server, 'exit')
  rmSync(folder, { recursive: true })
}
