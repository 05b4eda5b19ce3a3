/**
 * Everything: `npm test` as a newcomer would run it, then, with what Debian has for the rest, all other suites.
 *
 * Ends with one line, `N passed, N failed`, over all suites; and with an error if anything failed, or was skipped.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepare, root } from '../bootstrap.mjs'
import { install } from './needs.mjs'
import { runSuites, summarize } from './runner.mjs'
import { suites } from './suites.mjs'

const budgetMs = 20 * 60_000
const deadline = Date.now() + budgetMs

const asFound = npmTest()
const rest = suites.filter(({ name }) => !asFound.has(name) || asFound.get(name).absent)
install([...new Set(rest.flatMap(({ needs }) => needs))])
const others = await runSuites(rest, { node: await prepare(), deadline })
const { failed, skipped } = summarize(new Map([...asFound, ...others]))
process.exitCode = failed > 0 || (process.env.CI === 'true' && skipped.length > 0) ? 1 : 0

/** Runs `npm test` and returns its results, by suite. */
function npmTest() {
  const folder = mkdtempSync(join(tmpdir(), 'berth-ci-'))
  const file = join(folder, 'results.json')
  const env = { ...process.env, BERTH_RESULTS: file }
  try {
    spawnSync('npm', ['test'], {
      cwd: root,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: budgetMs,
    })
    return new Map(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    console.log(`npm test: ${error.message}`)
    return new Map([['npm test', { passed: 0, failed: 1, skipped: [] }]])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
