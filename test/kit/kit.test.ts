/**
 * A part of the kit that is small enough for every day: each scenario in one round of many. `npm run kit` plays them all.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operations } from '../../src/operations/registry.ts'
import { discard, prepare } from './bench.ts'
import { playAll } from './rounds.ts'
import { scenarios } from './scenarios/all.ts'

/** One round in so many, beginning with the fair weather: a prime, so that kinds of rounds take turns. */
const share = { every: 67, from: 1, strikesIn: 'fair weather' } as const

for (const scenario of scenarios) {
  test(`kit: ${scenario.name} ends as promised whatever goes wrong`, async () => {
    const position = await prepare(scenario)
    try {
      const tally = await playAll(position, share)
      assert.ok(tally.weathers + tally.strikes > 0)
      assert.deepEqual(tally.failures, [])
    } finally {
      await discard(position)
    }
  })
}

test('kit: every operation has a scenario', () => {
  const tried = new Set(scenarios.map(({ operation }) => operation))
  const untried = operations.map(({ name }) => name).filter((name) => !tried.has(name))
  assert.deepEqual(untried, [])
})
