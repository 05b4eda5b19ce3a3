/**
 * What goes wrong in a round, and playing it to its end.
 *
 * A weather lasts for the whole round: faults of hosts, a step that is refused, calls that arrive twice. A strike comes once, at
 * one moment: a crash, a delete, another control plane that takes over, a database that gives no answer.
 */
import assert from 'node:assert/strict'
import type { Violation } from '../../src/app/audit/violation.ts'
import type { Call, Hosts, HostVerbs } from '../../src/agents/hosts.ts'
import * as deleting from '../../src/app/servers/delete.ts'
import type { FaultData } from '../../src/drivers/fault-data.ts'
import { isVerb, verbsVia } from '../../src/drivers/verbs.ts'
import type { Verb } from '../../src/drivers/virt-driver.ts'
import type { HostName } from '../../src/domain/ids.ts'
import { problem } from '../../src/lib/problem.ts'
import type { ProblemKind } from '../../src/lib/problem.ts'
import type { Moment, Watch } from '../../src/saga/moment.ts'
import { tenant } from '../support/fake-cloud.ts'
import { onBench, sketch, theServer } from './bench.ts'
import type { Bench, Position } from './bench.ts'
import { successes } from './scenario.ts'
import type { Ends } from './scenario.ts'

/** A record step that is refused. */
export type Refusal = {
  readonly step: string
  readonly direction: 'back' | 'do'
  readonly kind: ProblemKind
  /** How often; after that it is let pass. */
  readonly times: number
}

export type Weather = {
  readonly name: string
  readonly faults: readonly FaultData[]
  readonly refusal: Refusal | null
  readonly twice: boolean
  readonly ends: Ends
  /** Whether it is worth striking at every moment of it. */
  readonly deep: boolean
}

export const strikes = [
  'crash',
  'crash thrice',
  'delete',
  'delete, and a host is gone for good',
  'an undo is refused',
  'take-over',
  'no answer before the commit',
  'no answer after the commit',
] as const
export type StrikeKind = (typeof strikes)[number]

/** At which moment of the trail it strikes. */
export type Strike = { readonly kind: StrikeKind; readonly at: number; readonly host?: string }

export type Trail = {
  readonly moments: readonly Moment[]
  readonly calls: readonly { readonly verb: Verb; readonly host: HostName }[]
}

export type Outcome = { readonly trail: Trail; readonly end: string }

export const gone = /^DELETED; move \w+; no body$/

/** How long a saga may take before what is broken is healed, in virtual ms. */
const patienceMs = 20 * 60_000
const alarmsMax = 5_000

/** Plays a round, and checks everything that must hold at its end. @throws AssertionError */
export async function play(
  position: Position,
  weather: Weather,
  strike: Strike | null,
): Promise<Outcome> {
  const moments: Moment[] = []
  const calls: { verb: Verb; host: HostName }[] = []
  const sent: (() => Promise<unknown>)[] = []
  const control = new Control(weather, strike)
  const watch = (bench: () => Bench): Watch => {
    return async (moment) => {
      const index = moments.push(moment) - 1
      await control.at(bench(), moment, index)
    }
  }
  const between = (hosts: Hosts): Hosts => recorded(hosts, weather.twice, calls, sent)
  return await onBench(position, { watch, between }, async (bench) => {
    const { cloud, clock } = bench
    // What struck may keep a step from being refused at all.
    const done = successes(position.scenario)
    const ends =
      strike === null || weather.refusal === null ? weather.ends : [...done, ...weather.ends]
    cloud.faults.replace({ faults: weather.faults })
    await position.scenario.ask(cloud)
    const server = await theServer(cloud)
    const free = await toEnd(bench, control, patienceMs, `server/${server}`)
    // What comes after is only the cleaning of hosts that work again.
    const trail = { moments: [...moments], calls: [...calls] }
    const deleted = strike?.kind.startsWith('delete') === true && control.struck
    if (deleted) assert.ok(free, 'the delete waits for a host that is gone')
    cloud.heal()
    control.heal()
    assert.ok(await toEnd(bench, control, patienceMs, null), 'an operation never ends')
    if (deleted) await deletedAfterAll(bench, control)
    const end = await sketch(cloud, server)
    if (deleted) assert.match(end, gone)
    else assert.ok(ends.includes(end), `${end}\n  is none of\n  ${ends.join('\n  ')}`)
    assert.deepEqual(await contradictions(bench, position), [])
    // Whatever was sent comes once more, late. What was answered is not done again, and what was destroyed stays so.
    const world = JSON.stringify(cloud.world.guests())
    for (const send of sent) await send().catch(isRefused)
    await clock.settle()
    if (weather.faults.length === 0) assert.equal(JSON.stringify(cloud.world.guests()), world)
    if (deleted) assert.deepEqual(cloud.world.guests(), [], 'a late call made a guest again')
    return { trail, end }
  })
}

/** A delete that a host refused is asked for again, as its owner would. */
async function deletedAfterAll(bench: Bench, control: Control): Promise<void> {
  const { cloud } = bench
  const server = await theServer(cloud)
  if ((await cloud.status(server)) === 'DELETED') return
  assert.equal(await cloud.status(server), 'ERROR', 'a delete that fails says so')
  await deleting.remove(cloud.cloud.ctx, tenant, cloud.request(), server)
  assert.ok(await toEnd(bench, control, patienceMs, null), 'the second delete never ends')
}

async function contradictions(
  { cloud }: Bench,
  { scenario }: Position,
): Promise<readonly Violation[]> {
  const found = await cloud.audit()
  return found.filter(({ invariant }) => !(invariant === 'S9' && scenario.drifts === true))
}

