/** One control-plane process of a simulation: the production code behind a gate. */
import type { Hosts, HostVerbs } from '../../src/agents/hosts.ts'
import { openCloud } from '../../src/app/cloud.ts'
import type { Cloud } from '../../src/app/cloud.ts'
import type { CloudSettings } from '../../src/app/servers/context.ts'
import { verbsVia } from '../../src/drivers/verbs.ts'
import type { Clock } from '../../src/lib/clock.ts'
import type { Ids } from '../../src/lib/ids.ts'
import type { Log } from '../../src/lib/log.ts'
import type { Random } from '../../src/lib/random.ts'
import { writeRecorded } from '../../src/store/changes.ts'
import type { News } from '../../src/store/changes.ts'
import type { Store, Tx } from '../../src/store/store.ts'
import { Gate } from './gate.ts'

/** What all processes share, and who looks on. */
export type Surroundings = {
  readonly store: Store
  readonly hosts: Hosts
  readonly clock: Clock
  readonly settings: CloudSettings
  readonly leaseMs: number
  readonly alone: boolean
  /** Looks at what a transaction has written, as its last act. */
  readonly inspect: (tx: Tx, process: number) => Promise<void>
}

export type ProcessParts = Surroundings & {
  readonly number: number
  readonly ids: Ids
  readonly random: Random
  readonly log: Log
  /** Draws how long the process takes at a moment, in ms. */
  readonly dawdle: () => number
  /** Tells the trace. */
  readonly say: (text: string) => void
}

/** The end of a transaction whose process died in it. */
class Died extends Error {}

export type Process = {
  readonly number: number
  readonly gate: Gate
  /** Null while it is starting. */
  cloud(): Cloud | null
}

/** Starts a process. It is there when its cloud is; when it dies before, nobody hears of it again. */
export function startProcess(parts: ProcessParts): Process {
  const gate = new Gate(parts.clock, parts.dawdle)
  const { ids, random, log, settings, leaseMs, alone } = parts
  const ctx = { store: gatedStore(parts, gate), clock: gate.clock(), ids, random, log }
  let cloud: Cloud | null = null
  const hosts = gatedHosts(parts, gate)
  openCloud({ ctx, hosts, settings, leaseMs, alone }).then(
    (opened) => {
      cloud = opened
    },
    (thrown: unknown) => log.error('a process could not start', { cause: String(thrown) }),
  )
  return { number: parts.number, gate, cloud: () => cloud }
}

function gatedStore({ store, inspect, number }: ProcessParts, gate: Gate): Store {
  return {
    dialect: store.dialect,
    transaction: async (work) => {
      await gate.pass()
      const inspected = async (tx: Tx): ReturnType<typeof work> => {
        const made = await work(tx)
        if (gate.dies()) throw new Died()
        // As the store would do next: what it tells of says what is to be inspected.
        await writeRecorded(tx)
        await inspect(tx, number)
        return made
      }
      return await through(gate, async () => await store.transaction(inspected))
    },
    read: async (work) => {
      await gate.pass()
      return await through(gate, async () => await store.read(work))
    },
    subscribe: (topic, listener) => {
      const missed: (readonly News[])[] = []
      const tell = async (changes: readonly News[]): Promise<void> => {
        missed.push(changes)
        await gate.pass()
        for (const each of missed.splice(0)) listener(each)
      }
      return store.subscribe(topic, (changes) => {
        if (!gate.isGone) void tell(changes)
      })
    },
    settled: async () => await store.settled(),
    close: async () => {},
  }
}

function gatedHosts(parts: ProcessParts, gate: Gate): Hosts {
  const { hosts } = parts
  return {
    isUp: (host) => hosts.isUp(host),
    on: (host, call) => {
      const verbs = hosts.on(host, call)
      return verbsVia<HostVerbs>(async (verb, args) => {
        await gate.pass()
        const what = `process ${parts.number} -> ${host}.${verb} ${call.key} (epoch ${call.epoch})`
        parts.say(what)
        // Name and arguments came in together as one call of this very interface.
        const method = verbs[verb] as (...given: readonly unknown[]) => Promise<unknown>
        return await through(gate, async () => {
          try {
            const answer = await method(...args)
            parts.say(`${what}: done`)
            return answer
          } catch (thrown) {
            parts.say(`${what}: ${String(thrown)}`)
            throw thrown
          }
        })
      })
    },
  }
}

/** What comes back, good or bad, comes back through the gate. */
async function through<T>(gate: Gate, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } finally {
    await gate.pass()
  }
}
