/**
 * JSON text as it goes over the wire, put together from pieces.
 *
 * For answers of a megabyte that are made of few different parts. Each part is made into bytes once and copied ever after;
 * as a string the whole would first be a tree of a hundred thousand pieces, and then be walked to be encoded.
 */

import type { ShortTexts } from './short-texts.ts'

const decimalDigitsMax = 10
/** Of one unit of a string. */
const utf8BytesMax = 3

/**
 * Memory of texts that were sent, for those to come. Fresh memory for a megabyte costs as much as writing into it: the system
 * hands it out page by page, and none of it is in a cache yet.
 */
export class SpareMemory {
  readonly #blocks: Buffer[] = []

  take(): Buffer {
    return this.#blocks.pop() ?? Buffer.allocUnsafe(firstBytes)
  }

  /** Few blocks are kept, and none that is larger than usual. */
  giveBack(block: Buffer): void {
    if (this.#blocks.length < sparesMax && block.length <= spareBytesMax) this.#blocks.push(block)
  }
}

const firstBytes = 4096
const growth = 1.5
const sparesMax = 2
/** Enough for a thousand candidates on hosts of several providers each. */
const spareBytesMax = 8 * 1024 * 1024

export class JsonBytes {
  readonly #memory: SpareMemory
  #bytes: Buffer
  #view: DataView
  #length = 0

  constructor(memory: SpareMemory) {
    this.#memory = memory
    this.#bytes = memory.take()
    this.#view = viewOf(this.#bytes)
  }

  /** How much has been written. */
  get length(): number {
    return this.#length
  }

  /** A part that is JSON already. */
  part(part: Uint8Array): void {
    this.#makeRoom(part.length)
    this.#bytes.set(part, this.#length)
    this.#length += part.length
  }

  /** Text of letters, digits, `_` and `-`, without the quotes around it. */
  plain(text: string): void {
    this.#makeRoom(text.length)
    this.#length += this.#bytes.write(text, this.#length, 'latin1')
  }

  /** JSON of any kind, as text. */
  text(text: string): void {
    this.#makeRoom(text.length * utf8BytesMax)
    this.#length += this.#bytes.write(text, this.#length, 'utf8')
  }

  /** One of many short texts, such as `plain` writes. */
  shortText(texts: ShortTexts, number: number): void {
    const length = texts.lengthOf(number)
    this.#makeRoom(length)
    texts.copyTo(this.#view, this.#length, number)
    this.#length += length
  }

  /** A part so many times. @returns where the first of them begins: what is to stand in its holes is put there then. */
  repeat(part: Uint8Array, count: number): number {
    const { length } = part
    const from = this.#length
    const to = from + length * count
    this.part(part)
    this.#makeRoom(to - this.#length)
    // What is there already is copied, so that a thousand times take ten copies.
    for (let end = this.#length; end < to; end += end - from) {
      this.#bytes.copyWithin(end, from, Math.min(end, from + to - end))
    }
    this.#length = to
    return from
  }

  /** Writes one of many short texts over what is at a place. */
  put(texts: ShortTexts, number: number, at: number): void {
    texts.copyTo(this.#view, at, number)
  }

  number(value: number): void {
    if (value < 0 || value > 0x7fffffff || !Number.isInteger(value)) {
      this.plain(JSON.stringify(value))
      return
    }
    this.#makeRoom(decimalDigitsMax)
    let digits = 1
    for (let power = 10; power <= value; power *= 10) digits += 1
    let rest = value
    for (let at = this.#length + digits - 1; at >= this.#length; at -= 1) {
      const tens = (rest / 10) | 0
      this.#bytes[at] = 0x30 + rest - tens * 10
      rest = tens
    }
    this.#length += digits
  }

  /** The same, from a place in other memory. */
  copy(source: Buffer, from: number, to: number): void {
    this.#makeRoom(to - from)
    this.#length += source.copy(this.#bytes, this.#length, from, to)
  }

  /** Copies what was written since `from` to a place in other memory. */
  copyTo(target: Buffer, at: number, from: number): void {
    this.#bytes.copy(target, at, from, this.#length)
  }

  /** Takes back the last byte: the comma behind the last of a list. */
  dropLast(): void {
    this.#length -= 1
  }

  /** What was written. Nothing may be written afterwards. */
  done(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Gives the memory back. What was written is gone, and nothing may be written any more. */
  release(): void {
    this.#memory.giveBack(this.#bytes)
  }

  #makeRoom(bytes: number): void {
    const needed = this.#length + bytes
    if (needed <= this.#bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(needed, Math.trunc(this.#bytes.length * growth)))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
    this.#view = viewOf(grown)
  }
}

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length)
}

/** The bytes of text that is JSON. */
export function jsonPart(text: string): Uint8Array {
  return Buffer.from(text)
}
