/**
 * Sharing providers, seen from the trees that borrow from them.
 *
 * A sharing provider lends to every tree in which some provider shares an aggregate with it. Only lenders that could meet
 * some choice of the query are kept, by aggregate, and who lends in a set of aggregates is worked out once for each set
 * that is met.
 */
import type { ProviderIndex } from './provider-index.ts'
import { emptySet } from './provider-sets.ts'
import type { Work } from './work.ts'

export class Lenders {
  readonly #index: ProviderIndex
  readonly #byAggregate = new Map<number, number[]>()
  readonly #bySet = new Map<number, readonly number[]>()

  constructor(index: ProviderIndex, isUseful: (provider: number) => boolean) {
    this.#index = index
    for (const lender of index.sharing) {
      if (!isUseful(lender)) continue
      for (const aggregate of aggregatesOf(index, lender)) {
        const lenders = this.#byAggregate.get(aggregate)
        if (lenders === undefined) this.#byAggregate.set(aggregate, [lender])
        else lenders.push(lender)
      }
    }
  }

  get isEmpty(): boolean {
    return this.#byAggregate.size === 0
  }

  /** The lenders to a tree that are not part of it, ascending. Every lender that is met on the way is a step of work. */
  to(root: number, work: Work): readonly number[] {
    const { forest, aggregateSets } = this.#index
    if (forest.isLeaf(root))
      return this.#outside(root, this.#inSet(aggregateSets.setOf(root), work))
    const met: (readonly number[])[] = []
    for (let at = root; at !== -1; at = forest.following(at, root)) {
      const lenders = this.#inSet(aggregateSets.setOf(at), work)
      if (lenders.length > 0) met.push(lenders)
    }
    return this.#outside(root, merged(met, work))
  }

  #outside(root: number, lenders: readonly number[]): readonly number[] {
    const { forest } = this.#index
    return lenders.some((lender) => forest.rootOf(lender) === root)
      ? lenders.filter((lender) => forest.rootOf(lender) !== root)
      : lenders
  }

  #inSet(set: number, work: Work): readonly number[] {
    if (set === emptySet) return []
    const known = this.#bySet.get(set)
    if (known !== undefined) return known
    const met: number[][] = []
    for (const aggregate of this.#index.aggregateSets.itemsOf(set)) {
      const lenders = this.#byAggregate.get(aggregate)
      if (lenders !== undefined) met.push(lenders)
    }
    const lenders = merged(met, work)
    this.#bySet.set(set, lenders)
    return lenders
  }
}

/** All that are in some list, each once, ascending. */
function merged(lists: readonly (readonly number[])[], work: Work): readonly number[] {
  const all = new Set<number>()
  for (const list of lists) {
    work.left -= list.length
    for (const lender of list) all.add(lender)
  }
  return Array.from(all).toSorted((a, b) => a - b)
}

/** The roots of all trees that some of these sharing providers lend to. A root may be visited more than once. */
export function forEachBorrower(
  index: ProviderIndex,
  lenders: readonly number[],
  visit: (root: number) => void,
): void {
  if (lenders.length === 0) return
  const { aggregateSets, forest } = index
  const lent = new Set(lenders.flatMap((lender) => Array.from(aggregatesOf(index, lender))))
  for (let set = emptySet + 1; set < aggregateSets.bound; set += 1) {
    if (!aggregateSets.itemsOf(set).some((aggregate) => lent.has(aggregate))) continue
    aggregateSets.forEachProvider(set, (provider) => visit(forest.rootOf(provider)))
  }
}

function aggregatesOf({ aggregateSets }: ProviderIndex, provider: number): Int32Array {
  return aggregateSets.itemsOf(aggregateSets.setOf(provider))
}
