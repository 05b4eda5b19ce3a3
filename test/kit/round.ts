/** Playing one round to its end, and checking everything that must hold then. */
import assert from 'node:assert/strict'
import type { Guest } from '../../src/drivers/virt-driver.ts'
import { operations } from '../../src/operations/registry.ts'
import { find } from '../../src/store/sagas/reading.ts'
import type { Moment, Watch } from '../../src/saga/moment.ts'
import { onBench, sketch, theServer } from './bench.ts'
import type { Bench, Position } from './bench.ts'
import { Control, removeForGood } from './control.ts'
import { post } from './post.ts'
import type { Post } from './post.ts'
import { ringing } from './ringing.ts'
import { successes } from './scenario.ts'
import type { Ends, Scenario } from './scenario.ts'
import type { Strike, Trail, Weather } from './weather.ts'

export type Outcome = { readonly trail: Trail; readonly end: string }

const gone = /^DELETED; move \w+; no body$/
/** Of contradictions the scenario tells itself, bodies among them. */
const goneOrLeft = /^DELETED; move \w+; /

/** How long a saga may take before what is broken is healed, in virtual ms. */
const patienceMs = 20 * 60_000
const alarmsMax = 5_000
const turnsMax = 100
/** When all has ended, calls that are still on their way arrive. */
const lateAtMostMs = 120_000

/** @throws AssertionError when something does not hold. */
export async function play(
  position: Position,
  weather: Weather,
  strike: Strike | null,
): Promise<Outcome> {
  const { scenario } = position
  const moments: Moment[] = []
  const control = new Control(weather, strike)
  const posts: Post[] = []
  const watch = (bench: () => Bench): Watch => {
    return async (moment) => {
      const index = moments.push(moment) - 1
      await control.at(bench(), moment, index)
    }
  }
  return await onBench(
    position,
    {
      watch,
      between: (hosts) => {
        const made = post(hosts, weather, () => position.stage.clock())
        posts.push(made)
        return made.hosts
      },
    },
    async (bench) => {
      const { cloud, clock } = bench
      cloud.faults.replace({ faults: weather.faults })
      await scenario.ask(cloud)
      const server = await theServer(cloud)
      const own = `server/${server}`
      const free = await toEnd(bench, control, patienceMs, ownedOf(scenario, own))
      // What comes after is only the cleaning of hosts that work again.
      const trail = { moments: [...moments], calls: posts.flatMap(({ calls }) => calls) }
      if (control.deleted && !free) {
        const owned = (await cloud.underWay()).some(({ subject }) => subject === own)
        assert.ok(!owned, 'the delete waits for a host that is gone')
      }
      cloud.heal()
      control.heal()
      for (const each of posts) each.heal()
      assert.ok(await toEnd(bench, control, patienceMs, null), 'an operation never ends')
      if (weather.mishap !== null) await clock.advance(lateAtMostMs)
      for (const each of posts) await ringing(clock, each.deliverHeld())
      if (control.deleted) {
        await gaveWay(bench, moments, strike)
        await deletedAfterAll(bench, control)
      }
      const end = await told(bench, scenario)
      if (control.deleted) endedGone(end, scenario)
      else assertOneOf(end, endsOf(scenario, weather, strike, free))
      if (scenario.drifts !== undefined) {
        await powersSeen(bench, control)
        if (!control.deleted) assertOneOf(await told(bench, scenario), scenario.drifts)
      }
      if (scenario.leaves === undefined) assert.deepEqual(await cloud.audit(), [])
      await sentOnceMore(bench, posts, weather, control)
      return { trail, end }
    },
  )
}

function endsOf(scenario: Scenario, weather: Weather, strike: Strike | null, free: boolean): Ends {
  // What struck may keep a step from being refused at all.
  const spared = strike !== null && weather.refusal !== null
  // What waits longer than we do finds hosts and records that work again.
  const lasts = weather.refusal?.times === Infinity || weather.faults.some((each) => 'hang' in each)
  const waited = !free && lasts
  const lost = strike?.kind.startsWith('crash') === true || strike?.kind === 'take-over'
  return [
    ...weather.ends,
    ...(spared || waited ? successes(scenario) : []),
    ...(lost ? (scenario.forgotten ?? []) : []),
  ]
}

function assertOneOf(end: string, ends: Ends): void {
  assert.ok(ends.includes(end), `${end}\n  is none of\n  ${ends.join('\n  ')}`)
}

