import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { plainGroup, plainQuery } from '../../domain/placement/candidate-query.ts'
import { inventoryDefaults } from '../../domain/placement/inventory.ts'
import { sharingTrait } from '../../domain/placement/names.ts'
import { seededRandom } from '../../lib/random.ts'
import type { World, WorldProvider } from '../brute-force.ts'
import { canonical, candidatesByBruteForce } from '../brute-force.ts'
import { aggregateId, eras, indexOf, providerId, queries, worlds } from '../worlds.testsupport.ts'
import { candidates } from './candidates.ts'
import { spelled } from './spelled-answer.testsupport.ts'

const found = (...asked: Parameters<typeof candidates>) => spelled(candidates(...asked))

/** Enough to notice a broken rule in the few seconds that a commit may cost; more when somebody looks for trouble. */
const runs = 400

for (const era of eras) {
  test(`the index answers as brute force does, in the grammar of ${era}`, () => {
    fc.assert(
      fc.property(worlds, queries(era), (world, query) => {
        deepEqual(
          meaning(found(indexOf(world), query)),
          meaning(candidatesByBruteForce(world, query)),
        )
      }),
      { numRuns: runs },
    )
  })
}

test('no candidate is given twice', () => {
  fc.assert(
    fc.property(worlds, queries('1.39'), (world, query) => {
      const texts = found(indexOf(world), query).candidates.map(canonical)
      equal(new Set(texts).size, texts.length)
    }),
    { numRuns: runs },
  )
})

test('a smaller limit gives the beginning of the answer to a larger one', () => {
  fc.assert(
    fc.property(worlds, queries('1.39'), fc.integer({ min: 1, max: 5 }), (world, query, limit) => {
      const index = indexOf(world)
      const all = found(index, query).candidates
      deepEqual(found(index, { ...query, limit }).candidates, all.slice(0, limit))
    }),
    { numRuns: runs },
  )
})

test('chance changes the order of an answer and nothing else', () => {
  fc.assert(
    fc.property(worlds, queries('1.39'), fc.nat(), (world, query, seed) => {
      const index = indexOf(world)
      const ordered = found(index, query)
      deepEqual(meaning(found(index, query, { random: seededRandom(seed) })), meaning(ordered))
    }),
    { numRuns: runs },
  )
})

test('a limited answer is spread over as many trees as there are', () => {
  const world = [1, 2, 3].flatMap((host) => hostWithFunctions(`h${host}`, 4))
  const query = { ...plainQuery([plainGroup({ SRIOV_NET_VF: 1 }, '_A')]), limit: 3 }

  const answer = found(indexOf(world), query)

  deepEqual(
    answer.candidates.map(({ allocations }) => allocations[0]?.provider),
    ['h1-vf0', 'h2-vf0', 'h3-vf0'],
  )
})

test('an answer that is cut short by the cloud says so, and one that the query cut short does not', () => {
  const query = plainQuery([plainGroup({ SRIOV_NET_VF: 1 }, '_A')])
  const index = indexOf(hostWithFunctions('h', 4))

  const cut = found(index, query, { countMax: 3 })
  const asked = found(index, { ...query, limit: 3 }, { countMax: 3 })
  const whole = found(index, query, { countMax: 5 })

  deepEqual([cut.candidates.length, cut.truncated], [3, true])
  deepEqual([asked.candidates.length, asked.truncated], [3, false])
  deepEqual([whole.candidates.length, whole.truncated], [4, false])
})

test('a search that is too long stops, and says so', () => {
  const groups = Array.from({ length: 9 }, (_, i) => plainGroup({ SRIOV_NET_VF: 1 }, `_${i}`))
  const index = indexOf(hostWithFunctions('h', 9))

  const bounded = found(index, plainQuery(groups), { workMax: 20_000 })

  equal(bounded.truncated, true)
  ok(bounded.candidates.length > 0)
  equal(found(index, plainQuery(groups.slice(0, 3))).truncated, false)
})

test('looking for lenders is work as well, however few trees there are', () => {
  const shared = Array.from({ length: 50 }, (_, i) => aggregateId(`agg${i}`))
  const lenders = Array.from({ length: 50 }, (_, i) => ({
    ...leaf(`lender${i}`, 'DISK_GB'),
    traits: [sharingTrait],
    aggregates: shared,
  }))
  const borrower = { ...leaf('borrower', 'VCPU'), aggregates: shared }
  const query = plainQuery([plainGroup({ VCPU: 2, DISK_GB: 1 })])
  const index = indexOf([...lenders, borrower])

  equal(found(index, query, { workMax: 2_000 }).truncated, true)
  equal(found(index, query, { workMax: 10_000 }).truncated, false)
})

test('a tree that hides nothing behind many combinations does not starve the others', () => {
  // Nine groups of 3 and one of 2 on nine children with room for 4 each: there is enough in sum, and no way to share it out.
  const amounts = [...Array.from({ length: 9 }, () => 3), 2]
  const groups = amounts.map((amount, i) => plainGroup({ SRIOV_NET_VF: amount }, `_${i}`))
  const world = [...hostWithFunctions('crowded', 9, 4), ...hostWithFunctions('roomy', 10, 4)]

  const answer = found(indexOf(world), { ...plainQuery(groups), limit: 5 })

  equal(answer.candidates.length, 5)
  ok(
    answer.candidates.every(({ allocations }) =>
      allocations.every(({ provider }) => provider.startsWith('roomy')),
    ),
  )
})

function leaf(name: string, resourceClass: string, total = 1): WorldProvider {
  const inventory = { ...inventoryDefaults, total }
  return {
    id: providerId(name),
    parent: null,
    traits: [],
    aggregates: [],
    stocks: [{ resourceClass, inventory, used: 0 }],
  }
}

function hostWithFunctions(name: string, count: number, total = 1): World {
  const children = Array.from({ length: count }, (_, i) => ({
    ...leaf(`${name}-vf${i}`, 'SRIOV_NET_VF', total),
    parent: providerId(name),
  }))
  return [
    { id: providerId(name), parent: null, traits: [], aggregates: [], stocks: [] },
    ...children,
  ]
}

/** The answer without the order that it has by accident. */
function meaning(answer: ReturnType<typeof candidatesByBruteForce>): unknown {
  return {
    candidates: answer.candidates.map(canonical).toSorted(),
    summaries: [...answer.summaries].toSorted((a, b) => (a.provider < b.provider ? -1 : 1)),
  }
}
