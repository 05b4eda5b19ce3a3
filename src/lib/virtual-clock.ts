/**
 * Time that moves only when told to.
 *
 * Code that gets its clock as a parameter runs on this one unchanged: nothing waits in real time, and what falls due at one
 * instant comes in the order in which it was asked for. Between two instants everything that can go on without time goes on.
 */
import type { Clock, Instant } from './clock.ts'

export interface VirtualClock extends Clock {
  /** Moves time on, ringing on the way what falls due, each at its own instant. */
  advance(ms: number): Promise<void>
  /** Moves time to the next thing that falls due and rings it. False if nobody is waiting. */
  next(): Promise<boolean>
  /** Lets everything go on that does not wait for time. */
  settle(): Promise<void>
}

type Alarm = { readonly at: Instant; readonly ring: () => void }

/** `settle` lets everything go on that does not wait for time: unless said otherwise, whatever promises and they alone can. */
export function virtualClock(
  startAt: Instant = 0,
  settle: () => Promise<void> = promisesSettled,
): VirtualClock {
  let now = startAt
  // The earliest is last, and of equals the first that was asked for.
  const alarms: Alarm[] = []

  const after = (ms: number, ring: () => void): (() => void) => {
    const alarm = { at: now + Math.max(0, ms), ring }
    alarms.splice(placeOf(alarms, alarm.at), 0, alarm)
    return () => {
      const at = alarms.lastIndexOf(alarm)
      if (at !== -1) alarms.splice(at, 1)
    }
  }

  const ringUntil = async (limit: Instant): Promise<boolean> => {
    await settle()
    const alarm = alarms.at(-1)
    if (alarm === undefined || alarm.at > limit) return false
    alarms.pop()
    now = Math.max(now, alarm.at)
    alarm.ring()
    await settle()
    return true
  }

  return {
    now: () => now,
    after,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted()
        const giveUp = (): void => {
          cancel()
          reject(signal?.reason)
        }
        const cancel = after(ms, () => {
          signal?.removeEventListener('abort', giveUp)
          resolve()
        })
        signal?.addEventListener('abort', giveUp, { once: true })
      }),
    advance: async (ms) => {
      const limit = now + ms
      while (await ringUntil(limit));
      now = limit
    },
    next: async () => await ringUntil(Infinity),
    settle,
  }
}

/** Where an alarm belongs: behind later ones, before earlier ones and before equals, which go first. */
function placeOf(alarms: readonly Alarm[], at: Instant): number {
  let low = 0
  let high = alarms.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((alarms[middle]?.at ?? 0) > at) low = middle + 1
    else high = middle
  }
  return low
}

/** Promises that are ready run before this comes back; so do those that they make ready. */
async function promisesSettled(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve)
  })
}
