/**
 * Placement's own functional suite against `npm start -- --auth noauth`, with Placement at the root of a port of its own.
 *
 * The suite lies beside the repository and is not part of it. What is given is handed on to its runner: `--profiles=…`,
 * names of files.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startCloud } from '../support/real-cloud.ts'

const suite = fileURLToPath(new URL('../../../shared/conformance/placement', import.meta.url))

/** What the runner writes. */
type Results = {
  readonly files: readonly {
    readonly file: string
    readonly tests: readonly { readonly test: string; readonly outcome: string }[]
  }[]
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  // What a server that listens on TCP says.
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

const leaving: (() => void | Promise<void>)[] = []
try {
  const folder = mkdtempSync(join(tmpdir(), 'berth-conformance-'))
  leaving.push(() => rmSync(folder, { recursive: true, force: true }))
  const port = await freePort()
  const args = ['--auth', 'noauth', '--placement-port', String(port)]
  const cloud = await startCloud({ after: (work) => void leaving.push(work) }, { args })
  const results = join(folder, 'results.json')
  spawnSync(
    // Debian's packages belong to Debian's Python.
    '/usr/bin/python3',
    [
      join(suite, 'run.py'),
      `--url=http://127.0.0.1:${port}`,
      `--gabbits=${join(suite, 'gabbits')}`,
      `--reset-url=${cloud.url}/berth/v1/reset`,
      '--profiles=all',
      `--json=${results}`,
      ...process.argv.slice(2),
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  )
  const { files } = JSON.parse(readFileSync(results, 'utf8')) as Results
  const tests = files.flatMap(({ file, tests: rows }) =>
    rows.map(({ test, outcome }) => ({ name: `${file}: ${test}`, outcome })),
  )
  const skipped = tests.filter(({ outcome }) => outcome === 'skip').map(({ name }) => name)
  const passed = tests.filter(({ outcome }) => outcome === 'pass').length
  const failed = tests.length - passed - skipped.length
  console.log(JSON.stringify({ passed, failed, skipped }))
  if (failed > 0 || passed === 0) process.exitCode = 1
} finally {
  for (const work of leaving.toReversed()) await work()
}
