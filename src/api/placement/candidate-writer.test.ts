import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { CandidateQuery } from '../../domain/placement/candidate-query.ts'
import { plainGroup, plainQuery } from '../../domain/placement/candidate-query.ts'
import type { Candidate } from '../../domain/placement/candidate.ts'
import { inventoryDefaults } from '../../domain/placement/inventory.ts'
import { candidates } from '../../placement/index/candidates.ts'
import type { SpelledAnswer } from '../../placement/index/spelled-answer.testsupport.ts'
import { spelled } from '../../placement/index/spelled-answer.testsupport.ts'
import { eras, indexOf, providerId, queries, worlds } from '../../placement/worlds.testsupport.ts'
import { CandidateWriter } from './candidate-writer.ts'
import { SummaryShelf } from './summary-shelf.ts'
import { placementHistory } from './changes.ts'
import type { Behaviour } from './change.ts'
import type { Api } from './route.ts'

for (const era of eras) {
  test(`what is written is the answer, in the form of ${era}`, () => {
    fc.assert(
      fc.property(worlds, queries(era), fc.nat({ max: 3 }), (world, query, newer) => {
        const api = apiAt(Number(era.slice(2)) + newer)
        const answer = candidates(indexOf(world), query)
        const plain = JSON.stringify(documentOf(spelled(answer), query, api))
        equal(bodyOf(answer, query, api), plain)
      }),
      { numRuns: 300 },
    )
  })
}

const change = fc.record({
  of: fc.nat(6),
  used: fc.nat(12),
  total: fc.integer({ min: 1, max: 6 }),
  traits: fc.subarray(['HW_A', 'HW_B']),
  under: fc.nat(6),
})

for (const [name, shelf] of [
  ['', undefined],
  [', also where few are kept', new SummaryShelf(1000)],
] as const) {
  test(`what has changed since the last answer is written as it is now${name}`, () => {
    const kept = new CandidateWriter(shelf)
    fc.assert(
      fc.property(worlds, queries('1.39'), fc.array(change), (world, query, changes) => {
        const index = indexOf(world)
        for (const { of, used, total, traits, under } of changes) {
          const [changed, above] = [world[of % world.length], world[under % world.length]]
          if (changed === undefined || above === undefined) continue
          index.setInventories(changed.id, new Map([['VCPU', { ...inventoryDefaults, total }]]))
          index.setUsed(changed.id, 'VCPU', used)
          index.setTraits(changed.id, traits)
          const { forest } = index
          if (!forest.isAtOrAbove(forest.find(changed.id), forest.find(above.id))) {
            index.upsertProvider(changed.id, above.id)
          }
          const answer = candidates(index, query)
          const plain = JSON.stringify(documentOf(spelled(answer), query, apiAt(39)))
          equal(bodyBy(kept, answer, query, apiAt(39)), plain)
        }
      }),
    )
  })
}

test('a provider is never told of in the words for another', () => {
  const index = indexOf([])
  const ids = Array.from({ length: 20_000 }, (_, i) => providerId(`p${i}`))
  for (const id of ids) {
    index.upsertProvider(id, null)
    index.setInventories(id, new Map([['VCPU', { ...inventoryDefaults, total: 1 }]]))
  }
  const query = plainQuery([plainGroup({ VCPU: 1 })])
  for (const last of ids.slice(-2)) {
    const answer = candidates(index, query)
    equal(
      bodyOf(answer, query, apiAt(39)),
      JSON.stringify(documentOf(spelled(answer), query, apiAt(39))),
    )
    // Its number goes to another.
    index.removeProvider(last)
    index.upsertProvider(providerId(`${last}-again`), null)
  }
})

test('numbers of any size are written as JSON has them', () => {
  const used = fc.oneof(
    fc.nat(),
    fc.double({ min: 0, max: 2 ** 69, noNaN: true }),
    fc.constantFrom(0, 9, 10, 2 ** 31),
  )
  fc.assert(
    fc.property(used, (amount) => {
      const index = indexOf([])
      const id = providerId('p')
      index.upsertProvider(id, null)
      const inventory = { total: 1, reserved: 0, minUnit: 1, maxUnit: 1, stepSize: 1 }
      index.setInventories(id, new Map([['VCPU', { ...inventory, allocationRatio: 2 ** 70 }]]))
      index.setUsed(id, 'VCPU', amount)
      const query = plainQuery([plainGroup({ VCPU: 1 })])
      const body = bodyOf(candidates(index, query), query, apiAt(39))
      deepEqual(JSON.parse(body).provider_summaries.p.resources, {
        VCPU: { capacity: 2 ** 70, used: amount },
      })
    }),
  )
})

// Always the same one, as in a server: nothing of one answer may be left in the next.
const writer = new CandidateWriter()

function bodyOf(...asked: Parameters<CandidateWriter['write']>): string {
  return bodyBy(writer, ...asked)
}

function bodyBy(by: CandidateWriter, ...asked: Parameters<CandidateWriter['write']>): string {
  const json = by.write(...asked)
  const body = json.done().toString()
  json.release()
  return body
}

function apiAt(minor: number): Api {
  const at = Math.min(minor, placementHistory.newest)
  return {
    has: (behaviour: Behaviour) => placementHistory.has(behaviour, at),
    show: (name, document) => placementHistory.show(name, document, at),
  }
}

/** The body as an object, field by field. */
function documentOf(answer: SpelledAnswer, query: CandidateQuery, api: Api): object {
  const asked = new Set(query.groups.flatMap(({ resources }) => [...resources.keys()]))
  const summaries = answer.summaries.map((summary) => {
    const resources = Object.entries(summary.resources).filter(
      ([name]) => api.has('candidatesShowAllClasses') || asked.has(name),
    )
    const document = {
      resources: Object.fromEntries(resources),
      ...(api.has('candidatesShowTraits') ? { traits: summary.traits } : {}),
      ...(api.has('candidatesShowTrees')
        ? { parent_provider_uuid: summary.parent, root_provider_uuid: summary.root }
        : {}),
    }
    return [summary.provider, document] as const
  })
  return {
    allocation_requests: answer.candidates.map((candidate) => requestOf(candidate, api)),
    provider_summaries: Object.fromEntries(summaries),
  }
}

function requestOf({ allocations, mappings }: Candidate, api: Api): object {
  if (!api.has('candidatesAreKeyedByProvider')) {
    return {
      allocations: allocations.map(({ provider, resources }) => {
        return { resource_provider: { uuid: provider }, resources }
      }),
    }
  }
  const keyed = allocations.map(({ provider, resources }) => [provider, { resources }] as const)
  const mapped = mappings.map(({ suffix, providers }) => [suffix, providers] as const)
  return {
    allocations: Object.fromEntries(keyed),
    ...(api.has('candidatesShowMappings') ? { mappings: Object.fromEntries(mapped) } : {}),
  }
}
