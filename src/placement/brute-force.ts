/**
 * What allocation candidates are, written to be read: try every provider for everything, and keep what breaks no rule.
 *
 * It is the reference that the index is compared with, and far too slow for anything else. It shares no code with the index
 * but the arithmetic of one inventory.
 */
import type { AggregateId, ProviderId } from '../domain/ids.ts'
import type { CandidateQuery, RequestGroup } from '../domain/placement/candidate-query.ts'
import type { Candidate, ProviderSummary } from '../domain/placement/candidate.ts'
import type { Inventory } from '../domain/placement/inventory.ts'
import { capacity, fits } from '../domain/placement/inventory.ts'
import { compareTraits, sharingTrait } from '../domain/placement/names.ts'
import { assert } from '../lib/problem.ts'

export type WorldProvider = {
  readonly id: ProviderId
  readonly parent: ProviderId | null
  readonly traits: readonly string[]
  readonly aggregates: readonly AggregateId[]
  readonly stocks: readonly WorldStock[]
}

export type WorldStock = {
  readonly resourceClass: string
  readonly inventory: Inventory
  readonly used: number
}

/** Parents stand before their children. */
export type World = readonly WorldProvider[]

/** Something to find one provider for: a whole group with a suffix, or one class of the group without. */
type Part = { readonly group: RequestGroup; readonly resources: ReadonlyMap<string, number> }

type Taking = { readonly part: Part; readonly provider: WorldProvider }

export type BruteForceAnswer = {
  readonly candidates: readonly Candidate[]
  readonly summaries: readonly ProviderSummary[]
}

export function candidatesByBruteForce(world: World, query: CandidateQuery): BruteForceAnswer {
  const parts = query.groups.flatMap((group): Part[] =>
    isAlone(group)
      ? [{ group, resources: group.resources }]
      : Array.from(group.resources, ([name, amount]) => ({
          group,
          resources: new Map([[name, amount]]),
        })),
  )
  const found = new Map<string, Candidate>()
  for (const anchor of world.filter((provider) => provider.parent === null)) {
    if (!isAnchor(query, anchor)) continue
    for (const takings of combinations(world, parts, (taking) =>
      isAllowedPart(world, anchor, taking),
    )) {
      if (!isAllowedWhole(world, query, takings)) continue
      const candidate = candidateOf(query, takings)
      found.set(canonical(candidate), candidate)
    }
  }
  const candidates = Array.from(found.values())
  return { candidates, summaries: summariesOf(world, query, candidates) }
}

/** One text for candidates that mean the same, whatever the order in which they are written. */
export function canonical(candidate: Candidate): string {
  const amounts = candidate.allocations.flatMap(({ provider, resources }) =>
    Object.entries(resources).map(([name, amount]) => `${provider} ${name} ${amount}`),
  )
  const mapped = candidate.mappings.map(
    ({ suffix, providers }) => `${suffix}=${providers.toSorted().join()}`,
  )
  return [...amounts.toSorted(), ...mapped.toSorted()].join('; ')
}

function isAnchor(query: CandidateQuery, root: WorldProvider): boolean {
  return (
    query.rootRequired.every((trait) => root.traits.includes(trait)) &&
    !query.rootForbidden.some((trait) => root.traits.includes(trait))
  )
}

/** The rules that one provider must obey for one part, at one anchor. */
function isAllowedPart(world: World, anchor: WorldProvider, { part, provider }: Taking): boolean {
  const { group, resources } = part
  const isOwn = rootOf(world, provider) === anchor
  const isLent = !isOwn && lendsTo(world, provider, anchor)
  if (!isOwn && !isLent) return false
  for (const [name, amount] of resources) {
    const stock = provider.stocks.find(({ resourceClass }) => resourceClass === name)
    if (stock === undefined || !fits(stock.inventory, stock.used, amount)) return false
  }
  if (group.forbidden.some((trait) => provider.traits.includes(trait))) return false
  if (group.inTree !== null) {
    const member = world.find(({ id }) => id === group.inTree)
    if (member === undefined || rootOf(world, provider) !== rootOf(world, member)) return false
  }
  const isMember = (of: WorldProvider): boolean =>
    group.memberOf.every((anyOf) => anyOf.some((aggregate) => of.aggregates.includes(aggregate)))
  const isOutside = (of: WorldProvider): boolean =>
    !group.forbiddenAggregates.some((aggregate) => of.aggregates.includes(aggregate))
  if (isAlone(group)) {
    return isMember(provider) && isOutside(provider) && hasTraits([provider], group.required)
  }
  // Aggregates of a root span its tree. A lender must be a member itself, and does not lend to a group bound to one tree.
  return (
    isOutside(provider) &&
    isOutside(anchor) &&
    (isMember(provider) || (isOwn && isMember(anchor))) &&
    (isOwn || group.inTree === null)
  )
}

