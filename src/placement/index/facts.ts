/** What the numbers in an answer stand for, looked up in the index. */
import type { ProviderId } from '../../domain/ids.ts'
import type { ProviderFacts } from '../../domain/placement/candidate.ts'
import { none } from './forest.ts'
import type { ProviderIndex } from './provider-index.ts'

export function factsOf(index: ProviderIndex): ProviderFacts {
  const { forest, stocks, classes, traitSets } = index
  const orNull = (number: number): number | null => (number === none ? null : number)
  return {
    // The index holds only what was given to it as a provider's id.
    idOf: (provider) => forest.idOf(provider) as ProviderId,
    idTexts: forest.idTexts,
    versionOf: (provider) => index.versionOf(provider),
    parentOf: (provider) => orNull(forest.parentOf(provider)),
    rootOf: (provider) => forest.rootOf(provider),
    traitSetOf: (provider) => traitSets.setOf(provider),
    traitsOf: (set) => index.traitNames(set),
    firstStock: (provider) => orNull(stocks.firstOf(provider)),
    nextStock: (stock) => orNull(stocks.nextOf(stock)),
    classOf: (stock) => stocks.classOf(stock),
    className: (resourceClass) => classes.nameOf(resourceClass),
    capacityOf: (stock) => stocks.capacityOf(stock),
    usedOf: (stock) => stocks.usedOf(stock),
  }
}
