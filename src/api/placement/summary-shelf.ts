/**
 * Summaries of providers as they were written last.
 *
 * Nine of ten providers are as they were when the last answer was written, and to copy a text is much cheaper than to put it
 * together again. They are kept one behind the other as they were written, so that those that follow each other in an answer
 * as they did in an earlier one are copied in one piece. One that changed is kept in its old place if it is as long as before.
 * When there is no more room everything is forgotten, and what is asked for next is kept.
 */
import type { ProviderFacts } from '../../domain/placement/candidate.ts'
import type { JsonBytes } from '../../lib/json-bytes.ts'

const firstBytes = 64 * 1024
/** Enough for ten thousand hosts with forty traits each. */
const usualBytesMax = 16 * 1024 * 1024

export class SummaryShelf {
  readonly #bytesMax: number
  #facts: ProviderFacts | null = null
  #bytes = Buffer.alloc(0)
  #length = 0
  /** By provider: where its summary is, how long it is (0 if there is none), and of which version. */
  #from = new Int32Array(0)
  #lengths = new Int32Array(0)
  #versions = new Int32Array(0)

  constructor(bytesMax: number = usualBytesMax) {
    this.#bytesMax = bytesMax
  }

  /**
   * Writes the summaries from a place in a list on, as far as they are kept one behind the other.
   * @returns the place of the first that was not written.
   */
  copy(json: JsonBytes, facts: ProviderFacts, providers: readonly number[], place: number): number {
    if (this.#facts !== facts) return place
    const from = this.#from[providers[place] ?? 0] ?? 0
    let to = from
    let next = place
    for (; next < providers.length; next += 1) {
      const provider = providers[next] ?? 0
      const length = this.#lengths[provider] ?? 0
      if (length === 0 || this.#from[provider] !== to) break
      if (this.#versions[provider] !== facts.versionOf(provider)) break
      to += length
    }
    if (to > from) json.copy(this.#bytes, from, to)
    return next
  }

  /** Keeps what was written of the provider since `from`. */
  keep(json: JsonBytes, from: number, facts: ProviderFacts, provider: number): void {
    const length = json.length - from
    if (length > this.#bytesMax) return
    if (this.#facts !== facts) this.#begin(facts)
    if (provider >= this.#lengths.length) this.#grow(provider)
    if (this.#lengths[provider] !== length) {
      if (this.#length + length > this.#bytesMax) this.#begin(facts)
      this.#makeRoom(length)
      this.#from[provider] = this.#length
      this.#lengths[provider] = length
      this.#length += length
    }
    json.copyTo(this.#bytes, this.#from[provider] ?? 0, from)
    this.#versions[provider] = facts.versionOf(provider)
  }

  /** Numbers of providers mean something within one set of facts only. */
  #begin(facts: ProviderFacts): void {
    this.#facts = facts
    this.#length = 0
    this.#lengths.fill(0)
  }

  #grow(provider: number): void {
    const count = Math.max(provider + 1, this.#lengths.length * 2)
    this.#from = grown(this.#from, count)
    this.#lengths = grown(this.#lengths, count)
    this.#versions = grown(this.#versions, count)
  }

  #makeRoom(bytes: number): void {
    const needed = this.#length + bytes
    if (needed <= this.#bytes.length) return
    const size = Math.max(needed, firstBytes, this.#bytes.length * 2)
    const larger = Buffer.allocUnsafeSlow(Math.min(size, this.#bytesMax))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}

function grown(cells: Int32Array<ArrayBuffer>, count: number): Int32Array<ArrayBuffer> {
  const more = new Int32Array(count)
  more.set(cells)
  return more
}