function isRefused(thrown: unknown): void {
  // A late call is refused, or its answer remembered; either will do.
  assert.ok(thrown instanceof Error)
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

/** What strikes, and when. */
class Control {
  struck = false
  readonly #weather: Weather
  readonly #strike: Strike | null
  #refusals = 0
  #crashes = 0
  /** The control plane is dead and must be started again. */
  #dead = false
  /** Lets the control plane that was taken over from go on. */
  #resume: (() => void) | null = null

  constructor(weather: Weather, strike: Strike | null) {
    this.#weather = weather
    this.#strike = strike
  }

  async at(bench: Bench, moment: Moment, index: number): Promise<void> {
    this.#refuse(moment)
    const strike = this.#strike
    if (strike === null || index < strike.at) return
    if (strike.kind === 'crash thrice' && this.struck && this.#crashes < 3) {
      return this.#crash(bench)
    }
    if (this.struck || index !== strike.at) return
    await this.#hit(bench, moment, strike)
  }

  /** From here on nothing is refused. */
  heal(): void {
    this.#refusals = Infinity
  }

  /** Whether something happened that the round was waiting for without waiting for time. */
  async goesOn({ cloud }: Bench): Promise<boolean> {
    if (this.#dead) {
      this.#dead = false
      await cloud.start()
      return true
    }
    if (this.#resume === null) return false
    const server = await theServer(cloud)
    const active = await cloud.underWay()
    if (active.some(({ subject }) => subject === `server/${server}`)) return false
    const before = await sketch(cloud, server)
    this.#resume()
    this.#resume = null
    const { clock } = cloud
    assert('settle' in clock)
    await clock.settle()
    assert.equal(await sketch(cloud, server), before, 'a late owner changed something')
    return true
  }

  #refuse({ step, direction, at }: Moment): void {
    const { refusal } = this.#weather
    if (refusal === null || at !== 'in-commit' || this.#refusals >= refusal.times) return
    const back = direction === 'do' ? 'do' : 'back'
    if (refusal.step !== step || refusal.direction !== back) return
    this.#refusals += 1
    throw problem(refusal.kind, 'The kit refuses this')
  }

  #crash({ cloud }: Bench): void {
    this.#crashes += 1
    this.#dead = true
    cloud.crash()
  }

  async #hit(bench: Bench, moment: Moment, { kind, host }: Strike): Promise<void> {
    const { cloud } = bench
    const server = await theServer(cloud)
    this.struck = true
    switch (kind) {
      case 'crash':
      case 'crash thrice':
        return this.#crash(bench)
      case 'delete':
        return await deleting.remove(cloud.cloud.ctx, tenant, cloud.request(), server)
      case 'delete, and a host is gone for good':
        // A name of the scenario.
        cloud.hosts.crash(host as HostName)
        return await deleting.remove(cloud.cloud.ctx, tenant, cloud.request(), server)
      case 'take-over': {
        const resumed = new Promise<void>((resolve) => {
          this.#resume = resolve
        })
        await cloud.another(null)
        return await resumed
      }
      case 'an undo is refused':
        throw problem('failed', 'The kit refuses this undo')
      case 'no answer before the commit':
      case 'no answer after the commit':
        throw problem('unavailable', 'The database gives no answer', { step: moment.step })
    }
  }
}

const attemptsStruck = 2

/** The moments of a trail at which a strike of that kind makes a difference. */
export function momentsFor(kind: StrikeKind, { moments }: Trail): readonly number[] {
  const at: Partial<Record<StrikeKind, Moment['at']>> = {
    'an undo is refused': 'in-commit',
    'no answer before the commit': 'before-commit',
    'no answer after the commit': 'after-commit',
  }
  const only = at[kind]
  // In the middle of a transaction nobody else can write, so nothing but a crash comes there.
  const inside = kind === 'crash' || kind === 'an undo is refused'
  const seen = new Map<string, number>()
  return moments.flatMap((moment, index) => {
    // A step that is tried again and again is struck at its first attempts.
    const key = Object.values(moment).join(' ')
    const times = (seen.get(key) ?? 0) + 1
    seen.set(key, times)
    if (times > attemptsStruck) return []
    if (kind === 'an undo is refused' && moment.direction === 'do') return []
    if (only !== undefined) return moment.at === only ? [index] : []
    return moment.at === 'in-commit' && !inside ? [] : [index]
  })
}

/** Notes every call, sends it twice if that is the weather, and keeps it to be sent once more when all is over. */
function recorded(
  hosts: Hosts,
  twice: boolean,
  calls: { verb: Verb; host: HostName }[],
  sent: (() => Promise<unknown>)[],
): Hosts {
  const on = (host: HostName, call: Call): HostVerbs =>
    verbsVia<HostVerbs>(async (verb, args) => {
      assert(isVerb(verb))
      calls.push({ verb, host })
      const late = { ...call, signal: new AbortController().signal }
      const send = async (which: Call): Promise<unknown> => {
        // Name and arguments came in together, as one call.
        const method = hosts.on(host, which)[verb] as (
          ...given: readonly unknown[]
        ) => Promise<unknown>
        return await method(...args)
      }
      sent.push(async () => await send(late))
      if (!twice) return await send(call)
      const [first, second] = await Promise.allSettled([send(call), send(call)])
      if (second.status === 'fulfilled') return second.value
      if (first.status === 'fulfilled') return first.value
      throw second.reason
    })
  return { on, isUp: (host) => hosts.isUp(host) }
}
