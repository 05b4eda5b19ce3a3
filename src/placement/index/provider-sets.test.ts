import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { ProviderSets, emptySet } from './provider-sets.ts'

const assignments = fc.array(
  fc.record({
    provider: fc.integer({ min: 0, max: 6 }),
    items: fc.constantFrom([], [1], [2], [1, 2], [2, 1], [1, 1, 2], [3, 1000]),
  }),
  { maxLength: 40 },
)

test('every provider is listed under the set of what it was given last', () => {
  fc.assert(
    fc.property(assignments, (history) => {
      const sets = new ProviderSets()
      const model = new Map<number, string>()
      for (const { provider, items } of history) {
        sets.assign(provider, items)
        model.set(provider, text(items))
      }

      const listed = new Map<string, Set<number>>()
      for (let set = emptySet + 1; set < sets.bound; set += 1) {
        const providers: number[] = []
        sets.forEachProvider(set, (provider) => providers.push(provider))
        equal(providers.length, sets.sizeOf(set))
        if (providers.length > 0) listed.set(text(sets.itemsOf(set)), new Set(providers))
      }
      const expected = new Map<string, Set<number>>()
      for (const [provider, items] of model) {
        equal(text(sets.itemsOf(sets.setOf(provider))), items)
        if (items !== '') expected.set(items, new Set(expected.get(items)).add(provider))
      }
      deepEqual(listed, expected)
    }),
    { numRuns: 500 },
  )
})

test('equal sets are stored once, and numbers of forgotten sets are used again', () => {
  const sets = new ProviderSets()
  sets.assign(1, [5, 3])
  sets.assign(2, [3, 5, 3])
  equal(sets.setOf(1), sets.setOf(2))

  for (let item = 10; item < 100; item += 1) sets.assign(1, [item])
  equal(sets.bound, 4)
})

function text(items: Iterable<number>): string {
  return Array.from(new Set(items))
    .toSorted((a, b) => a - b)
    .join()
}
