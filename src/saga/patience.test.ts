import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openEmbedded } from '../../test/support/stores.ts'
import { randomIds } from '../lib/ids.ts'
import { silentLog } from '../lib/log.ts'
import { problem } from '../lib/problem.ts'
import { seededRandom } from '../lib/random.ts'
import { virtualClock } from '../lib/virtual-clock.ts'
import { SagaBuilder } from './definition.ts'
import type { Saga } from './definition.ts'
import { Engine } from './engine.ts'
import { notYet } from './not-yet.ts'
import { nothing } from './nothing.ts'

/** When the step may go on, and how often there is no answer then. */
type Wait = { readonly until: number; failures: number }

const waiting: Saga<null> = new SagaBuilder<{ tools: Wait; shows: null }, null, unknown>(
  'test.wait',
)
  .step('waited', 'Wait for others', {
    event: 'wait',
    do: async ({ tools, now }) => {
      if (now < tools.until) throw notYet(tools.until)
      tools.failures -= 1
      if (tools.failures >= 0) throw problem('unavailable', 'There is no answer')
    },
    undo: nothing('it only waits'),
  })
  .end({ failed: async () => {} })

for (const [what, failures, state] of [
  ['is tried again when it comes to nothing then', 3, 'succeeded'],
  ['is not tried for ever', 1_000, 'failed'],
] as const) {
  test(`a step that waited long for others ${what}`, async (t) => {
    const clock = virtualClock()
    const store = await openEmbedded(t)
    const engine = new Engine<{ tools: Wait; shows: null }>({
      store,
      clock,
      random: seededRandom('engine'),
      log: silentLog,
      ids: randomIds,
      tools: { until: 3_600_000, failures },
      sagas: [waiting],
      leaseMs: 30_000,
      alone: true,
      show: async () => {},
      abandon: async () => false,
      ended: async () => {},
      watch: null,
    })
    await engine.open()
    t.after(async () => await engine.close())
    const id = await store.transaction(
      async (tx) => await engine.start(tx, waiting, { subject: 'wait/1', params: null }),
    )
    const settled = engine.settled(id)
    await clock.advance(3_700_000)
    assert.equal((await settled).state, state)
  })
}
