/** Collects what must not be, and says when the first of it was seen. */
import type { Trace } from './trace.ts'

export type Violation = {
  /** As in the list of invariants, or a word for what a simulation alone can see. */
  readonly invariant: string
  readonly what: string
}

export class Judge {
  readonly #trace: Trace
  readonly #onFirst: () => void
  readonly violations: Violation[] = []

  /** `onFirst` stops the world, so that it can be looked at as it is. */
  constructor(trace: Trace, onFirst: () => void) {
    this.#trace = trace
    this.#onFirst = onFirst
  }

  get isContent(): boolean {
    return this.violations.length === 0
  }

  /** `aside` is only told: see the trace. */
  fail(invariant: string, what: string, aside = ''): void {
    this.#trace.say(`VIOLATION of ${invariant}: ${what}`, aside)
    this.violations.push({ invariant, what })
    if (this.violations.length === 1) this.#onFirst()
  }
}
