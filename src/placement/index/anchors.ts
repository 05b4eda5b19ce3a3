/**
 * Which trees are worth looking at.
 *
 * Every condition that some provider of a candidate must meet lists its providers: those that have a class, those with a
 * required trait, those in an aggregate, those of one tree. The trees of the shortest such list, and those that borrow from
 * it, are all that can hold a candidate. When even the shortest is long, all trees are looked at, in place.
 */
import { none } from './forest.ts'
import { forEachBorrower } from './lenders.ts'
import type { GroupPlan, Plan } from './plan.ts'
import type { ProviderIndex } from './provider-index.ts'
import type { ProviderSets } from './provider-sets.ts'
import type { SetTest } from './set-test.ts'

/** Places to look at: `at(i)` is the root of a tree, or `none` if there is nothing at this place. */
export type Anchors = { readonly count: number; readonly at: (i: number) => number }

type Source = {
  readonly count: number
  readonly forEach: (visit: (provider: number) => void) => void
}

/** A list is used when it is this many times shorter than the list of all providers; else a plain pass is cheaper. */
const worthwhile = 16

/** Of a request with more groups, some are as good as all: the shortest list is sought to save time. */
const groupsMax = 32

export function anchorsOf(index: ProviderIndex, plan: Plan): Anchors {
  const { forest } = index
  const shortest = sources(index, plan).reduce(
    (a, b) => (b.count < a.count ? b : a),
    everything(index),
  )
  if (shortest.count * worthwhile > forest.size) {
    return {
      count: forest.bound,
      at: (slot) => (forest.isRoot(slot) && passes(index, plan, slot) ? slot : none),
    }
  }
  const roots = new Set<number>()
  const lenders: number[] = []
  shortest.forEach((provider) => {
    roots.add(forest.rootOf(provider))
    if (index.sharing.has(provider)) lenders.push(provider)
  })
  forEachBorrower(index, lenders, (root) => roots.add(root))
  const sorted = Array.from(roots)
    .filter((root) => passes(index, plan, root))
    .toSorted((a, b) => a - b)
  return { count: sorted.length, at: (i) => sorted[i] ?? none }
}

function passes(index: ProviderIndex, plan: Plan, root: number): boolean {
  return plan.root.passes(index.traitSets.setOf(root))
}

function everything({ forest }: ProviderIndex): Source {
  return {
    count: forest.size,
    forEach: (visit) => {
      for (let slot = 0; slot < forest.bound; slot += 1)
        if (forest.rootOf(slot) !== none) visit(slot)
    },
  }
}

function sources(index: ProviderIndex, plan: Plan): Source[] {
  const { stocks, traitSets } = index
  const wanted = plan.choices.flatMap((choice) => choice.demands)
  return [
    ...wanted.map(({ resourceClass }) => ({
      count: stocks.countOf(resourceClass),
      forEach: (visit: (provider: number) => void) => stocks.forEachProvider(resourceClass, visit),
    })),
    ...bySets(index, traitSets, plan.root),
    ...plan.groups.slice(0, groupsMax).flatMap((group) => groupSources(index, group)),
  ]
}

function groupSources(index: ProviderIndex, group: GroupPlan): Source[] {
  const { traitSets, aggregateSets } = index
  return [
    ...bySets(index, traitSets, group.traits),
    ...group.together.flatMap((test) => bySets(index, traitSets, test)),
    ...bySets(index, aggregateSets, group.memberOf),
    ...(group.tree === none ? [] : [tree(index, group.tree)]),
  ]
}

/** Who passes a test, if there are so few different sets that testing all of them is cheap beside looking at all trees. */
function bySets({ forest }: ProviderIndex, sets: ProviderSets, test: SetTest): Source[] {
  if (!test.isSelective || sets.bound * 8 > forest.size + 1024) return []
  const passing = Array.from({ length: sets.bound }, (_, set) => set).filter((set) =>
    test.passes(set),
  )
  return [
    {
      count: passing.reduce((sum, set) => sum + sets.sizeOf(set), 0),
      forEach: (visit) => passing.forEach((set) => sets.forEachProvider(set, visit)),
    },
  ]
}

function tree({ forest }: ProviderIndex, root: number): Source {
  return {
    count: 1,
    forEach: (visit) => {
      for (let at = root; at !== none; at = forest.following(at, root)) visit(at)
    },
  }
}
