/**
 * An agent: it carries out calls on one host, each with one effect however often it comes.
 *
 * Calls about one server run one at a time, whoever makes them. Within a subject the highest epoch that has called has the turn: a
 * lower one is refused, and one that is under way is given up and waited for before the new one begins. A verb that does not stop
 * when it is told to keeps its server: those who come after it run into their deadlines, because two verbs at once on one guest
 * would be worse.
 *
 * What succeeded is remembered by key, so that a call that comes again gets the same answer and has no second effect. An effect
 * and the memory of it are two writes: an agent that dies between them carries the call out again, which is right because every
 * verb means "make it so". A failure is not remembered: asking again after it is asking to try again.
 *
 * After an absence it acts on nothing before it has learned which servers were given up on its host meanwhile: see `Admission`.
 *
 * A call and its answer are plain data: what carries them between processes is a thin layer.
 */
import { hash } from 'node:crypto'
import type { HostName } from '../domain/ids.ts'
import type { Moment } from '../drivers/fault-data.ts'
import type { FaultPlan } from '../drivers/faults.ts'
import { callVerb, isVerb, serverOf, verbs } from '../drivers/verbs.ts'
import type { Patience, Verb, VirtDriver } from '../drivers/virt-driver.ts'
import type { Clock } from '../lib/clock.ts'
import { toJson } from '../lib/json.ts'
import type { Log } from '../lib/log.ts'
import { asProblem, isProblem, problem, problemOf } from '../lib/problem.ts'
import type { Problem } from '../lib/problem.ts'
import { execution } from './execution.ts'
import type { Execution } from './execution.ts'
import { Admission } from './admission.ts'
import type { GivenUp } from './admission.ts'
import type { Answer, Call } from './hosts.ts'
import type { AgentMemory } from './memory.ts'

/** A call as it arrives: the verb by name, its arguments without the patience. */
export type AgentCall = Omit<Call, 'signal'> & {
  readonly verb: string
  readonly args: readonly unknown[]
}

/** A call whose verb is known. */
type Job = AgentCall & { readonly verb: Verb; readonly effect: string }

export interface Agent {
  /** Carries the call out, or recalls what came of it. Never rejects: what went wrong is in the answer. */
  answer(call: AgentCall): Promise<Answer>
  /** Dies and is back at once, with nothing under way: whoever waits gets no answer. What is remembered stays. */
  crash(): void
  /** It is in touch again after an absence. What was under way goes on; nothing new begins before it has caught up. */
  returned(): void
  /** Resolves when it has caught up. @throws when it cannot now. */
  caughtUp(): Promise<void>
  /** Whether it has caught up with what happened while it was away. Asking makes one that has not try again. */
  isAdmitted(): boolean
}

export type AgentParts = {
  readonly host: HostName
  readonly driver: VirtDriver
  readonly memory: AgentMemory
  readonly clock: Clock
  readonly log: Log
  /** What shall go wrong with this agent; faults of the driver are the driver's business. */
  readonly faults?: FaultPlan
  /** Which servers must not run on this host any more. Without it nothing is ever given up. */
  readonly givenUp?: () => Promise<readonly GivenUp[]>
  /** Whether it has been in touch all along, so that there is nothing to catch up with. */
  readonly admitted?: boolean
}

/** How long switching off a server that was given up may take, in ms. */
const switchOffWithinMs = 30_000

