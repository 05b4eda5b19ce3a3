/**
 * Runs suites and adds up what they say: one after the other, and beside them, lane by lane, those that wait more than they work.
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
  // In the order in which they were given.
  const results = new Map(suites.map(({ name }) => [name, null]))
  const postgres = lazy(startPostgres)
  const runAll = async (lane, print) => {
    for (const suite of lane) {
      const say = print()
      const began = performance.now()
      const result = await runSuite(suite, { node, deadline, postgres, say })
      results.set(suite.name, { ...result, seconds: (performance.now() - began) / 1000 })
      say.end()
    }
  }
  try {
    const lanes = [...new Set(suites.map(({ lane }) => lane))]
    const run = async (name) => {
      const own = suites.filter(({ lane }) => lane === name)
      await runAll(own, name === undefined ? aloud : inOnePiece)
    }
    await Promise.all(lanes.map(run))
  } finally {
    await postgres.stop()
  }
  return results
}

function aloud() {
  return Object.assign((text) => process.stdout.write(text), { end: () => {} })
}

/** For a suite beside others: what it says comes when it is over. */
function inOnePiece() {
  const said = []
  return Object.assign((text) => said.push(text), {
    end: () => process.stdout.write(said.join('')),
  })
}

/** What a suite that did not run found. */
function skipped({ name }, lacks, say) {
  say(`\n== ${name}: skipped, for want of ${lacks.join(', ')}\n`)
  return { passed: 0, failed: 0, skipped: [`${name} (no ${lacks.join(', ')} here)`], absent: true }
}

async function runSuite(suite, { node, deadline, postgres, say }) {
  const lacks = missing(suite.needs)
  if (lacks.length > 0) return skipped(suite, lacks, say)
  say(`\n== ${suite.name}\n`)
  const folder = mkdtempSync(join(tmpdir(), 'berth-suite-'))
  const tallyFile = join(folder, 'tally.json')
  try {
    const env = { ...environment(node), BERTH_TALLY: tallyFile }
    if (suite.needs.includes('postgresql')) env.BERTH_TEST_POSTGRES_URL = await postgres.url()
    const limitMs = Math.min(suite.minutes * 60_000, deadline - Date.now())
    const { code, late, output } = await execute(suite.command(node), env, { limitMs, say })
    const said = existsSync(tallyFile) ? readFileSync(tallyFile, 'utf8') : lastObject(output)
    return judge(suite, { code, late, said, say })
  } catch (error) {
    return failure(suite, { why: error.message, say })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function execute([command, ...args], env, { limitMs, say }) {
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
      say(text)
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

function judge(suite, { code, late, said, say }) {
  const fail = (why, passed = 0) => failure(suite, { why, passed, say })
  if (late) return fail('it took too long and was stopped')
  if (said === undefined) return fail(`it ended with ${code} and said no numbers`)
  const { passed, failed, skipped: names = [], pending = [], failures = [] } = JSON.parse(said)
  if (passed + failed + names.length === 0) return fail('it ran nothing')
  if (failed === 0 && code !== 0) return fail(`it ended with ${code}`, passed)
  return { passed, failed, skipped: names, pending: pending.length, failures }
}

function failure({ name }, { why, passed = 0, say }) {
  say(`✗ ${name}: ${why}\n`)
  return { passed, failed: 1, skipped: [], failures: [why] }
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

/** Prints what each suite found, what failed and what was skipped by name, and as the last line the sum. Returns the sum. */
export function summarize(results) {
  const sum = { passed: 0, failed: 0, skipped: [], pending: 0 }
  console.log('')
  for (const [name, result] of results) {
    const { passed, failed, skipped: names, pending = 0, absent, seconds } = result
    const rest = [
      `${failed} failed`,
      names.length > 0 ? `${names.length} skipped` : '',
      pending > 0 ? `${pending} pending` : '',
      seconds === undefined ? '' : `${seconds.toFixed(0)} s`,
    ]
    console.log(
      `${name}: ${absent ? 'skipped' : [`${passed} passed`, ...rest.filter(Boolean)].join(', ')}`,
    )
    sum.passed += passed
    sum.failed += failed
    sum.skipped.push(...names)
    sum.pending += pending
  }
  for (const [name, { failures = [] }] of results)
    for (const title of failures) console.log(`failed: ${name}: ${title}`)
  for (const name of sum.skipped) console.log(`skipped: ${name}`)
  console.log(`${sum.passed} passed, ${sum.failed} failed`)
  return sum
}
