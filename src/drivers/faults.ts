/**
 * Faults as data: what shall go wrong on which host, and how often it has.
 *
 * One plan is in force at a time and serves all hosts. Given its seed and the order of the calls it strikes the same ones each
 * time. `withFaults` wraps any driver; what strikes the agent and not the driver (a lost reply, a crash) is asked for by the
 * agent itself.
 */
import type { HostName, ServerId } from '../domain/ids.ts'
import type { Clock, Instant } from '../lib/clock.ts'
import { seededRandom } from '../lib/random.ts'
import type { Random } from '../lib/random.ts'
import { driverProblem } from './exceptions.ts'
import { readPlan } from './fault-data.ts'
import type { Act, Fault, FaultData, Moment } from './fault-data.ts'
import { callVerb, serverOf, verbsVia } from './verbs.ts'
import type { Patience, Verb, VirtDriver } from './virt-driver.ts'

/** A call on its way. */
export type FaultPoint = {
  readonly moment: Moment
  readonly verb: Verb
  readonly host: HostName
  readonly server: ServerId | null
}

/** A fault of the plan in force: how many calls it was about, and how many of them it struck. */
export type FaultView = FaultData & { readonly matched: number; readonly struck: number }

export interface FaultPlan {
  /** Puts another plan in force. What hangs goes on, and agents that are down because of the old plan come back. */
  replace(plan: unknown): void
  view(): { readonly faults: readonly FaultView[] }
  /** What happens to this call now. Asking counts: it is asked once for each moment of each call. */
  strike(point: FaultPoint): readonly Act[]
  /** Whether a fault keeps the agent of that host from running. */
  keepsDown(host: HostName): boolean
  /** Lets the call suffer what strikes the driver: waits, then raises, or comes back for the call to go on. */
  suffer(point: FaultPoint, signal: AbortSignal): Promise<void>
}

type Armed = { readonly fault: Fault; readonly random: Random; matched: number; struck: number }

const unharmed: readonly Act[] = []

export function faultPlan(tools: { readonly clock: Clock; readonly random: Random }): FaultPlan {
  const { clock, random } = tools
  let armed: readonly Armed[] = []
  let round = 0
  let release = new AbortController()
  const down = new Map<HostName, Instant>()

  const strike = (point: FaultPoint): readonly Act[] => {
    if (armed.length === 0) return unharmed
    const acts: Act[] = []
    let over = false
    for (const each of armed) {
      if (!isAbout(each.fault, point)) continue
      each.matched += 1
      // Chance is drawn for every call that matches, so that one fault's draws do not depend on another's.
      const { nth, times = Infinity, probability = 1 } = each.fault.data
      const lucky = probability < 1 && each.random.next() >= probability
      if (over || lucky || each.struck >= times || (nth ?? each.matched) !== each.matched) continue
      each.struck += 1
      acts.push(each.fault.act)
      // A delay lets the next fault strike as well; after anything else there is nothing left to strike.
      over = each.fault.act.kind !== 'delay'
    }
    const crash = acts.find((act) => act.kind === 'crash-agent')
    if (crash !== undefined) down.set(point.host, clock.now() + (crash.returnsAfterMs ?? Infinity))
    return acts
  }

  /** Waits for the next plan. */
  const hang = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const released = release.signal
      const giveUp = (): void => {
        released.removeEventListener('abort', goOn)
        reject(signal.reason)
      }
      const goOn = (): void => {
        signal.removeEventListener('abort', giveUp)
        resolve()
      }
      signal.addEventListener('abort', giveUp, { once: true })
      released.addEventListener('abort', goOn, { once: true })
    })

  return {
    replace: (plan) => {
      const faults = readPlan(plan)
      round += 1
      armed = faults.map((fault, index) => {
        const { seed } = fault.data
        const own =
          seed === undefined ? random.fork(`plan ${round} fault ${index}`) : seededRandom(seed)
        return { fault, random: own, matched: 0, struck: 0 }
      })
      down.clear()
      const held = release
      release = new AbortController()
      held.abort()
    },
    view: () => ({
      faults: armed.map(({ fault, matched, struck }) => ({ ...fault.data, matched, struck })),
    }),
    strike,
    keepsDown: (host) => {
      if (down.size === 0) return false
      if (clock.now() >= (down.get(host) ?? -Infinity)) down.delete(host)
      return down.has(host)
    },
    suffer: async (point, signal) => {
      for (const act of strike(point)) {
        if (act.kind === 'delay') await clock.sleep(act.ms, signal)
        if (act.kind === 'hang') await hang(signal)
        if (act.kind === 'raise') {
          const { server, host } = point
          const about = server === null ? { host } : { host, server }
          throw driverProblem(act.exception, { ...about, reason: 'a fault plan says so' })
        }
      }
    },
  }
}

function isAbout({ verb, moment, data }: Fault, point: FaultPoint): boolean {
  return (
    moment === point.moment &&
    (verb === null || verb === point.verb) &&
    (data.host === undefined || data.host === point.host) &&
    (data.server === undefined || data.server === point.server)
  )
}

/** The driver of that host, on which strikes what the plan says. */
export function withFaults(driver: VirtDriver, plan: FaultPlan, host: HostName): VirtDriver {
  return verbsVia(async (verb, args) => {
    const given = args.slice(0, -1)
    // The interface puts the patience last in every verb.
    const patience = args.at(-1) as Patience
    const point = { verb, host, server: serverOf(given) }
    await plan.suffer({ ...point, moment: 'driver-before' }, patience.signal)
    const answer = await callVerb(driver, verb, given, patience)
    await plan.suffer({ ...point, moment: 'driver-after' }, patience.signal)
    return answer
  })
}
