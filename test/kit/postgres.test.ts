/**
 * A share of the kit on PostgreSQL, where there is one: what differs there is how transactions meet each other and how a control
 * plane hears of what others wrote. So each operation is struck in fair weather, and in a little of the foul.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { discard, prepare } from './bench.ts'
import { stagesOn } from './postgres-stage.ts'
import { playAll } from './rounds.ts'
import { scenarios } from './scenarios/all.ts'

const server = process.env['BERTH_TEST_POSTGRES_URL']
const share = { every: 83, from: 1, strikesIn: 'fair weather' } as const

/** Of each operation the first that there is. */
const chosen = [...new Map(scenarios.toReversed().map((each) => [each.operation, each])).values()]

for (const scenario of server === undefined ? [] : chosen) {
  test(`kit on postgres: ${scenario.name} ends as promised whatever goes wrong`, async () => {
    const position = await prepare(scenario, stagesOn(server ?? ''))
    try {
      const tally = await playAll(position, share)
      assert.ok(tally.weathers + tally.strikes > 0)
      assert.deepEqual(tally.failures, [])
    } finally {
      await discard(position)
    }
  })
}
