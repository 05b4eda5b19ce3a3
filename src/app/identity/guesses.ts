/**
 * Slows down whoever guesses passwords.
 *
 * Failures are counted by what was tried (user or credential) and from where. After a few of them further tries from there are
 * refused for a while without looking at the password, so that guessing costs the guesser and not the owner, who logs in
 * elsewhere undisturbed. The counts are this process's own and are lost with it: they slow guessing down, and the strength
 * of a password is what stops it.
 */
import type { Clock, Instant } from '../../lib/clock.ts'

export type GuessLimits = {
  readonly failuresMax: number
  readonly windowMs: number
  /** Most counters kept; the oldest are forgotten first. */
  readonly countersMax: number
}

export const usualGuesses: GuessLimits = { failuresMax: 10, windowMs: 60_000, countersMax: 10_000 }

type Counter = { readonly failures: number; readonly since: Instant }

export class Guesses {
  readonly #clock: Clock
  readonly #limits: GuessLimits
  readonly #counters = new Map<string, Counter>()

  constructor(clock: Clock, limits: GuessLimits = usualGuesses) {
    this.#clock = clock
    this.#limits = limits
  }

  /** How long further tries are refused, in ms; 0 when they are not. */
  refusedFor(what: string): number {
    const counter = this.#counters.get(what)
    if (counter === undefined || counter.failures < this.#limits.failuresMax) return 0
    return Math.max(0, counter.since + this.#limits.windowMs - this.#clock.now())
  }

  failed(what: string): void {
    const now = this.#clock.now()
    const counter = this.#counters.get(what)
    const goesOn = counter !== undefined && now < counter.since + this.#limits.windowMs
    this.#counters.delete(what)
    this.#counters.set(what, {
      failures: goesOn ? counter.failures + 1 : 1,
      since: goesOn ? counter.since : now,
    })
    if (this.#counters.size > this.#limits.countersMax) this.#forgetOldest()
  }

  succeeded(what: string): void {
    this.#counters.delete(what)
  }

  #forgetOldest(): void {
    for (const what of this.#counters.keys()) {
      this.#counters.delete(what)
      return
    }
  }
}
