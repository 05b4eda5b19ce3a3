/** What whole trees have and use of some classes: the scheduler's view of hosts, without their inner structure. */
import type { ProviderId } from '../../domain/ids.ts'
import { none } from './forest.ts'
import { unknownName } from './names.ts'
import type { ProviderIndex } from './provider-index.ts'

export type TreeAmount = { readonly capacity: number; readonly used: number }

/** For each root, in the same order, the amounts by class in the order asked; null for a root that is not known. */
export function treeAmounts(
  index: ProviderIndex,
  roots: readonly ProviderId[],
  classes: readonly string[],
): (readonly TreeAmount[] | null)[] {
  const numbers = classes.map((name) => index.classes.find(name))
  return roots.map((id) => {
    const root = index.forest.find(id)
    return root === none ? null : numbers.map((number) => sum(index, root, number))
  })
}

function sum({ forest, stocks }: ProviderIndex, root: number, resourceClass: number): TreeAmount {
  let capacity = 0
  let used = 0
  if (resourceClass === unknownName) return { capacity, used }
  for (let at = root; at !== none; at = forest.following(at, root)) {
    const stock = stocks.find(at, resourceClass)
    if (stock === none) continue
    capacity += stocks.capacityOf(stock)
    used += stocks.usedOf(stock)
  }
  return { capacity, used }
}
