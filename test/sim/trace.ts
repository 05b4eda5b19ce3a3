/** What happened, line by line, and a digest of it: two runs are the same when their digests are. */
import { createHash } from 'node:crypto'
import type { Clock } from '../../src/lib/clock.ts'

export class Trace {
  readonly #clock: Clock
  readonly #hash = createHash('sha256')
  readonly #lines: string[] = []
  readonly #keep: number
  #count = 0

  /** Keeps that many of the last lines. */
  constructor(clock: Clock, keep: number) {
    this.#clock = clock
    this.#keep = keep
  }

  say(text: string): void {
    const line = `${(this.#clock.now() / 1000).toFixed(3).padStart(9)}  ${text}`
    this.#hash.update(`${line}\n`)
    this.#count += 1
    this.#lines.push(line)
    if (this.#lines.length > 2 * this.#keep) this.#lines.splice(0, this.#lines.length - this.#keep)
  }

  get events(): number {
    return this.#count
  }

  lines(): readonly string[] {
    return this.#lines.slice(-this.#keep)
  }

  digest(): string {
    return this.#hash.copy().digest('hex')
  }
}
