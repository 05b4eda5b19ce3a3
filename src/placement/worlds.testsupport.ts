/**
 * Random small fleets and requests. Everything is drawn from few values, so that providers collide, share and run out; a
 * large random fleet would almost never have a request that just fits.
 */
import * as fc from 'fast-check'
import type { AggregateId, ProviderId } from '../domain/ids.ts'
import type { CandidateQuery, RequestGroup } from '../domain/placement/candidate-query.ts'
import { capacity } from '../domain/placement/inventory.ts'
import { sharingTrait } from '../domain/placement/names.ts'
import type { World, WorldProvider, WorldStock } from './brute-force.ts'
import { ProviderIndex } from './index/provider-index.ts'

// Ids of tests are plain words; at run time an id is a string.
export const providerId = (name: string): ProviderId => name as ProviderId
export const aggregateId = (name: string): AggregateId => name as AggregateId

export const classes = ['VCPU', 'DISK_GB', 'SRIOV_NET_VF'] as const
export const traits = ['CUSTOM_RED', 'CUSTOM_BLUE', 'CUSTOM_NEVER_SEEN'] as const
export const aggregates = ['agg1', 'agg2', 'agg3'].map(aggregateId)

/** The index that holds a world. */
export function indexOf(world: World): ProviderIndex {
  const index = new ProviderIndex()
  for (const provider of world) describe(index, provider)
  return index
}

/** Makes the index know everything about one provider. */
export function describe(index: ProviderIndex, provider: WorldProvider): void {
  index.upsertProvider(provider.id, provider.parent)
  index.setTraits(provider.id, provider.traits)
  index.setAggregates(provider.id, provider.aggregates)
  index.setInventories(
    provider.id,
    new Map(provider.stocks.map(({ resourceClass, inventory }) => [resourceClass, inventory])),
  )
  for (const { resourceClass, used } of provider.stocks)
    index.setUsed(provider.id, resourceClass, used)
}

/** The first value nine times of ten: a rule that bites too often leaves nothing to compare. */
function mostly<T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return rarely(fc.constantFrom(...others), usual)
}

function rarely<T>(value: fc.Arbitrary<T>, otherwise: T): fc.Arbitrary<T> {
  return fc.oneof({ arbitrary: fc.constant(otherwise), weight: 9 }, { arbitrary: value, weight: 1 })
}

const stockOf = (resourceClass: string): fc.Arbitrary<WorldStock> =>
  fc
    .record({
      total: fc.integer({ min: 1, max: 6 }),
      reserved: fc.constantFrom(0, 0, 0, 1),
      minUnit: mostly(1, 2),
      maxUnit: mostly(8, 3, 1),
      stepSize: mostly(1, 2),
      allocationRatio: mostly(1, 0.5, 1.5, 2),
      use: mostly(0, 0.5, 1),
    })
    .map(({ use, ...inventory }) => {
      return { resourceClass, inventory, used: Math.floor(capacity(inventory) * use) }
    })

export const providerContents = fc.record({
  traits: fc.subarray(['CUSTOM_RED', 'CUSTOM_BLUE', 'CUSTOM_GREEN']),
  shares: fc.integer({ min: 0, max: 3 }).map((roll) => roll === 0),
  aggregates: fc.subarray(aggregates.slice(0, 2)),
  stocks: fc
    .subarray([...classes], { minLength: 1 })
    .chain((names) => fc.tuple(...names.map(stockOf))),
})

export type ProviderContents =
  typeof providerContents extends fc.Arbitrary<infer Contents> ? Contents : never

export function worldProvider(
  id: ProviderId,
  parent: ProviderId | null,
  contents: ProviderContents,
): WorldProvider {
  return {
    id,
    parent,
    traits: contents.shares ? [...contents.traits, sharingTrait] : contents.traits,
    aggregates: contents.aggregates,
    stocks: contents.stocks,
  }
}

