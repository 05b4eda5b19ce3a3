/**
 * Time as a parameter.
 *
 * Everything that asks for the time or waits gets a clock, so that a simulator can run the same code on virtual time and
 * replay it. Instants are milliseconds since 1970 in UTC; durations are milliseconds.
 */
import { setTimeout as sleepFor } from 'node:timers/promises'

export type Instant = number

export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): Instant
  /** Waits that long. Rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Calls back after that long, once. The returned function cancels it; calling it again does nothing. */
  after(ms: number, call: () => void): () => void
}

/** The machine's clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await sleepFor(ms, undefined, signal === undefined ? {} : { signal }).catch(
      (thrown: unknown) => {
        throw signal?.aborted === true ? signal.reason : thrown
      },
    )
  },
  after: (ms, call) => {
    const timer = setTimeout(call, ms)
    timer.unref()
    return () => {
      clearTimeout(timer)
    }
  },
}
