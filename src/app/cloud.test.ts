import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { fakeCloud } from '../../test/support/fake-cloud.ts'

for (const loop of ['power states', 'audit'] as const) {
  test(`a cloud closes at once while its ${loop} loop waits for hosts that do not answer`, async (t) => {
    const { cloud, faults } = await fakeCloud(t, { hosts: ['host1', 'host2'] })
    faults.replace({ faults: [{ on: 'list_instances', hang: true }] })
    let hasEnded = false
    const run = cloud.loops.runNow(loop).finally(() => (hasEnded = true))
    for (let turns = 0; turns < 50; turns += 1) await turn()
    assert.equal(hasEnded, false, 'the loop is waiting')

    // Time is virtual and stands still, so whatever waits for a deadline waits for ever.
    await cloud.close()
    await run
  })
}
