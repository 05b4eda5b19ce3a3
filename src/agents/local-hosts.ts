/**
 * Hosts whose agents live in this process: the simulated ones.
 *
 * They are called as if they were far away. An agent can be out of reach while it goes on working, and it can die; in both cases
 * the caller learns only that there is no answer.
 */
import type { HostName } from '../domain/ids.ts'
import { withFaults } from '../drivers/faults.ts'
import type { FaultPlan } from '../drivers/faults.ts'
import { verbsVia } from '../drivers/verbs.ts'
import type { VirtDriver } from '../drivers/virt-driver.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { problem, problemOf } from '../lib/problem.ts'
import type { Problem } from '../lib/problem.ts'
import type { GivenUp } from './admission.ts'
import { createAgent } from './agent.ts'
import type { Agent } from './agent.ts'
import type { Answer, Hosts, HostVerbs } from './hosts.ts'
import type { AgentMemory } from './memory.ts'

export interface LocalHosts extends Hosts {
  /**
   * Their agents begin to work, as after an absence: what was given up on them meanwhile is switched off. Where nobody tells
   * them what that is they need not be told to begin.
   */
  open(): Promise<void>
  /** Adds a host, or gives one another driver. */
  add(host: HostName, driver: VirtDriver): void
  names(): readonly HostName[]
  /** Whether calls reach it: it may have to catch up yet before it counts as up. */
  isInTouch(host: HostName): boolean
  /** Resolves when the host has caught up with what happened while it was away. @throws when it cannot now. */
  caughtUp(host: HostName): Promise<void>
  /** Cuts the host off or connects it again. What is under way goes on; its answers get lost. */
  setReachable(host: HostName, reachable: boolean): void
  /** The agent dies and what was under way stops; guests, and what the agent remembers, stay. */
  crash(host: HostName): void
  restart(host: HostName): void
}

export type LocalHostsParts = {
  readonly clock: Clock
  readonly log: Log
  readonly memoryOf: (host: HostName) => AgentMemory
  readonly faults?: FaultPlan
  /** Puts something around what an agent calls: its driver, with the faults that strike there. */
  readonly around?: (driver: VirtDriver, host: HostName) => VirtDriver
  /** Reads which servers must not run on which host any more: on that one, or on any. */
  readonly givenUp?: (host: HostName | null) => Promise<ReadonlyMap<HostName, readonly GivenUp[]>>
}

type Local = {
  readonly driver: VirtDriver
  /** Made at the first call: most of ten thousand hosts are idle. */
  agent: Agent | null
  reachable: boolean
  running: boolean
  /** Those who wait for an answer from this host. */
  readonly waiting: Set<(reason: Problem) => void>
}

export function localHosts(parts: LocalHostsParts): LocalHosts {
  const { clock, log, memoryOf, faults, givenUp, around } = parts
  const locals = new Map<HostName, Local>()
  let isOpen = givenUp === undefined

  const known = (host: HostName): Local => {
    const local = locals.get(host)
    if (local === undefined) throw problem('not-found', 'There is no such host here', { host })
    return local
  }

  const driverOf = (host: HostName, { driver }: Local): VirtDriver => {
    const struck = faults === undefined ? driver : withFaults(driver, faults, host)
    return around === undefined ? struck : around(struck, host)
  }

  const agentOf = (host: HostName, local: Local): Agent => {
    local.agent ??= createAgent({
      clock,
      log,
      host,
      driver: driverOf(host, local),
      memory: memoryOf(host),
      ...(faults === undefined ? {} : { faults }),
      ...(givenUp === undefined
        ? {}
        : { givenUp: async () => (await givenUp(host)).get(host) ?? [], admitted: isOpen }),
    })
    return local.agent
  }

  const isInTouch = (host: HostName, local: Local): boolean =>
    local.reachable && local.running && !faults?.keepsDown(host)

  const isAdmitted = (local: Local): boolean => local.agent?.isAdmitted() ?? isOpen

  /** It is in touch again; asking what it has lost is the first thing that it does. */
  const returned = (host: HostName, local: Local): void => {
    if (local.reachable && local.running) agentOf(host, local).returned()
  }

  /** One that was there all along may have died and come back meanwhile: then asking makes it catch up. */
  const inTouch = (host: HostName, local: Local, was: boolean): void => {
    if (was) isAdmitted(local)
    else returned(host, local)
  }

  const cutOff = (host: HostName, local: Local): void => {
    for (const giveUp of local.waiting) giveUp(noAnswer(host))
  }

  return {
    on: (host, { signal, ...call }) =>
      verbsVia<HostVerbs>(async (verb, args) => {
        signal.throwIfAborted()
        const local = locals.get(host)
        if (local === undefined || !local.reachable || !local.running) throw noAnswer(host)
        const reply = agentOf(host, local).answer({ ...call, verb, args })
        const answer = await awaited(reply, signal, local.waiting)
        if (!answer.ok) throw problemOf(answer.problem)
        return answer.value
      }),
    isUp: (host) => {
      const local = locals.get(host)
      return local !== undefined && isInTouch(host, local) && isAdmitted(local)
    },
    isInTouch: (host) => isInTouch(host, known(host)),
    open: async () => {
      if (isOpen || givenUp === undefined) return
      const lost = await givenUp(null)
      for (const host of lost.keys()) {
        const local = locals.get(host)
        if (local !== undefined) returned(host, local)
      }
      isOpen = true
    },
    add: (host, driver) => {
      locals.get(host)?.agent?.crash()
      locals.set(host, { driver, agent: null, reachable: true, running: true, waiting: new Set() })
    },
    names: () => [...locals.keys()],
    caughtUp: async (host) => await known(host).agent?.caughtUp(),
    setReachable: (host, reachable) => {
      const local = known(host)
      const was = local.reachable
      local.reachable = reachable
      if (!reachable) cutOff(host, local)
      else inTouch(host, local, was)
    },
    crash: (host) => {
      const local = known(host)
      local.running = false
      local.agent?.crash()
    },
    restart: (host) => {
      const local = known(host)
      const was = local.running
      local.running = true
      inTouch(host, local, was)
    },
  }
}

/** Waits for the answer, for the caller to lose patience, or for the host to get lost; the host is told of neither. */
function awaited(
  answer: Promise<Answer>,
  signal: AbortSignal,
  waiting: Set<(reason: Problem) => void>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason)
    const done = (): void => {
      signal.removeEventListener('abort', giveUp)
      waiting.delete(reject)
    }
    signal.addEventListener('abort', giveUp, { once: true })
    waiting.add(reject)
    answer.then(resolve, reject).finally(done)
  })
}

function noAnswer(host: HostName): Problem {
  return problem('unavailable', 'The host does not answer', { host })
}
