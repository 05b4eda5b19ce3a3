import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { CandidateQuery } from '../../domain/placement/candidate-query.ts'
import { plainGroup, plainQuery } from '../../domain/placement/candidate-query.ts'
import type { Candidate, CandidateAnswer } from '../../domain/placement/candidate.ts'
import { candidates } from '../../placement/index/candidates.ts'
import type { SpelledAnswer } from '../../placement/index/spelled-answer.testsupport.ts'
import { spelled } from '../../placement/index/spelled-answer.testsupport.ts'
import { eras, indexOf, providerId, queries, worlds } from '../../placement/worlds.testsupport.ts'
import { JsonBytes, SpareMemory } from '../../lib/json-bytes.ts'
import { writeCandidates } from './candidates-body.ts'
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
        equal(bodyOf(answer, query, api).toString(), plain)
      }),
      { numRuns: 300 },
    )
  })
}

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
      deepEqual(JSON.parse(body.toString()).provider_summaries.p.resources, {
        VCPU: { capacity: 2 ** 70, used: amount },
      })
    }),
  )
})

// Always the same memory, as in a server: nothing of one answer may be left in the next.
const memory = new SpareMemory()

function bodyOf(answer: CandidateAnswer, query: CandidateQuery, api: Api): Buffer {
  const json = new JsonBytes(memory)
  writeCandidates(json, answer, query, api)
  const body = Buffer.from(json.done())
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
