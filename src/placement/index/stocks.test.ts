import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { inventoryDefaults } from '../../domain/placement/inventory.ts'
import { none } from './forest.ts'
import { Stocks } from './stocks.ts'

const replacements = fc.array(
  fc.record({
    provider: fc.integer({ min: 0, max: 4 }),
    classes: fc.subarray([0, 1, 2, 3, 4]),
    use: fc.nat(9),
  }),
  { maxLength: 30 },
)

test('the rows of providers and classes are those that were given last', () => {
  fc.assert(
    fc.property(replacements, (history) => {
      const stocks = new Stocks()
      const model = new Map<number, Map<number, number>>()
      for (const { provider, classes, use } of history) {
        stocks.replace(
          provider,
          new Map(classes.map((name) => [name, { ...inventoryDefaults, total: 10 }])),
        )
        const before = model.get(provider)
        const now = new Map(classes.map((name) => [name, before?.get(name) ?? 0]))
        const [first] = classes
        if (first !== undefined) {
          stocks.setUsed(provider, first, use)
          now.set(first, use)
        }
        model.set(provider, now)
      }

      for (const [provider, used] of model) {
        const rows: [number, number][] = []
        for (let stock = stocks.firstOf(provider); stock !== none; stock = stocks.nextOf(stock)) {
          rows.push([stocks.classOf(stock), stocks.usedOf(stock)])
        }
        deepEqual(new Map(rows), used)
        equal(rows.length, used.size)
      }
      for (const name of [0, 1, 2, 3, 4]) {
        const providers: number[] = []
        stocks.forEachProvider(name, (provider) => providers.push(provider))
        const expected = Array.from(model).flatMap(([provider, used]) =>
          used.has(name) ? [provider] : [],
        )
        deepEqual(new Set(providers), new Set(expected))
        deepEqual([stocks.countOf(name), providers.length], [expected.length, expected.length])
      }
    }),
    { numRuns: 500 },
  )
})

test('use of a class that the provider does not have is a bug', () => {
  throws(() => new Stocks().setUsed(0, 0, 1), /does not have/)
})