/** The rules that concern all parts together. */
function isAllowedWhole(world: World, query: CandidateQuery, takings: readonly Taking[]): boolean {
  const together = takings.filter(({ part }) => !isAlone(part.group))
  const collective = together[0]?.part.group.required ?? []
  const providers = takings.map(({ provider }) => provider)
  return (
    hasTraits(
      together.map(({ provider }) => provider),
      collective,
    ) &&
    haveRoom(takings) &&
    (query.groupPolicy !== 'isolate' ||
      areDistinct(takings.filter(({ part }) => isAlone(part.group)))) &&
    query.sameSubtree.every((suffixes) => {
      const named = takings.filter(({ part }) => suffixes.includes(part.group.suffix))
      return isSubtree(
        world,
        named.map(({ provider }) => provider),
      )
    }) &&
    (query.nested || noTwoOfOneTree(world, providers))
  )
}

function haveRoom(takings: readonly Taking[]): boolean {
  for (const { provider } of takings) {
    for (const { resourceClass, inventory, used } of provider.stocks) {
      const amounts = takings
        .filter((taking) => taking.provider === provider)
        .map(({ part }) => part.resources.get(resourceClass) ?? 0)
      const sum = amounts.reduce((a, b) => a + b, 0)
      if (sum > 0 && (used + sum > capacity(inventory) || sum > inventory.maxUnit)) return false
    }
  }
  return true
}

function isSubtree(world: World, providers: readonly WorldProvider[]): boolean {
  if (providers.length === 0) return true
  return providers.some((top) =>
    providers.every((provider) => ancestry(world, provider).includes(top)),
  )
}

function noTwoOfOneTree(world: World, providers: readonly WorldProvider[]): boolean {
  const distinct = Array.from(new Set(providers))
  return new Set(distinct.map((provider) => rootOf(world, provider))).size === distinct.length
}

function areDistinct(takings: readonly Taking[]): boolean {
  return new Set(takings.map(({ provider }) => provider)).size === takings.length
}

function hasTraits(
  providers: readonly WorldProvider[],
  required: readonly (readonly string[])[],
): boolean {
  return required.every((anyOf) =>
    anyOf.some((trait) => providers.some((provider) => provider.traits.includes(trait))),
  )
}

function lendsTo(world: World, lender: WorldProvider, anchor: WorldProvider): boolean {
  if (!lender.traits.includes(sharingTrait)) return false
  return world.some(
    (provider) =>
      rootOf(world, provider) === anchor &&
      provider.aggregates.some((aggregate) => lender.aggregates.includes(aggregate)),
  )
}

function candidateOf(query: CandidateQuery, takings: readonly Taking[]): Candidate {
  const amounts = new Map<ProviderId, Record<string, number>>()
  for (const { part, provider } of takings) {
    for (const [name, amount] of part.resources) {
      const resources = amounts.get(provider.id) ?? {}
      resources[name] = (resources[name] ?? 0) + amount
      amounts.set(provider.id, resources)
    }
  }
  return {
    allocations: Array.from(amounts, ([provider, resources]) => ({ provider, resources })),
    mappings: query.groups.map((group) => {
      const providers = takings
        .filter(({ part }) => part.group === group)
        .map(({ provider }) => provider.id)
      return { suffix: group.suffix, providers: Array.from(new Set(providers)) }
    }),
  }
}

function summariesOf(
  world: World,
  query: CandidateQuery,
  candidates: readonly Candidate[],
): ProviderSummary[] {
  const used = new Set(
    candidates.flatMap(({ allocations }) => allocations.map(({ provider }) => provider)),
  )
  const roots = new Set(
    world.filter(({ id }) => used.has(id)).map((provider) => rootOf(world, provider)),
  )
  return world
    .filter((provider) =>
      query.nested ? roots.has(rootOf(world, provider)) : used.has(provider.id),
    )
    .map((provider) => ({
      provider: provider.id,
      parent: provider.parent,
      root: rootOf(world, provider).id,
      traits: [...provider.traits].toSorted(compareTraits),
      resources: Object.fromEntries(
        provider.stocks.map(({ resourceClass, inventory, used: inUse }) => [
          resourceClass,
          { capacity: capacity(inventory), used: inUse },
        ]),
      ),
    }))
}

/** Every way to give each part one of the providers that may take it. */
function* combinations(
  world: World,
  parts: readonly Part[],
  mayTake: (taking: Taking) => boolean,
): Generator<readonly Taking[]> {
  const [part, ...rest] = parts
  if (part === undefined) {
    yield []
    return
  }
  for (const provider of world) {
    const taking = { part, provider }
    if (!mayTake(taking)) continue
    for (const others of combinations(world, rest, mayTake)) yield [taking, ...others]
  }
}

function ancestry(world: World, provider: WorldProvider): WorldProvider[] {
  const parent = world.find(({ id }) => id === provider.parent)
  return parent === undefined ? [provider] : [provider, ...ancestry(world, parent)]
}

function rootOf(world: World, provider: WorldProvider): WorldProvider {
  const root = ancestry(world, provider).at(-1)
  assert(root !== undefined, 'a provider without root', { provider: provider.id })
  return root
}

function isAlone(group: RequestGroup): boolean {
  return group.suffix !== ''
}
