/**
 * Everything that a drive waits for: time, and calls to hosts. Whoever waits can be woken.
 *
 * What wakes it before it waits is not lost: a poke that comes while it is still writing that it will wait makes it look again.
 */
import type { Clock, Instant } from '../lib/clock.ts'
import { problem } from '../lib/problem.ts'
import { callStep } from './call.ts'

export class Waits {
  readonly #clock: Clock
  #wake = new AbortController()
  #calling = false
  #poked = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Sleeps until then, or until somebody wakes it. */
  async sleepUntil(instant: Instant): Promise<void> {
    const ms = instant - this.#clock.now()
    if (ms <= 0 || this.#poked) return
    const { signal } = this.#fresh()
    await this.#clock.sleep(ms, signal).catch((thrown: unknown) => {
      // Woken. What the waker wants is known to whoever slept.
      if (!signal.aborted) throw thrown
    })
  }

  /** What comes now looks at everything that it was poked for. */
  looking(): void {
    this.#poked = false
  }

  /** One call with a deadline. `given` is told when the call has begun, and may end it at once. */
  async call<T>(
    deadlineMs: number | undefined,
    begun: () => void,
    work: (ticket: { signal: AbortSignal; deadlineMs: number }) => Promise<T>,
  ): Promise<T> {
    const { signal } = this.#fresh()
    this.#calling = true
    try {
      begun()
      return await callStep(this.#clock, signal, deadlineMs, work)
    } finally {
      this.#calling = false
    }
  }

  /** Whoever sleeps looks again. Calls are left alone. */
  poke(): void {
    this.#poked = true
    if (!this.#calling) this.#wake.abort(problem('conflict', 'woken'))
  }

  /** Ends whatever it waits for, a call as well. */
  breakOff(reason: Error): void {
    this.#poked = true
    this.#wake.abort(reason)
  }

  #fresh(): AbortController {
    if (this.#wake.signal.aborted) this.#wake = new AbortController()
    return this.#wake
  }
}