export function createAgent(parts: AgentParts): Agent {
  const { host, driver, memory, clock, log, faults, givenUp } = parts
  const lanes = new Map<string, Execution[]>()

  const struck = (moment: Moment, { verb, args }: Job): boolean =>
    faults !== undefined && faults.strike({ moment, verb, host, server: serverOf(args) }).length > 0

  const crash = (): void => {
    admission.lapse()
    for (const lane of lanes.values()) for (const each of lane) each.giveUp(dead(host))
  }

  const dieIfStruck = (moment: Moment, job: Job): void => {
    if (!struck(moment, job)) return
    crash()
    throw dead(host)
  }

  /** Runs the verb. What it raises is an answer, except where it only says that it was told to stop. */
  const run = async (job: Job, patience: Patience): Promise<Answer> => {
    try {
      dieIfStruck('agent-before', job)
      const value = await callVerb(driver, job.verb, job.args, patience)
      dieIfStruck('agent-after', job)
      return { ok: true, value: value ?? null }
    } catch (thrown) {
      const context = { host, verb: job.verb, key: job.key, cause: String(thrown) }
      if (patience.signal.aborted) {
        log.debug('a verb that was given up came back', context)
        throw patience.signal.reason
      }
      const failure = asProblem(thrown)
      if (failure.kind === 'bug') log.error('a driver failed in an unknown way', context)
      return { ok: false, problem: failure.toRecord() }
    }
  }

  const carryOut = async (job: Job, signal: AbortSignal): Promise<Answer> => {
    if (verbs[job.verb].looks) return await run(job, { signal })
    const remembered = memory.recall(job.subject, job.effect)
    if (remembered !== undefined) return { ok: true, ...remembered }
    const answer = await run(job, { signal, recheck: () => memory.recheck(job) })
    if (answer.ok) memory.remember(job, job.effect, answer.value)
    return answer
  }

  const enqueue = (lane: string, job: Job, previous?: Execution): Execution => {
    const queue = lanes.get(lane) ?? []
    const made = execution(job, clock, previous?.ended, (signal) => carryOut(job, signal))
    queue.push(made)
    lanes.set(lane, queue)
    void made.ended.then(() => {
      queue.splice(queue.indexOf(made), 1)
      if (queue.length === 0 && lanes.get(lane) === queue) lanes.delete(lane)
    })
    return made
  }

  /** The execution that answers this call: one that is under way for the same effect, or a new one behind all others. */
  const executionOf = (job: Job): Execution => {
    if (verbs[job.verb].looks) return enqueue('looking', job)
    memory.admit(job)
    const lane = laneOf(job)
    const queue = lanes.get(lane) ?? []
    for (const each of queue) if (isSuperseded(each, job)) each.giveUp(superseded(job))
    const same = queue.find((each) => each.effect === job.effect && !each.isGivenUp())
    return same ?? enqueue(lane, job, queue.at(-1))
  }

  const answer = async (call: AgentCall): Promise<Answer> => {
    const { verb } = call
    if (!isVerb(verb)) throw problem('invalid', 'There is no such verb', { verb })
    if (faults?.keepsDown(host) === true) throw dead(host)
    const job = { ...call, verb, effect: effectOf(call, verb) }
    if (!admission.isDone && !verbs[verb].looks) await admission.ensure()
    const reply = await executionOf(job).answer
    if (struck('reply', job)) {
      throw problem('unavailable', 'The reply of the host was lost', { host, verb })
    }
    return reply
  }

  /** Switches the server off, after whatever was under way for it, and before whatever was called for it earlier. */
  const letGo = async ({ server, subject, epoch }: GivenUp): Promise<void> => {
    const operation = 'given up'
    const key = `${operation} ${epoch} ${clock.now()}`
    const call = { key, operation, subject, epoch, deadlineMs: switchOffWithinMs }
    const args = [server]
    const job = {
      ...call,
      verb: 'powerOff',
      args,
      effect: effectOf({ key, args }, 'powerOff'),
    } as const
    const reply = await executionOf(job).answer
    if (reply.ok || reply.problem.details['exception'] === 'InstanceNotFound') return
    throw problemOf(reply.problem)
  }

  const letGoOfAll = async (list: readonly GivenUp[]): Promise<void> => {
    for (const each of list) {
      try {
        await letGo(each)
      } catch (thrown) {
        // A later operation has called here already, and knew what it did.
        if (!isProblem(thrown, 'stale')) throw thrown
      }
    }
  }

  const admission: Admission = new Admission(
    givenUp === undefined
      ? null
      : async () => {
          if (faults?.keepsDown(host) === true) throw dead(host)
          await letGoOfAll(await givenUp())
        },
    parts.admitted === true,
  )

  const catchUp = (): void => {
    admission.ensure().catch((thrown: unknown) => {
      log.warn('a host that came back could not catch up yet', { host, cause: String(thrown) })
    })
  }

  return {
    answer: async (call) => {
      try {
        return await answer(call)
      } catch (thrown) {
        return { ok: false, problem: asProblem(thrown).toRecord() }
      }
    },
    crash,
    returned: () => {
      admission.lapse()
      catchUp()
    },
    caughtUp: async () => await admission.ensure(),
    isAdmitted: () => {
      if (!admission.isDone) catchUp()
      return admission.isDone
    },
  }
}

/** Who waits for each other: all calls about one server, but those that are there to hurry another. */
function laneOf({ verb, args, subject }: Job): string {
  const server = verbs[verb].hurries === true ? null : serverOf(args)
  return server === null ? `subject ${subject}` : `server ${server}`
}

function isSuperseded({ subject, epoch }: Execution, by: Job): boolean {
  return subject === by.subject && epoch < by.epoch
}

/** Which effect a call is to have: the same text for the same call, however often it comes. */
function effectOf({ key, args }: Pick<AgentCall, 'args' | 'key'>, verb: Verb): string {
  const { looks, secret } = verbs[verb]
  const told = looks || secret === true ? '' : hash('sha256', toJson(args), 'base64url')
  return `${key} ${verb} ${told}`
}

function dead(host: HostName): Problem {
  return problem('unavailable', 'The agent of the host does not run', { host })
}

function superseded({ subject, epoch }: AgentCall): Problem {
  return problem('stale', 'Another operation took the turn', { subject, epoch })
}
