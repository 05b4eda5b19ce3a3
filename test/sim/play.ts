/**
 * Plays a story from its beginning to its end, or to the first thing that must not be.
 *
 * After each round everything is healed and whatever is under way must come to rest; then what is on the hosts is compared with
 * the records. In the end every server is deleted, and nothing may be left.
 */
import type { Violation } from './judge.ts'
import { auditRecords } from '../../src/app/audit/audit.ts'
import { Requests } from './requests.ts'
import { checkRest } from './rest.ts'
import { query, serverRows } from './rows.ts'
import { openStage } from './stage.ts'
import type { Stage } from './stage.ts'
import type { Entry, HostEntry, ProcessEntry, Round, Story } from './story.ts'
import { sayEntry } from './story.ts'

export type Played = {
  readonly violations: readonly Violation[]
  /** Two runs are the same when their digests are. */
  readonly digest: string
  readonly lines: readonly string[]
  readonly accepted: number
  readonly refused: number
  readonly commits: number
  readonly events: number
  /** How much time passed on the virtual clock, in ms. */
  readonly lastedMs: number
}

/** Long enough for every patience, lease and backoff that there is; what has not come to rest then never will. */
const restWithinMs = 30 * 60_000

export async function play(
  story: Story,
  options: { readonly keep?: number } = {},
): Promise<Played> {
  const stage = await openStage(story, options.keep ?? 200)
  const requests = new Requests(stage)
  try {
    for (const round of story.rounds) {
      if (!stage.judge.isContent) break
      await playRound(stage, requests, round)
    }
    if (stage.judge.isContent) await endStory(stage, requests)
    return {
      violations: stage.judge.violations,
      digest: stage.trace.digest(),
      lines: stage.trace.lines(),
      accepted: requests.accepted,
      refused: requests.refused,
      commits: stage.records.commits,
      events: stage.trace.events,
      lastedMs: stage.clock.now(),
    }
  } finally {
    await stage.close()
  }
}

async function playRound(stage: Stage, requests: Requests, round: Round): Promise<void> {
  const { clock, trace, faults, judge } = stage
  trace.say(`--- a round begins, with faults ${JSON.stringify(round.faults)}`)
  faults.replace({ faults: round.faults })
  const healing: (() => void)[] = []
  for (const entry of round.entries) {
    clock.after(entry.at, () => {
      if (judge.isContent) happen(stage, requests, entry, healing)
    })
  }
  const last = Math.max(0, ...round.entries.map(({ at }) => at))
  await clock.advance(last + 1)
  trace.say('--- everything heals')
  faults.replace({ faults: [] })
  for (const heal of healing) heal()
  await comeToRest(stage, requests)
  await reconcile(stage, requests)
  if (judge.isContent) await lookAround(stage, requests)
}

function happen(stage: Stage, requests: Requests, entry: Entry, healing: (() => void)[]): void {
  switch (entry.kind) {
    case 'request':
      void requests.make(entry)
      return
    case 'crash':
    case 'stall':
      stage.trace.say(`ordered: ${sayEntry(entry)}`)
      healing.push(orderBlow(stage, entry))
      return
    case 'host':
      stage.trace.say(sayEntry(entry))
      healing.push(strikeHost(stage, requests, entry))
  }
}

/** Orders that the process dies or stands still. Returns what heals it. */
function orderBlow(stage: Stage, entry: ProcessEntry): () => void {
  const { clock, trace } = stage
  const process = stage.processes[entry.process]
  if (process === undefined) return () => {}
  const { gate } = process
  const dies = entry.kind === 'crash'
  let struck = false
  const heal = once(() => {
    takeBack()
    if (!struck || !stage.judge.isContent) return
    if (dies) stage.start(entry.process)
    else {
      trace.say(`process ${entry.process} goes on`)
      gate.reopen()
    }
    if (dies && entry.withAgents === true)
      for (const host of stage.hostNames()) stage.hosts.restart(host)
  })
  const strike = (): void => {
    struck = true
    trace.say(`process ${entry.process} ${dies ? 'dies' : 'stands still'}`)
    if (dies) gate.remove()
    else gate.shut()
    if (dies && entry.withAgents === true)
      for (const host of stage.hostNames()) stage.hosts.crash(host)
    clock.after(entry.forMs, heal)
  }
  const takeBack = gate.order({ kind: entry.kind, strike }, entry.moment)
  return heal
}

function strikeHost(stage: Stage, requests: Requests, entry: HostEntry): () => void {
  const { clock, hosts, trace, world } = stage
  const host = stage.hostNames()[entry.host - 1]
  if (host === undefined) return () => {}
  const strike = {
    crash: () => hosts.crash(host),
    'cut-off': () => hosts.setReachable(host, false),
    'lose-power': () => {
      hosts.crash(host)
      world.losePower(host)
    },
    'give-up': () => {
      stage.givenUp.add(host)
      void requests.giveUpHost(host, true)
    },
  }
  strike[entry.what]()
  const heal = once(() => {
    trace.say(`${host} is back`)
    // Whom an operator took for lost is lost until the operator says otherwise: see `reconcile`.
    if (entry.what === 'cut-off') hosts.setReachable(host, true)
    else if (entry.what !== 'give-up') hosts.restart(host)
  })
  clock.after(entry.forMs, heal)
  return heal
}

