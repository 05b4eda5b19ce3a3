import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { testDatabases } from '../support/stores.ts'
import { openTestPlacement } from '../support/placement.ts'
import * as allocations from '../../src/app/placement/allocations.ts'
import type { PlacementContext } from '../../src/app/placement/context.ts'
import * as inventories from '../../src/app/placement/inventories.ts'
import * as aggregates from '../../src/app/placement/provider-aggregates.ts'
import * as traits from '../../src/app/placement/provider-traits.ts'
import * as providers from '../../src/app/placement/providers.ts'
import type {
  AggregateId,
  ConsumerId,
  ProjectId,
  ProviderId,
  UserId,
} from '../../src/domain/ids.ts'
import { plainGroup, plainQuery } from '../../src/domain/placement/candidate-query.ts'
import { inventoryDefaults } from '../../src/domain/placement/inventory.ts'
import { sharingTrait } from '../../src/domain/placement/names.ts'
import { derivedUuid } from '../../src/lib/ids.ts'
import { silentLog } from '../../src/lib/log.ts'
import { isProblem } from '../../src/lib/problem.ts'
import { canonical } from '../../src/placement/brute-force.ts'
import { candidates } from '../../src/placement/index/candidates.ts'
import { spelled } from '../../src/placement/index/spelled-answer.testsupport.ts'
import { LiveIndex } from '../../src/placement/live-index.ts'
import type { PlacementView } from '../../src/placement/live-index.ts'

// Ids of tests are derived from words; at run time an id is a string.
const id = (word: string): string => derivedUuid('live-index', word)
const provider = fc.constantFrom('a', 'b', 'c', 'd', 'e').map((word) => id(word) as ProviderId)
const aggregate = fc.constantFrom('x', 'y').map((word) => id(word) as AggregateId)

type Step = (ctx: PlacementContext) => Promise<unknown>

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(provider, fc.option(provider)).map(([own, parent]): Step => {
    return async (ctx) => await providers.create(ctx, { id: own, name: own, parent })
  }),
  fc.tuple(provider, fc.option(provider)).map(([own, parent]): Step => {
    return async (ctx) => await providers.change(ctx, own, { name: own, parent, mayMove: true })
  }),
  provider.map(
    (own): Step =>
      async (ctx) =>
        await providers.remove(ctx, own),
  ),
  fc.tuple(provider, fc.subarray(['VCPU', 'DISK_GB'])).map(([own, names]): Step => {
    return async (ctx) => {
      const { generation } = await providers.show(ctx, own)
      const wanted = new Map(names.map((name) => [name, { ...inventoryDefaults, total: 8 }]))
      await inventories.replace(ctx, own, generation, wanted, 'may-be-nothing')
    }
  }),
  fc.tuple(provider, fc.subarray([sharingTrait, 'HW_CPU_X86_AVX2'])).map(([own, names]): Step => {
    return async (ctx) => {
      const { generation } = await providers.show(ctx, own)
      await traits.replace(ctx, own, generation, names)
    }
  }),
  fc.tuple(provider, fc.uniqueArray(aggregate)).map(([own, ids]): Step => {
    return async (ctx) => await aggregates.replace(ctx, own, null, ids)
  }),
  fc
    .tuple(provider, fc.constantFrom('p', 'q'), fc.integer({ min: 1, max: 4 }))
    .map(([own, consumer, amount]): Step => {
      return async (ctx) =>
        await allocations.replaceOne(ctx, {
          consumer: id(consumer) as ConsumerId,
          amounts: [{ provider: own, resourceClass: 'VCPU', amount }],
          projectId: 'project' as ProjectId,
          userId: 'user' as UserId,
          type: undefined,
          generation: undefined,
        })
    }),
)

for (const { name, open } of testDatabases()) {
  test(`${name}: an index that follows is the one that would be built afresh`, async (t) => {
    const store = await open(t)
    const placement = await openTestPlacement({}, store)
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        for (const each of steps) await unlessRefused(each(placement.ctx))
        const fresh = await LiveIndex.open(store, silentLog)

        deepEqual(meaning(await placement.ctx.live.current()), meaning(await fresh.current()))
        fresh.close()
      }),
      { numRuns: 60 },
    )
    await placement.close()
  })
}

test('what was written before a question is in its answer, also when many ask at once', async () => {
  const placement = await openTestPlacement()
  const { ctx } = placement
  const found = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => {
      const own = id(`host${i}`) as ProviderId
      await providers.create(ctx, { id: own, name: own, parent: null })
      return (await ctx.live.current()).index.has(own)
    }),
  )

  equal(found.every(Boolean), true)
  await placement.close()
})

/** Steps are drawn without knowing what is there: what the use-case refuses has changed nothing. */
async function unlessRefused(work: Promise<unknown>): Promise<void> {
  await work.catch((thrown: unknown) => {
    if (!isProblem(thrown) || thrown.kind === 'bug') throw thrown
  })
}

function meaning({ index, classes: names, traits: known }: PlacementView): unknown {
  const tree = Array.from({ length: index.forest.bound }, (_, slot) => slot)
    .filter((slot) => index.forest.rootOf(slot) !== -1)
    .map((slot) => {
      const own = index.forest.idOf(slot) as ProviderId
      return [own, index.parentOf(own), index.forest.idOf(index.forest.rootOf(slot))].join()
    })
  const answers = ['VCPU', 'DISK_GB'].flatMap((name) => {
    const answer = spelled(candidates(index, plainQuery([plainGroup({ [name]: 1 }, '_A')])))
    return [...answer.candidates.map(canonical), ...answer.summaries.map(summarized)]
  })
  return { tree: tree.toSorted(), answers: answers.toSorted(), names, known }
}

function summarized({
  provider: own,
  resources,
  traits: names,
}: {
  readonly provider: string
  readonly resources: Readonly<Record<string, object>>
  readonly traits: readonly string[]
}): string {
  const sorted = Object.entries(resources).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([own, sorted, names])
}
