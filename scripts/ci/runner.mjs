/**
 * Runs suites one after the other and adds up what they say.
 *
 * What is counted was said by the suite that ran; what did not run is named. A suite runs in a process group of its own,
 * so that one that takes too long is ended with everything it started.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environment, root } from '../bootstrap.mjs'
import { missing } from './needs.mjs'
import { startPostgres } from './postgres.mjs'

const keptForCounting = 64 * 1024

/** The results of the given suites, by name. No suite starts, or goes on, after the deadline. */
export async function runSuites(suites, { node, deadline }) {
  const results = new Map()
  const postgres = lazy(startPostgres)
  try {
    for (const suite of suites) {
      const lacks = missing(suite.needs)
      const result =
        lacks.length > 0
          ? skipped(suite, lacks)
          : await runSuite(suite, { node, deadline, postgres })
      results.set(suite.name, result)
    }
  } finally {
    await postgres.stop()
  }
  return results
}

/** What a suite that did not run found. */
function skipped({ name }, lacks) {
  console.log(`\n== ${name}: skipped, for want of ${lacks.join(', ')}`)
  return { passed: 0, failed: 0, skipped: [`${name} (no ${lacks.join(', ')} here)`], absent: true }
}

async function runSuite(suite, { node, deadline, postgres }) {
  console.log(`\n== ${suite.name}`)
  const folder = mkdtempSync(join(tmpdir(), 'berth-suite-'))
  const tallyFile = join(folder, 'tally.json')
  try {
    const env = { ...environment(node), BERTH_TALLY: tallyFile }
    if (suite.needs.includes('postgresql')) env.BERTH_TEST_POSTGRES_URL = await postgres.url()
    const limitMs = Math.min(suite.minutes * 60_000, deadline - Date.now())
    const { code, late, output } = await execute(suite.command(node), env, limitMs)
    const said = existsSync(tallyFile) ? readFileSync(tallyFile, 'utf8') : lastObject(output)
    return judge(suite, { code, late, said })
  } catch (error) {
    return failure(suite, error.message)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function execute([command, ...args], env, limitMs) {
  return new Promise((resolve, reject) => {
    if (limitMs <= 0) throw new Error('no time was left for it')
    const stdio = ['ignore', 'pipe', 'inherit']
    const child = spawn(command, args, { cwd: root, env, stdio, detached: true })
    const endAll = (signal) => process.kill(-child.pid, signal)
    let output = ''
    let late = false
    const timer = setTimeout(() => {
      late = true
      endAll('SIGKILL')
    }, limitMs)
    const interrupted = (signal) => {
      endAll(signal)
      process.exit(1)
    }
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, interrupted)
    child.stdout.setEncoding('utf8').on('data', (text) => {
      process.stdout.write(text)
      output = (output + text).slice(-keptForCounting)
    })
    const over = () => {
      clearTimeout(timer)
      for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, interrupted)
    }
    child.on('error', (error) => {
      over()
      reject(error)
    })
    child.on('close', (code) => {
      over()
      resolve({ code, late, output })
    })
  })
}

function lastObject(output) {
  return output
    .trimEnd()
    .split('\n')
    .findLast((line) => line.startsWith('{"'))
}

function judge(suite, { code, late, said }) {
  if (late) return failure(suite, 'it took too long and was stopped')
  if (said === undefined) return failure(suite, `it ended with ${code} and said no numbers`)
  const { passed, failed, skipped: names = [], pending = [] } = JSON.parse(said)
  if (passed + failed + names.length === 0) return failure(suite, 'it ran nothing')
  if (failed === 0 && code !== 0) return failure(suite, `it ended with ${code}`, passed)
  return { passed, failed, skipped: names, pending: pending.length }
}

function failure({ name }, why, passed = 0) {
  console.log(`✗ ${name}: ${why}`)
  return { passed, failed: 1, skipped: [] }
}

/** PostgreSQL for the suites that need it: started by the first, used by all. */
function lazy(start) {
  let started = null
  return {
    url: async () => (await (started ??= start())).url,
    // One that did not start has failed its suites already.
    stop: async () => await (await started?.catch(() => null))?.stop(),
  }
}

/** Prints what each suite found, and as the last line the sum. Returns the sum. */
export function summarize(results) {
  const sum = { passed: 0, failed: 0, skipped: [], pending: 0 }
  console.log('')
  for (const [name, { passed, failed, skipped: names, pending = 0, absent }] of results) {
    const rest = [
      `${failed} failed`,
      names.length > 0 ? `${names.length} skipped` : '',
      pending > 0 ? `${pending} pending` : '',
    ]
    console.log(
      `${name}: ${absent ? 'skipped' : [`${passed} passed`, ...rest.filter(Boolean)].join(', ')}`,
    )
    sum.passed += passed
    sum.failed += failed
    sum.skipped.push(...names)
    sum.pending += pending
  }
  for (const name of sum.skipped) console.log(`skipped: ${name}`)
  console.log(`${sum.passed} passed, ${sum.failed} failed`)
  return sum
}
