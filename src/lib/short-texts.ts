/**
 * Short texts by number, as bytes in one block: made so once, and copied from there into whatever is written.
 *
 * For ids, which stand in an answer by the thousand. Four bytes at a time, because a call that copies costs more than the
 * copying of so few.
 */
import { assert } from './problem.ts'

const firstCount = 64

export class ShortTexts {
  readonly #width: number
  #bytes: Uint8Array
  #view: DataView
  #lengths: Uint8Array

  /** @param lengthMax a multiple of four, up to 252. */
  constructor(lengthMax: number) {
    this.#width = lengthMax
    this.#bytes = new Uint8Array(lengthMax * firstCount)
    this.#view = new DataView(this.#bytes.buffer)
    this.#lengths = new Uint8Array(firstCount)
  }

  /** @param text of ASCII. */
  set(number: number, text: string): void {
    assert(text.length <= this.#width, 'the text is too long', { text })
    if (number >= this.#lengths.length) this.#grow(number)
    const from = number * this.#width
    for (let i = 0; i < text.length; i += 1) this.#bytes[from + i] = text.charCodeAt(i)
    this.#lengths[number] = text.length
  }

  lengthOf(number: number): number {
    return this.#lengths[number] ?? 0
  }

  /** Writes the text to a place in other memory. */
  copyTo(target: DataView, at: number, number: number): void {
    const view = this.#view
    const length = this.#lengths[number] ?? 0
    const from = number * this.#width
    let i = 0
    for (; i + 4 <= length; i += 4) target.setInt32(at + i, view.getInt32(from + i))
    for (; i < length; i += 1) target.setUint8(at + i, view.getUint8(from + i))
  }

  #grow(number: number): void {
    const count = Math.max(number + 1, this.#lengths.length + (this.#lengths.length >> 1))
    const bytes = new Uint8Array(count * this.#width)
    bytes.set(this.#bytes)
    const lengths = new Uint8Array(count)
    lengths.set(this.#lengths)
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer)
    this.#lengths = lengths
  }
}
