/**
 * A driver whose hypervisor is a table: the verbs of one simulated host.
 *
 * A verb waits as long as it is said to take, and then has its effect in one indivisible change of the world, in which it makes
 * sure that its turn has not passed. A host is one small object, so that ten thousand of them fit in a process.
 */
import type { HostName, ServerId } from '../../domain/ids.ts'
import { serverOf, verbs, verbsVia } from '../verbs.ts'
import type { HostResources, Patience, Verb, VirtDriver } from '../virt-driver.ts'
import { attachments } from './effects/attachments.ts'
import { coldMove } from './effects/cold-move.ts'
import { life } from './effects/life.ts'
import { liveMove } from './effects/live-move.ts'
import { looking } from './effects/looking.ts'
import { ordinaryMachine } from './machine.ts'
import type { Place } from './place.ts'
import { Transfers } from './transfers.ts'
import type { World } from './world.ts'

/** How long verbs take, in ms; one that is not named takes no time. */
export type Durations = Readonly<Partial<Record<Verb, number>>>

export type SimulatedHost = {
  readonly world: World
  readonly host: HostName
  readonly resources?: HostResources
  readonly durations?: Durations
}

/** These two steer a live move that is under way; they have no effect of their own. */
type Steering = 'liveMigrationForceComplete' | 'liveMigrationAbort'
type Effects = { readonly [V in Exclude<Verb, Steering>]: Effect<VirtDriver[V]> }
type Effect<Method> = Method extends (...args: [...infer A, Patience]) => Promise<infer R>
  ? (here: Place, ...args: A) => R
  : never

const effects: Effects = { ...looking, ...life, ...coldMove, ...liveMove, ...attachments }

export function simulatedDriver(at: SimulatedHost): VirtDriver {
  const { world, host, resources = ordinaryMachine, durations = {} } = at
  let transfers: Transfers | undefined

  const wait = async (verb: Verb, server: ServerId | null, signal: AbortSignal): Promise<void> => {
    const ms = durations[verb] ?? 0
    if (ms === 0) return
    if (verb !== 'liveMigration' || server === null) return await world.clock.sleep(ms, signal)
    transfers ??= new Transfers(world.clock)
    await transfers.last(server, ms, signal)
  }

  return verbsVia(async (verb, args) => {
    const given = args.slice(0, -1)
    const server = serverOf(given)
    // The interface puts the patience last in every verb.
    const { signal, recheck } = args.at(-1) as Patience
    signal.throwIfAborted()
    await wait(verb, server, signal)
    if (verb === 'liveMigrationForceComplete') return transfers?.end(server, 'hurried')
    if (verb === 'liveMigrationAbort') return transfers?.end(server, 'called-off')

    // `Effects` has the type of each verb beside its name, and verb and arguments came in together, as one call.
    const effect = effects[verb] as (here: Place, ...given: readonly unknown[]) => unknown
    const place = { host, resources, now: world.clock.now(), newDisk: () => world.ids.uuid() }
    if (verbs[verb].looks) return world.look((held) => effect({ ...place, held }, ...given))
    return world.change((held) => {
      // As the last thing before the effect: while this one waited, its turn may have passed.
      signal.throwIfAborted()
      recheck?.()
      return effect({ ...place, held }, ...given)
    })
  })
}
