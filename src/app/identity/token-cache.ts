/**
 * Remembers good tokens, so that checking one costs microseconds.
 *
 * Whatever changes an account clears it: in this process at once, in others when the change feed tells them, and in any case
 * an entry is believed for a short time only. A check that began before a change and ended after it must not be remembered;
 * the epoch tells.
 */
import type { GoodToken } from '../../domain/accounts.ts'
import type { Identity } from '../../domain/identity.ts'
import type { Clock, Instant } from '../../lib/clock.ts'

const believedMs = 30_000
const entriesMax = 20_000

export type Known = { readonly token: GoodToken; readonly who: Identity }
type Entry = Known & { readonly until: Instant }

export class TokenCache {
  readonly #clock: Clock
  readonly #entries = new Map<string, Entry>()
  #epoch = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get epoch(): number {
    return this.#epoch
  }

  get(hash: string): Known | null {
    const entry = this.#entries.get(hash)
    if (entry === undefined) return null
    if (this.#clock.now() < entry.until) return entry
    this.#entries.delete(hash)
    return null
  }

  /** Remembers what was found, unless something has changed since the epoch in which the search began. */
  remember(hash: string, known: Known, epoch: number): void {
    if (epoch !== this.#epoch) return
    if (this.#entries.size >= entriesMax) this.#entries.clear()
    const until = Math.min(this.#clock.now() + believedMs, known.token.expiresAt)
    this.#entries.set(hash, { ...known, until })
  }

  clear(): void {
    this.#epoch += 1
    this.#entries.clear()
  }
}
