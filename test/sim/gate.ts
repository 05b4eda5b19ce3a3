/**
 * The gate through which one control-plane process sees the world: its database, its hosts and its clock.
 *
 * Passing it is a *moment*. While it is open nothing is different; when it is shut the process stands still wherever it is;
 * when it is gone everything that the process was doing stops at its next moment and never goes on. So a process can die at
 * any await that matters, use-cases and engine alike, without any of them knowing of it.
 */
import type { Clock, Instant } from '../../src/lib/clock.ts'

/** What happens to a process at the moment at which it was ordered. */
export type Blow = { readonly kind: 'crash' | 'stall'; strike(): void }

export class Gate {
  readonly #clock: Clock
  /** How long the process takes at its next moment. */
  readonly #dawdle: () => number
  readonly #blows: { blow: Blow; left: number }[] = []
  readonly #alarms = new Set<() => void>()
  #open: Promise<void> | null = null
  #reopen: () => void = () => {}
  #gone = false

  constructor(clock: Clock, dawdle: () => number) {
    this.#clock = clock
    this.#dawdle = dawdle
  }

  get isGone(): boolean {
    return this.#gone
  }

  get isShut(): boolean {
    return this.#open !== null
  }

  /** Orders a blow for the n-th moment from now. The returned function takes the order back. */
  order(blow: Blow, moment: number): () => void {
    const ordered = { blow, left: moment }
    this.#blows.push(ordered)
    return () => {
      const at = this.#blows.indexOf(ordered)
      if (at !== -1) this.#blows.splice(at, 1)
    }
  }

  /** Goes on when the gate is open; never, when the process is gone. */
  async pass(): Promise<void> {
    this.#strike('any')
    const ms = this.#gone ? 0 : this.#dawdle()
    if (ms > 0) await this.#clock.sleep(ms)
    while (this.#open !== null) await this.#open
    if (this.#gone) await new Promise<never>(() => {})
  }

  /** A moment in which the process can die but not stand still: the middle of a transaction. True when it has died. */
  dies(): boolean {
    this.#strike('crash')
    return this.#gone
  }

  shut(): void {
    this.#open ??= new Promise((resolve) => {
      this.#reopen = resolve
    })
  }

  reopen(): void {
    this.#open = null
    this.#reopen()
  }

  /** Nothing of this process goes on any more. */
  remove(): void {
    this.#gone = true
    for (const cancel of this.#alarms) cancel()
    this.#alarms.clear()
    this.reopen()
  }

  /** The clock as this process has it: nothing rings in it while it stands still or when it is gone. */
  clock(): Clock {
    const after = (ms: number, ring: () => void): (() => void) => {
      const cancel = this.#clock.after(ms, () => {
        this.#alarms.delete(cancel)
        void this.#ring(ring)
      })
      this.#alarms.add(cancel)
      return () => {
        this.#alarms.delete(cancel)
        cancel()
      }
    }
    return {
      now: (): Instant => this.#clock.now(),
      after,
      sleep: async (ms, signal) => {
        signal?.throwIfAborted()
        await new Promise<void>((resolve, reject) => {
          const giveUp = (): void => {
            cancel()
            reject(signal?.reason)
          }
          const cancel = after(ms, () => {
            signal?.removeEventListener('abort', giveUp)
            resolve()
          })
          signal?.addEventListener('abort', giveUp, { once: true })
        })
      },
    }
  }

  async #ring(ring: () => void): Promise<void> {
    while (this.#open !== null) await this.#open
    if (!this.#gone) ring()
  }

  #strike(which: 'any' | 'crash'): void {
    if (this.#gone || this.#open !== null) return
    for (const each of this.#blows.slice()) {
      each.left -= 1
      if (each.left >= 0 || (which === 'crash' && each.blow.kind !== 'crash')) continue
      this.#blows.splice(this.#blows.indexOf(each), 1)
      each.blow.strike()
      if (this.#gone || this.#open !== null) return
    }
  }
}