/** Forests of up to seven providers, at most three deep. */
export const worlds: fc.Arbitrary<World> = fc
  .array(fc.tuple(providerContents, fc.nat(), fc.integer({ min: 0, max: 2 })), {
    minLength: 1,
    maxLength: 7,
  })
  .map((rows) => {
    const world: WorldProvider[] = []
    const depths: number[] = []
    for (const [i, [contents, roll, rootRoll]] of rows.entries()) {
      const above = i === 0 || rootRoll === 0 ? -1 : roll % i
      const isTooDeep = above !== -1 && (depths[above] ?? 0) >= 2
      const parent = above === -1 || isTooDeep ? null : (world[above] ?? null)
      depths.push(parent === null ? 0 : (depths[above] ?? 0) + 1)
      world.push(worldProvider(providerId(`p${i}`), parent?.id ?? null, contents))
    }
    return world
  })

const amounts = fc.constantFrom(1, 1, 1, 1, 2, 3)
const resources = fc
  .subarray([...classes], { minLength: 1, maxLength: 2 })
  .chain((names) => fc.tuple(...names.map((name) => fc.tuple(fc.constant(name), amounts))))
  .map((pairs): ReadonlyMap<string, number> => new Map(pairs))

const someTraits = fc.subarray([...traits], { minLength: 1, maxLength: 2 })
const anyOfTraits = fc.array(someTraits, { minLength: 1, maxLength: 2 })
const oneOfTraits = someTraits.map((names) => names.map((name) => [name]))
const anyOfAggregates = fc.array(fc.subarray(aggregates, { minLength: 1 }), {
  minLength: 1,
  maxLength: 2,
})
const trees = fc.integer({ min: 0, max: 7 }).map((i): ProviderId | null => providerId(`p${i}`))

/** What the query string could say, at the versions of the API where its grammar grew. */
export type Era = '1.10' | '1.25' | '1.29' | '1.33' | '1.35' | '1.36' | '1.39'
export const eras: readonly Era[] = ['1.10', '1.25', '1.29', '1.33', '1.35', '1.36', '1.39']

export function queries(era: Era): fc.Arbitrary<CandidateQuery> {
  const since = (version: Era): boolean => eras.indexOf(era) >= eras.indexOf(version)
  const group = (suffix: string): fc.Arbitrary<RequestGroup> =>
    fc.record({
      suffix: fc.constant(suffix),
      resources:
        since('1.36') && suffix !== '' ? fc.oneof(resources, resources, noResources) : resources,
      required: rarely(since('1.39') ? anyOfTraits : oneOfTraits, []),
      forbidden: rarely(someTraits, []),
      memberOf: rarely(anyOfAggregates, []),
      forbiddenAggregates: rarely(fc.subarray(aggregates, { minLength: 1, maxLength: 1 }), []),
      inTree: since('1.33') ? rarely(trees, null) : fc.constant(null),
    })
  const suffixes = since('1.33') ? ['_A', '_B', '_C'] : ['1', '2', '3']
  const granular = since('1.25') ? fc.subarray(suffixes) : fc.constant([])
  return fc
    .tuple(granular, fc.boolean())
    .chain(([names, withPlain]) =>
      fc.tuple(...(withPlain || names.length === 0 ? ['', ...names] : names).map(group)),
    )
    .chain((groups) => {
      const named = groups.map(({ suffix }) => suffix).filter((suffix) => suffix !== '')
      return fc.record({
        groups: fc.constant(groups),
        groupPolicy: fc.constantFrom('none' as const, 'isolate' as const),
        rootRequired: since('1.35') ? rarely(someTraits, []) : fc.constant([]),
        rootForbidden: since('1.35') ? rarely(someTraits, []) : fc.constant([]),
        sameSubtree:
          since('1.36') && named.length > 0
            ? fc.array(fc.subarray(named, { minLength: 1 }), { maxLength: 2 })
            : fc.constant([]),
        limit: fc.constant(null),
        nested: fc.constant(since('1.29')),
      })
    })
}

const noResources = fc.constant<ReadonlyMap<string, number>>(new Map())
