/**
 * Sharing providers, seen from the trees that borrow from them.
 *
 * A sharing provider lends to every tree in which some provider shares an aggregate with it. Only lenders that could meet
 * some choice of the query are kept, and who lends in a set of aggregates is worked out once for each set that is met.
 */
import type { ProviderIndex } from './provider-index.ts'
import { emptySet, holds } from './provider-sets.ts'

export class Lenders {
  readonly #index: ProviderIndex
  readonly #lenders: readonly number[]
  readonly #bySet = new Map<number, readonly number[]>()

  constructor(index: ProviderIndex, isUseful: (provider: number) => boolean) {
    this.#index = index
    this.#lenders = Array.from(index.sharing)
      .filter(isUseful)
      .toSorted((a, b) => a - b)
  }

  get isEmpty(): boolean {
    return this.#lenders.length === 0
  }

  /** The lenders to a tree that are not part of it. */
  to(root: number): readonly number[] {
    const { forest, aggregateSets } = this.#index
    if (forest.isLeaf(root)) return this.#outside(root, this.#inSet(aggregateSets.setOf(root)))
    const lenders = new Set<number>()
    for (let at = root; at !== -1; at = forest.following(at, root)) {
      for (const lender of this.#inSet(aggregateSets.setOf(at))) lenders.add(lender)
    }
    return this.#outside(
      root,
      Array.from(lenders).toSorted((a, b) => a - b),
    )
  }

  #outside(root: number, lenders: readonly number[]): readonly number[] {
    const { forest } = this.#index
    return lenders.some((lender) => forest.rootOf(lender) === root)
      ? lenders.filter((lender) => forest.rootOf(lender) !== root)
      : lenders
  }

  #inSet(set: number): readonly number[] {
    if (set === emptySet) return []
    const known = this.#bySet.get(set)
    if (known !== undefined) return known
    const { aggregateSets } = this.#index
    const aggregates = aggregateSets.itemsOf(set)
    const lenders = this.#lenders.filter((lender) =>
      aggregateSets
        .itemsOf(aggregateSets.setOf(lender))
        .some((aggregate) => holds(aggregates, aggregate)),
    )
    this.#bySet.set(set, lenders)
    return lenders
  }
}

/** The roots of all trees that a sharing provider lends to. */
export function forEachBorrower(
  index: ProviderIndex,
  lender: number,
  visit: (root: number) => void,
): void {
  const { aggregateSets, forest } = index
  const lent = aggregateSets.itemsOf(aggregateSets.setOf(lender))
  for (let set = emptySet + 1; set < aggregateSets.bound; set += 1) {
    if (!aggregateSets.itemsOf(set).some((aggregate) => holds(lent, aggregate))) continue
    aggregateSets.forEachProvider(set, (provider) => visit(forest.rootOf(provider)))
  }
}
