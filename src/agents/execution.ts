/**
 * One call being carried out.
 *
 * It has two ends. Whoever waits is answered as soon as there is an answer or the execution is given up; it has *ended* only
 * when the verb has come back, and until then nothing else is begun for the same server.
 */
import type { Clock } from '../lib/clock.ts'
import { problem } from '../lib/problem.ts'
import type { Problem } from '../lib/problem.ts'
import type { Answer } from './hosts.ts'

export type Execution = {
  readonly effect: string
  readonly subject: string
  readonly epoch: number
  /** Rejects with the reason when the execution is given up. */
  readonly answer: Promise<Answer>
  readonly ended: Promise<void>
  isGivenUp(): boolean
  giveUp(reason: Problem): void
}

/** Longer than timers can wait; nobody's deadline is further away. */
const deadlineMaxMs = 2 ** 31 - 1

export function execution(
  job: Pick<Execution, 'effect' | 'epoch' | 'subject'> & { readonly deadlineMs: number },
  clock: Clock,
  /** What must have ended first. */
  previous: Promise<void> | undefined,
  work: (signal: AbortSignal) => Promise<Answer>,
): Execution {
  const { effect, subject, epoch, deadlineMs } = job
  const stop = new AbortController()
  const { promise: answer, resolve, reject } = Promise.withResolvers<Answer>()
  const giveUp = (reason: Problem): void => {
    stop.abort(reason)
    reject(reason)
  }
  const cancelDeadline = clock.after(Math.min(deadlineMs, deadlineMaxMs), () => {
    giveUp(problem('unavailable', 'The host did not answer in time', { deadlineMs }))
  })
  const run = async (): Promise<void> => {
    try {
      await previous
      stop.signal.throwIfAborted()
      resolve(await work(stop.signal))
    } catch (thrown) {
      reject(thrown)
    } finally {
      cancelDeadline()
    }
  }
  return {
    effect,
    subject,
    epoch,
    answer,
    ended: run(),
    isGivenUp: () => stop.signal.aborted,
    giveUp,
  }
}
