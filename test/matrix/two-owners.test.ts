/** Two control planes on one database, on every database: the second takes over in mid-step, and the first writes nothing more. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeCloud } from '../support/fake-cloud.ts'
import { testDatabases } from '../support/stores.ts'
import { askResize, running } from '../kit/scenarios/positions.ts'

const steps = ['destinationPrepared', 'guestMoved', 'guestFinished'] as const

for (const { name, open } of testDatabases()) {
  for (const step of steps) {
    for (const at of ['before-call', 'after-call'] as const) {
      test(`${name}: an owner that stalls ${at} of ${step} is taken over and changes nothing when it goes on`, async (t) => {
        let stall: (() => Promise<void>) | null = null
        const cloud = await fakeCloud(t, {
          open,
          watch: () => async (moment) => {
            if (stall === null || moment.step !== step || moment.at !== at) return
            const once = stall
            stall = null
            await once()
          },
        })
        const server = await running(cloud)
        const { promise: resumed, resolve: resume } = Promise.withResolvers<void>()
        // However the test ends, nobody is left waiting.
        t.after(() => resume())
        const { promise: stalled, resolve: stalls } = Promise.withResolvers<void>()
        stall = async () => {
          stalls()
          await resumed
        }
        await askResize(cloud, server)
        await stalled
        const first = cloud.cloud.engine
        // Everything is taken over at once, as from an owner whose lease has run out.
        const [operation] = await cloud.underWay()
        assert.ok(operation !== undefined)
        const second = await cloud.another(null, true)
        await second.engine.settled(operation.id)
        assert.equal(await cloud.status(server), 'VERIFY_RESIZE')
        const before = await cloud.server(server)
        resume()
        await first.close()
        assert.deepEqual(await cloud.server(server), before)
        assert.deepEqual(Object.keys(await cloud.held(server)), ['host2'])
      })
    }
  }
}
