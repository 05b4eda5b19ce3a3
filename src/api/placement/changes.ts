/** Every microversion after the first, each in a file of its own. */
import aggregates from './changes/1.01-aggregates.ts'
import resourceClasses from './changes/1.02-resource-classes.ts'
import providersByAggregate from './changes/1.03-providers-by-aggregate.ts'
import providersByResources from './changes/1.04-providers-by-resources.ts'
import dropInventories from './changes/1.05-drop-inventories.ts'
import traits from './changes/1.06-traits.ts'
import ensureResourceClass from './changes/1.07-ensure-resource-class.ts'
import allocationsHaveOwners from './changes/1.08-allocations-have-owners.ts'
import usages from './changes/1.09-usages.ts'
import candidates from './changes/1.10-candidates.ts'
import linkToAllocations from './changes/1.11-link-to-allocations.ts'
import allocationsByProvider from './changes/1.12-allocations-by-provider.ts'
import manyAllocations from './changes/1.13-many-allocations.ts'
import trees from './changes/1.14-trees.ts'
import datedAnswers from './changes/1.15-dated-answers.ts'
import limitedCandidates from './changes/1.16-limited-candidates.ts'
import candidatesByTrait from './changes/1.17-candidates-by-trait.ts'
import providersByTrait from './changes/1.18-providers-by-trait.ts'
import countedAggregates from './changes/1.19-counted-aggregates.ts'
import newProvidersAreShown from './changes/1.20-new-providers-are-shown.ts'
import candidatesByAggregate from './changes/1.21-candidates-by-aggregate.ts'
import forbiddenTraits from './changes/1.22-forbidden-traits.ts'
import errorCodes from './changes/1.23-error-codes.ts'
import repeatedAggregates from './changes/1.24-repeated-aggregates.ts'
import numberedGroups from './changes/1.25-numbered-groups.ts'
import reservedAsTotal from './changes/1.26-reserved-as-total.ts'
import allClasses from './changes/1.27-all-classes.ts'
import consumerGenerations from './changes/1.28-consumer-generations.ts'
import nestedCandidates from './changes/1.29-nested-candidates.ts'
import reshaper from './changes/1.30-reshaper.ts'
import candidatesByTree from './changes/1.31-candidates-by-tree.ts'
import forbiddenAggregates from './changes/1.32-forbidden-aggregates.ts'
import namedGroups from './changes/1.33-named-groups.ts'
import mappings from './changes/1.34-mappings.ts'
import rootTraits from './changes/1.35-root-traits.ts'
import sameSubtree from './changes/1.36-same-subtree.ts'
import movingProviders from './changes/1.37-moving-providers.ts'
import consumerTypes from './changes/1.38-consumer-types.ts'
import alternativeTraits from './changes/1.39-alternative-traits.ts'
import { openHistory } from './history.ts'
import { textOf } from './versions.ts'

export const placementHistory = openHistory([
  aggregates,
  resourceClasses,
  providersByAggregate,
  providersByResources,
  dropInventories,
  traits,
  ensureResourceClass,
  allocationsHaveOwners,
  usages,
  candidates,
  linkToAllocations,
  allocationsByProvider,
  manyAllocations,
  trees,
  datedAnswers,
  limitedCandidates,
  candidatesByTrait,
  providersByTrait,
  countedAggregates,
  newProvidersAreShown,
  candidatesByAggregate,
  forbiddenTraits,
  errorCodes,
  repeatedAggregates,
  numberedGroups,
  reservedAsTotal,
  allClasses,
  consumerGenerations,
  nestedCandidates,
  reshaper,
  candidatesByTree,
  forbiddenAggregates,
  namedGroups,
  mappings,
  rootTraits,
  sameSubtree,
  movingProviders,
  consumerTypes,
  alternativeTraits,
])

export const placementVersions = {
  min: textOf(0),
  max: textOf(placementHistory.newest),
} as const
