/**
 * Which traits, or which aggregates, each provider has.
 *
 * A fleet has many providers and few different sets of traits, so equal sets are stored once and a provider holds the number
 * of its set. A condition on traits is then decided once for each set and not for each provider. A set that nobody has any
 * more is forgotten.
 */
import { assert } from '../../lib/problem.ts'
import { IntColumn } from './columns.ts'

/** The number of the set without items; every provider begins with it. */
export const emptySet = 0

type StoredSet = { readonly items: Int32Array; readonly hash: number; size: number; first: number }

export class ProviderSets {
  readonly #setOf = new IntColumn(emptySet)
  readonly #next = new IntColumn(-1)
  readonly #previous = new IntColumn(-1)
  readonly #sets: (StoredSet | null)[] = [{ items: new Int32Array(0), hash: 0, size: 0, first: -1 }]
  readonly #byHash = new Map<number, number[]>()
  readonly #vacant: number[] = []

  /** One more than the highest number of a set. */
  get bound(): number {
    return this.#sets.length
  }

  setOf(provider: number): number {
    return this.#setOf.get(provider)
  }

  /** The items of a set, ascending. A number that is vacant at the moment has none. */
  itemsOf(set: number): Int32Array {
    return this.#sets[set]?.items ?? noItems
  }

  /** How many providers have exactly this set. Nobody counts those with the empty one. */
  sizeOf(set: number): number {
    return this.#sets[set]?.size ?? 0
  }

  forEachProvider(set: number, visit: (provider: number) => void): void {
    for (
      let provider = this.#sets[set]?.first ?? -1;
      provider !== -1;
      provider = this.#next.get(provider)
    ) {
      visit(provider)
    }
  }

  /** Gives the provider these items, in any order, instead of those it has. */
  assign(provider: number, items: Iterable<number>): void {
    this.#give(provider, this.#intern(ascending(items)))
  }

  /** Gives the provider what another has. */
  copy(provider: number, from: number): void {
    this.#give(provider, this.#setOf.get(from))
  }

  #give(provider: number, set: number): void {
    const before = this.#setOf.get(provider)
    if (set === before) return
    this.#leave(provider, before)
    this.#join(provider, set)
    this.#forgetIfUnused(before)
  }

  #intern(items: Int32Array): number {
    if (items.length === 0) return emptySet
    const hash = hashOf(items)
    const alike = this.#byHash.get(hash) ?? []
    const known = alike.find((set) => equal(this.itemsOf(set), items))
    if (known !== undefined) return known
    const set = this.#vacant.pop() ?? this.#sets.length
    this.#sets[set] = { items, hash, size: 0, first: -1 }
    this.#byHash.set(hash, [...alike, set])
    return set
  }

  #join(provider: number, set: number): void {
    this.#setOf.set(provider, set)
    if (set === emptySet) return
    const stored = this.#stored(set)
    if (stored.first !== -1) this.#previous.set(stored.first, provider)
    this.#next.set(provider, stored.first)
    this.#previous.set(provider, -1)
    stored.first = provider
    stored.size += 1
  }

  #leave(provider: number, set: number): void {
    if (set === emptySet) return
    const stored = this.#stored(set)
    const next = this.#next.get(provider)
    const previous = this.#previous.get(provider)
    if (previous === -1) stored.first = next
    else this.#next.set(previous, next)
    if (next !== -1) this.#previous.set(next, previous)
    stored.size -= 1
  }

  #forgetIfUnused(set: number): void {
    if (set === emptySet) return
    const { hash, size } = this.#stored(set)
    if (size > 0) return
    const others = (this.#byHash.get(hash) ?? []).filter((other) => other !== set)
    if (others.length === 0) this.#byHash.delete(hash)
    else this.#byHash.set(hash, others)
    this.#sets[set] = null
    this.#vacant.push(set)
  }

  #stored(set: number): StoredSet {
    const stored = this.#sets[set]
    assert(stored, 'no such set', { set })
    return stored
  }
}

/** True if the ascending items hold this one. */
export function holds(items: Int32Array, item: number): boolean {
  let low = 0
  let high = items.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const found = items[middle] ?? 0
    if (found === item) return true
    if (found < item) low = middle + 1
    else high = middle - 1
  }
  return false
}

/** The items in order, each once. Most lists have no item twice, and to see that is cheaper than to build a set. */
function ascending(items: Iterable<number>): Int32Array {
  const sorted = Int32Array.from(items).toSorted()
  const repeats = sorted.some((item, i) => i > 0 && item === sorted[i - 1])
  return repeats ? Int32Array.from(new Set(sorted)) : sorted
}

const noItems = new Int32Array(0)

function hashOf(items: Int32Array): number {
  let hash = items.length
  for (const item of items) hash = (Math.imul(hash, 31) + Math.imul(item + 1, 0x9e3779b1)) | 0
  return hash
}

function equal(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i])
}
