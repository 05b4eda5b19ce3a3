/** Providers that meet every filter by themselves: the filters of the list of providers, answered from the index. */
import type { ProviderId } from '../../domain/ids.ts'
import type { ProviderQuery } from '../../domain/placement/candidate-query.ts'
import { none } from './forest.ts'
import { unknownName } from './names.ts'
import type { ProviderIndex } from './provider-index.ts'
import { SetTest } from './set-test.ts'

/** The ids of matching providers, in the order in which they became known. */
export function matchingProviders(index: ProviderIndex, query: ProviderQuery): ProviderId[] {
  const { forest, traitSets, aggregateSets, stocks } = index
  const traits = new SetTest(traitSets, index.traits, query.required, query.forbidden)
  const aggregates = new SetTest(
    aggregateSets,
    index.aggregates,
    query.memberOf,
    query.forbiddenAggregates,
  )
  const resources = Array.from(query.resources, ([name, amount]) => ({
    number: index.classes.find(name),
    amount,
  }))
  const matches = (slot: number): boolean =>
    traits.passes(traitSets.setOf(slot)) &&
    aggregates.passes(aggregateSets.setOf(slot)) &&
    resources.every(({ number, amount }) => {
      const stock = number === unknownName ? none : stocks.find(slot, number)
      return stock !== none && stocks.hasRoom(stock, amount)
    })
  // The index holds only what was given to it as a provider's id.
  return scope(index, query)
    .filter(matches)
    .map((slot) => forest.idOf(slot) as ProviderId)
}

/** The slots to look at: one provider, one tree, or all. */
function scope({ forest }: ProviderIndex, query: ProviderQuery): number[] {
  const wanted = query.id === null ? none : forest.find(query.id)
  const member = query.inTree === null ? none : forest.find(query.inTree)
  if ((query.id !== null && wanted === none) || (query.inTree !== null && member === none))
    return []
  const root = forest.rootOf(member)
  if (wanted !== none) return member === none || forest.rootOf(wanted) === root ? [wanted] : []
  const slots: number[] = []
  if (member !== none) {
    for (let at = root; at !== none; at = forest.following(at, root)) slots.push(at)
    return slots
  }
  for (let slot = 0; slot < forest.bound; slot += 1)
    if (forest.rootOf(slot) !== none) slots.push(slot)
  return slots
}
