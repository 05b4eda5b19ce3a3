/**
 * Beginnings of summaries as they were written last: a provider's id, and what it has and uses.
 *
 * Nine of ten providers are as they were when the last answer was written, and to copy a text is much cheaper than to put it
 * together again. A provider has one place here, which it shares with others; whoever was written last has it. So this never
 * grows, and the answers about a part of a large fleet still find what the one before wrote.
 */
import type { ProviderFacts } from '../../domain/placement/candidate.ts'
import type { JsonBytes } from '../../lib/json-bytes.ts'

/** A power of two. */
const places = 16_384
/** Those that are longer are written anew each time: a head with three classes takes half of it. */
const headBytes = 384

export class SummaryHeads {
  #facts: ProviderFacts | null = null
  #bytes = Buffer.alloc(0)
  readonly #lengths = new Int32Array(places)
  readonly #providers = new Int32Array(places)
  readonly #versions = new Int32Array(places)

  /** Writes what is kept of the provider. False if there is nothing, or it is not what it says now. */
  copy(json: JsonBytes, facts: ProviderFacts, provider: number): boolean {
    const place = provider & (places - 1)
    const length = this.#lengths[place] ?? 0
    if (length === 0 || this.#facts !== facts || this.#providers[place] !== provider) return false
    if (this.#versions[place] !== facts.versionOf(provider)) return false
    const from = place * headBytes
    json.copy(this.#bytes, from, from + length)
    return true
  }

  /** Keeps what was written of the provider since `from`. */
  keep(json: JsonBytes, from: number, facts: ProviderFacts, provider: number): void {
    const length = json.length - from
    if (length > headBytes) return
    if (this.#facts !== facts) this.#begin(facts)
    const place = provider & (places - 1)
    json.copyTo(this.#bytes, place * headBytes, from)
    this.#lengths[place] = length
    this.#providers[place] = provider
    this.#versions[place] = facts.versionOf(provider)
  }

  /** Numbers of providers mean something within one set of facts only. */
  #begin(facts: ProviderFacts): void {
    this.#facts = facts
    this.#lengths.fill(0)
    if (this.#bytes.length === 0) this.#bytes = Buffer.allocUnsafeSlow(places * headBytes)
  }
}