/** Lets time pass until nothing is under way. */
async function comeToRest(stage: Stage, requests: Requests): Promise<void> {
  const { clock, judge, records } = stage
  const limit = clock.now() + restWithinMs
  const starting = (): boolean => stage.processes.some((process) => process.cloud() === null)
  // A host that is back is not at rest before it has caught up.
  const away = (): boolean => stage.hostNames().some((host) => !stage.hosts.isUp(host))
  const busy = (): boolean =>
    records.active.size > 0 || requests.underWay > 0 || starting() || away()
  await clock.settle()
  while (judge.isContent && busy() && clock.now() < limit) await clock.next()
  if (requests.underWay > 0 && judge.isContent)
    judge.fail('stuck', `${requests.underWay} requests are never answered`)
  if (away() && judge.isContent) judge.fail('stuck', 'a host never comes back')
}

/** Lets every reconciler of one process that mends have a look, twice where what the first look begins the second may follow up. */
async function reconcile(stage: Stage, requests: Requests): Promise<void> {
  const { clock, judge } = stage
  const mending = ['power states', 'returned hosts', 'stray plugs', 'power states', 'stray plugs']
  for (const name of mending) {
    if (!judge.isContent) return
    const cloud = stage.processes[0]?.cloud()
    const run = { over: cloud === null || cloud === undefined }
    const failed = (thrown: unknown): void => judge.fail('bug', `${name}: ${String(thrown)}`)
    void cloud?.loops
      .runNow(name)
      .catch(failed)
      .finally(() => {
        run.over = true
      })
    await clock.settle()
    while (judge.isContent && !run.over) await clock.next()
    await comeToRest(stage, requests)
    if (name === 'returned hosts') await useAgain(stage, requests)
  }
}

/** Hosts that were given up are used again: nothing that was evacuated from them can be left there by now. */
async function useAgain(stage: Stage, requests: Requests): Promise<void> {
  const { judge, givenUp } = stage
  for (const host of givenUp) {
    const asked = { accepted: false }
    void requests.giveUpHost(host, false).then((accepted) => {
      asked.accepted = accepted
    })
    await comeToRest(stage, requests)
    if (judge.isContent && !asked.accepted) judge.fail('stuck', `${host} cannot be used again`)
  }
  givenUp.clear()
}

async function lookAround(stage: Stage, requests: Requests): Promise<void> {
  const { judge, store, world, clock, records } = stage
  await store.read(async (reader) => {
    await checkRest(reader, judge, world.guests())
    for (const id of requests.created) {
      if (!records.seen.has(id)) judge.fail('lost', `server ${id} was accepted, and is not there`)
    }
    for (const id of requests.deleted) {
      const server = records.seen.get(id)
      const refused = records.undeleted.has(id)
      if (server !== undefined && server.alive !== null && !refused)
        judge.fail('O7', `${server.name} was to be deleted, and is ${server.vm_state}`)
    }
  })
  // And what Berth's own audit says, which must come to the same.
  const listing = Map.groupBy(world.guests(), ({ host }) => host)
  for (const host of stage.hostNames()) if (!listing.has(host)) listing.set(host, [])
  for (const { invariant, says } of await auditRecords({ store, clock }, listing))
    judge.fail(invariant, `the audit says: ${says}`)
}

/** Deletes whatever is left; then nothing may be held, charged or running anywhere. */
async function endStory(stage: Stage, requests: Requests): Promise<void> {
  const { judge, store, world, trace } = stage
  trace.say('--- the story is over: every server is deleted')
  const rows = await store.read(serverRows)
  for (const { id, alive } of rows) if (alive !== null) void requests.remove(id)
  await comeToRest(stage, requests)
  if (!judge.isContent) return
  await lookAround(stage, requests)
  await store.read(async (reader) => {
    const left = await query<{ what: string; n: number }>(
      reader,
      `SELECT 'living servers' AS what, count(*) AS n FROM servers WHERE alive = 1
       UNION ALL SELECT 'allocations', count(*) FROM allocations
       UNION ALL SELECT 'consumers', count(*) FROM consumers
       UNION ALL SELECT 'open moves', count(*) FROM migrations WHERE open = 1
       UNION ALL SELECT 'cores charged', coalesce(sum(cores), 0) FROM usages
       UNION ALL SELECT 'servers charged', coalesce(sum(instances), 0) FROM usages
       UNION ALL SELECT 'cores charged to users', coalesce(sum(cores), 0) FROM user_usages
       UNION ALL SELECT 'servers charged to users', coalesce(sum(instances), 0) FROM user_usages
       UNION ALL SELECT 'ports', count(*) FROM ports
       UNION ALL SELECT 'attachments of volumes', count(*) FROM volume_attachments`,
    )
    for (const { what, n } of left)
      if (n > 0) judge.fail('leak', `${n} ${what} are left in the end`)
  })
  const bodies = world.guests().length
  if (bodies > 0) judge.fail('leak', `${bodies} bodies are left on hosts in the end`)
}

function once(work: () => void): () => void {
  let done = false
  return () => {
    if (!done) work()
    done = true
  }
}
