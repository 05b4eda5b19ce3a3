/**
 * Crash tests: the real program on real disks, killed with -9 at random moments under load.
 *
 *     npm run crash -- --times 40 --database sqlite
 *     npm run postgres -- npm run crash -- --times 40 --database postgres
 *
 * After each kill it is started again, and must have lost nothing that it had acknowledged, contradict itself nowhere, and have
 * finished or taken back everything that was under way within five seconds: every record reads as it was written, and every
 * operation has ended as was wished, or says that it has not. It is killed while it makes its database as well, now
 * and then once more while it starts again, and now and then it is asked politely instead.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { seededRandom } from '../../src/lib/random.ts'
import { comesToRest, operations, tidyUp } from './checks.ts'
import { Client } from './client.ts'
import { makeDatabase } from '../support/own-database.ts'
import { Ledger } from './ledger.ts'
import { beginLoad } from './load.ts'
import { losses } from './losses.ts'
import { useAllHosts } from './operator.ts'
import { Program, startInVain } from './program.ts'

const { values } = parseArgs({
  options: {
    times: { type: 'string', default: '20' },
    database: { type: 'string', default: 'sqlite' },
    seed: { type: 'string', default: String(Date.now()) },
    seconds: { type: 'string', default: '3600' },
  },
})

const postgres = process.env['BERTH_TEST_POSTGRES_URL']
if (values.database === 'postgres' && postgres === undefined) {
  say('BERTH_TEST_POSTGRES_URL is not set: start this by `npm run postgres -- npm run crash -- …`')
  process.exit(1)
}
const own =
  values.database === 'postgres' && postgres !== undefined
    ? await makeDatabase(postgres, 'crash')
    : null
const dataDir = mkdtempSync(join(tmpdir(), 'berth-crash-'))
const place = { dataDir, database: own?.url ?? null }
const random = seededRandom(values.seed)
const limit = performance.now() + Number(values.seconds) * 1000
const ledger = new Ledger()
const rests: number[] = []
/** Operations that were under way when it was killed. */
let cutShort = 0
let passed = 0
let failed = 0

say(`crashes on ${values.database}, seed ${values.seed}`)
// The first time it is ready it has been killed at every stage of making its database.
for (let left = 4 + random.below(8); left > 0; left -= 1)
  await startInVain(place, random.below(1500))
let program = await Program.start(place)
await raiseLimits(await Client.logIn(program))
try {
  while (passed + failed < Number(values.times) && performance.now() < limit) {
    const found = await crashOnce()
    if (found.length === 0) passed += 1
    else failed += 1
    for (const line of found) say(`  WRONG: ${line}`)
    if (failed > 3) break
    if ((passed + failed) % 25 === 0) say(`${passed + failed} so far, ${sums()}`)
  }
} finally {
  await program.kill()
  await own?.drop()
  if (failed === 0) rmSync(dataDir, { recursive: true, force: true })
}
const slowest = Math.max(0, ...rests)
say(
  `killed ${passed + failed} times, ${cutShort} operations under way: ${sums()}; ` +
    `at rest after ${Math.round(median(rests))} ms (at most ${Math.round(slowest)})`,
)
const kinds = [...ledger.accepted].map(([what, times]) => `${times} ${what}`)
say(kinds.join(', '))
if (failed > 0) say(`what it left is in ${dataDir}`)
say(JSON.stringify({ passed, failed, skipped: [] }))
process.exitCode = failed > 0 ? 1 : 0

/** One load, one kill, one restart. Returns what was wrong then. */
async function crashOnce(): Promise<readonly string[]> {
  const before = await Client.logIn(program)
  await slowDown(before, random.below(3) * 150)
  const load = beginLoad(before, ledger, random.fork(`load ${passed + failed}`))
  const had = ledger.acknowledged
  await pause(30 + random.below(900))
  // On a machine that is busy with other things hardly anything may have been acknowledged yet, which then could not be lost.
  const wanted = had + 1 + random.below(60)
  for (let left = 250; left > 0 && ledger.acknowledged < wanted; left -= 1) await pause(20)
  cutShort += (await operations(before)).length
  const isAsked = random.below(8) === 0
  const code = isAsked ? await program.stop() : null
  if (!isAsked) await program.kill()
  load.stop()
  await load.over
  while (random.below(4) === 0) await startInVain(place, random.below(1200))
  program = await Program.start(place)
  const began = performance.now()
  // A token is acknowledged like anything else.
  const client = before.at(program)
  const rest = await comesToRest(client, began)
  if ('afterMs' in rest) rests.push(rest.afterMs)
  const impolite = isAsked && code !== 0 ? [`asked to stop, it ended with ${code}`] : []
  const wrong = 'wrong' in rest ? [`not at rest after the restart: ${rest.wrong}`] : []
  const lost = await losses(client, ledger)
  const unused = await useAllHosts(client)
  const again = await comesToRest(client, performance.now())
  if ('wrong' in again) wrong.push(`not at rest when all hosts are used again: ${again.wrong}`)
  await tidyUp(client, ledger)
  return [...impolite, ...wrong, ...unused, ...lost.map((what) => `lost: ${what}`)]
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}

/** The load has room for more servers than a new project has. */
async function raiseLimits(client: Client): Promise<void> {
  const limits = { instances: 200, cores: 400, ram: 1_000_000 }
  const path = `/compute/v2.1/os-quota-sets/${client.projectId}`
  const reply = await client.ask('PUT', path, { quota_set: limits })
  if (reply?.status !== 200) throw new Error(`raising the limits answered ${reply?.status}`)
}

/** Hosts take longer, so that operations are under way when the end comes. A restart makes them as fast as they were. */
async function slowDown(client: Client, delay: number): Promise<void> {
  const faults = delay === 0 ? [] : [{ on: '*', delay }]
  const reply = await client.ask('PUT', '/berth/v1/faults', { faults })
  if (reply?.status !== 200) throw new Error(`slowing down the hosts answered ${reply?.status}`)
}

function sums(): string {
  const { acknowledged, unanswered, refused, ends } = ledger
  const answers = `${acknowledged} acknowledged, ${unanswered} unanswered, ${refused} refused`
  return `${answers}; of the last of each server ${ends.well} went well, ${ends.badly} said why not`
}

function median(of: readonly number[]): number {
  return of.toSorted((one, other) => one - other)[Math.floor(of.length / 2)] ?? 0
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
