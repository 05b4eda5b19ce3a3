/** What happened, line by line, and a digest of it: two runs are the same when their digests are. */
import { createHash } from 'node:crypto'
import type { Clock } from '../../src/lib/clock.ts'
import type { Details } from '../../src/lib/problem.ts'

/** How much of a stack is told, in characters. */
const framesMax = 1500

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

  /** `aside` is told and not part of the digest: where in the program something comes from differs from machine to machine. */
  say(text: string, aside = ''): void {
    const line = `${(this.#clock.now() / 1000).toFixed(3).padStart(9)}  ${text}`
    this.#hash.update(`${line}\n`)
    this.#count += 1
    this.#lines.push(line + aside)
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

/** Details of a log without the frames of the stack that came with them, and the frames. */
export function framesApart(fields: Details): readonly [facts: Details, frames: string] {
  const cause = fields['cause']
  if (typeof cause !== 'string') return [fields, '']
  const [said, ...frames] = cause.split(/(?=\n\s+at )/)
  return [{ ...fields, cause: said }, frames.join('').slice(0, framesMax)]
}
