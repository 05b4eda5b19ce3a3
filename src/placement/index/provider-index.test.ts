import { deepEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { plainGroup, plainQuery } from '../../domain/placement/candidate-query.ts'
import type { ProviderId } from '../../domain/ids.ts'
import { inventoryDefaults } from '../../domain/placement/inventory.ts'
import type { Inventory } from '../../domain/placement/inventory.ts'
import type { WorldProvider } from '../brute-force.ts'
import { canonical } from '../brute-force.ts'
import type { ProviderContents } from '../worlds.testsupport.ts'
import {
  describe,
  indexOf,
  providerContents,
  providerId,
  queries,
  worldProvider,
} from '../worlds.testsupport.ts'
import { candidates } from './candidates.ts'
import { spelled } from './spelled-answer.testsupport.ts'
import { matchingProviders } from './matching-providers.ts'
import { ProviderIndex } from './provider-index.ts'
import { treeAmounts } from './tree-amounts.ts'

type Change =
  | {
      readonly kind: 'put'
      readonly id: ProviderId
      readonly parent: ProviderId | null
      readonly contents: ProviderContents
    }
  | { readonly kind: 'remove'; readonly id: ProviderId }

const ids = ['a', 'b', 'c', 'd', 'e', 'f'].map(providerId)
const changes: fc.Arbitrary<Change[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('put' as const),
      id: fc.constantFrom(...ids),
      parent: fc.option(fc.constantFrom(...ids)),
      contents: providerContents,
    }),
    fc.record({ kind: fc.constant('remove' as const), id: fc.constantFrom(...ids) }),
  ),
  { minLength: 5, maxLength: 30 },
)

test('an index that followed every change answers like one that was built afresh', () => {
  fc.assert(
    fc.property(changes, queries('1.39'), (history, query) => {
      const { index, world } = play(history)
      const fresh = indexOf(parentsFirst(world))

      deepEqual(meaning(index, query), meaning(fresh, query))
    }),
    { numRuns: 800 },
  )
})

test('a removed provider leaves nothing behind, and its place is taken by the next one', () => {
  const index = new ProviderIndex()
  index.upsertProvider(providerId('old'), null)
  index.setTraits(providerId('old'), ['MISC_SHARES_VIA_AGGREGATE'])
  index.removeProvider(providerId('old'))
  index.upsertProvider(providerId('new'), null)

  deepEqual([index.forest.bound, index.sharing.size, index.traitSets.sizeOf(1)], [1, 0, 0])
})

test('a provider with children stays', () => {
  const index = new ProviderIndex()
  index.upsertProvider(providerId('parent'), null)
  index.upsertProvider(providerId('child'), providerId('parent'))

  throws(() => index.removeProvider(providerId('parent')), /children/)
})

test('the amounts of a tree are those of all its providers', () => {
  const index = new ProviderIndex()
  index.upsertProvider(providerId('host'), null)
  index.upsertProvider(providerId('numa0'), providerId('host'))
  index.setInventories(providerId('host'), vcpus(2))
  index.setInventories(providerId('numa0'), vcpus(4))
  index.setUsed(providerId('numa0'), 'VCPU', 3)
  index.addUsed(providerId('numa0'), 'VCPU', -1)

  deepEqual(treeAmounts(index, [providerId('host'), providerId('nowhere')], ['VCPU', 'DISK_GB']), [
    [
      { capacity: 6, used: 2 },
      { capacity: 0, used: 0 },
    ],
    null,
  ])
})

function vcpus(total: number): ReadonlyMap<string, Inventory> {
  return new Map([['VCPU', { ...inventoryDefaults, total }]])
}

/** What the index says and everything that can be listed of it. */
function meaning(index: ProviderIndex, query: Parameters<typeof candidates>[1]): unknown {
  const answer = spelled(candidates(index, query))
  const group = query.groups[0] ?? plainGroup({ VCPU: 1 })
  const everything = spelled(candidates(index, plainQuery([plainGroup({ VCPU: 1 })])))
  return {
    candidates: answer.candidates.map(canonical).toSorted(),
    summaries: [...answer.summaries, ...everything.summaries]
      .map((summary) => JSON.stringify(sortedKeys(summary)))
      .toSorted(),
    matching: matchingProviders(index, { ...group, id: null }).toSorted(),
  }
}

function sortedKeys<T extends { readonly resources: object }>(summary: T): T {
  return {
    ...summary,
    resources: Object.fromEntries(
      Object.entries(summary.resources).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ),
  }
}

/** Plays a history on an index and on a plain map, leaving out what a database would refuse. */
function play(history: readonly Change[]): { index: ProviderIndex; world: WorldProvider[] } {
  const index = new ProviderIndex()
  const world = new Map<ProviderId, WorldProvider>()
  const isUnder = (id: ProviderId | null, top: ProviderId): boolean =>
    id !== null && (id === top || isUnder(world.get(id)?.parent ?? null, top))
  for (const change of history) {
    if (change.kind === 'remove') {
      if (Array.from(world.values()).some(({ parent }) => parent === change.id)) continue
      world.delete(change.id)
      index.removeProvider(change.id)
      continue
    }
    const parent = change.parent !== null && world.has(change.parent) ? change.parent : null
    if (isUnder(parent, change.id)) continue
    const provider = worldProvider(change.id, parent, change.contents)
    world.set(change.id, provider)
    describe(index, provider)
  }
  return { index, world: Array.from(world.values()) }
}

function parentsFirst(world: readonly WorldProvider[]): WorldProvider[] {
  const depth = (provider: WorldProvider | undefined): number =>
    provider?.parent == null ? 0 : 1 + depth(world.find(({ id }) => id === provider.parent))
  return [...world].toSorted((a, b) => depth(a) - depth(b))
}