async function told({ cloud }: Bench, { tells }: Scenario): Promise<string> {
  const end = await sketch(cloud, await theServer(cloud))
  return tells === undefined ? end : `${end}; ${await tells(cloud)}`
}

function ownedOf({ waitsFor }: Scenario, own: string): string | null {
  return waitsFor === undefined ? own : null
}

function endedGone(end: string, { tells, toldWhenGone, leaves }: Scenario): void {
  if (tells === undefined) return assert.match(end, gone)
  const [status, move, body, ...rest] = end.split('; ')
  assert.match([status, move, body].join('; '), leaves === undefined ? gone : goneOrLeft)
  if (toldWhenGone !== undefined) assertOneOf(rest.join('; '), toldWhenGone)
}

/** What was asked to stop begins no further step, unless that leads past its point of no return. */
async function gaveWay(
  { cloud }: Bench,
  moments: readonly Moment[],
  strike: Strike | null,
): Promise<void> {
  const at = strike === null ? undefined : moments[strike.at]
  const saga = operations.find(({ name }) => name === at?.saga)
  if (strike === null || at === undefined || saga === undefined || at.direction !== 'do') return
  const asked = await cloud.store.read(async (reader) => await find(reader, at.sagaId))
  if (asked === null || asked.interrupt === null) return
  const indexOf = (step: string): number => saga.steps.findIndex(({ name }) => name === step)
  // What the step under way came to is still written down.
  const farthest = indexOf(at.step) + 1
  if (saga.pointOfNoReturn !== null && farthest >= saga.pointOfNoReturn.at) return
  const further = moments
    .slice(strike.at + 1)
    .filter(({ sagaId, direction }) => sagaId === at.sagaId && direction === 'do')
    .filter((moment) => moment.at === 'before-call' || moment.at === 'in-commit')
    .find(({ step }) => indexOf(step) > farthest)
  assert.ok(further === undefined, `${at.saga} does not give way: it begins ${further?.step}`)
}

/** A delete that a host refused is asked for again, as its owner would. */
async function deletedAfterAll(bench: Bench, control: Control): Promise<void> {
  const { cloud } = bench
  const server = await theServer(cloud)
  if ((await cloud.status(server)) === 'DELETED') return
  assert.equal(await cloud.status(server), 'ERROR', 'a delete that fails says so')
  await removeForGood(bench)
  assert.ok(await toEnd(bench, control, patienceMs, null), 'the second delete never ends')
}

/** What the operation could not know is found out by those whose business it is. */
async function powersSeen(bench: Bench, control: Control): Promise<void> {
  const { cloud, clock } = bench
  // A host that was away asks what it has lost before it counts as up.
  for (
    let turns = 0;
    turns < turnsMax && !cloud.hosts.names().every(cloud.hosts.isUp);
    turns += 1
  ) {
    await clock.settle()
  }
  for (const loop of ['power states', 'stray plugs']) await cloud.cloud.loops.runNow(loop)
  assert.ok(await toEnd(bench, control, patienceMs, null), 'what follows from it never ends')
}

/** Whatever was sent comes once more. What was answered is not done again, and what was destroyed stays so. */
async function sentOnceMore(
  { cloud, clock }: Bench,
  posts: readonly Post[],
  weather: Weather,
  control: Control,
): Promise<void> {
  const before = cloud.world.guests()
  for (const each of posts) {
    assert.ok(await ringing(clock, each.sendAgain()), 'a late call is never answered')
  }
  await clock.settle()
  if (weather.faults.length === 0 && weather.mishap === null) {
    assert.deepEqual(cloud.world.guests(), before)
  }
  if (control.deleted) {
    const known = new Set(before.map(placeOf))
    const made = cloud.world.guests().filter((body) => !known.has(placeOf(body)))
    assert.deepEqual(made, [], 'a late call made a guest again')
  }
}

function placeOf({ server, host, role }: Guest): string {
  return `${role} of ${server} on ${host}`
}

/** Lets time pass until no operation owns the subject, or none anything. False when that takes longer than the limit. */
async function toEnd(
  bench: Bench,
  control: Control,
  limitMs: number,
  subject: string | null,
): Promise<boolean> {
  const { cloud, clock } = bench
  const until = clock.now() + limitMs
  for (let alarms = 0; alarms < alarmsMax && clock.now() < until; alarms += 1) {
    await clock.settle()
    if (await control.goesOn(bench)) continue
    const active = await cloud.underWay()
    if (!active.some((each) => subject === null || each.subject === subject)) return true
    if (!(await clock.next())) return false
  }
  return false
}
