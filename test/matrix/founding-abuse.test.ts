/** A tenant provokes the founding failure over and over, and ends with exactly what the quota allows. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { virtualClock } from '../../src/lib/virtual-clock.ts'
import { amountsOf, tenant } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import * as resizing from '../../src/app/servers/resize.ts'
import * as deleting from '../../src/app/servers/delete.ts'

/** Under each of the two policies: a thousand in all. */
const rounds = 500
const small = { vcpus: 1, memoryMb: 512, diskGb: 1 }
const large = { vcpus: 2, memoryMb: 2048, diskGb: 20 }

for (const policy of ['leave', 'rollback'] as const) {
  test(`provoking the founding failure ${rounds} times under ${policy} gains nothing on any host`, async (t) => {
    const cloud = await fakeCloud(t, {
      clock: virtualClock(1_700_000_000_000),
      settings: { failurePolicy: policy },
    })
    const plug = { on: 'finish_migration', raise: 'VirtualInterfaceCreateException' }
    for (let round = 0; round < rounds; round += 1) {
      cloud.faults.replace({ faults: [plug] })
      const server = await cloud.boot(small)
      const flavorRef = await cloud.flavor(large)
      await resizing.resize(cloud.cloud.ctx, tenant, cloud.request(), server, { flavorRef })
      await cloud.settled()
      const kept = policy === 'leave' ? large : small
      assert.equal(await cloud.status(server), policy === 'leave' ? 'ERROR' : 'ACTIVE')
      const { host } = await cloud.server(server)
      assert.deepEqual(await cloud.held(server), { [host ?? '']: amountsOf(kept) })
      const both = [await cloud.used('host1'), await cloud.used('host2')]
      assert.deepEqual(
        both.filter((used) => Object.keys(used).length > 0),
        [amountsOf(kept)],
      )
      await deleting.remove(cloud.cloud.ctx, tenant, cloud.request(), server)
      await cloud.settled()
      assert.deepEqual(await cloud.charged(), { instances: 0, cores: 0, ram: 0 })
    }
    assert.deepEqual(await cloud.used('host1'), {})
    assert.deepEqual(await cloud.used('host2'), {})
    assert.deepEqual(cloud.world.guests(), [])
    // What the quota allows is still all there, and nothing beyond it.
    for (let server = 0; server < 10; server += 1) await cloud.boot(small)
    await assert.rejects(cloud.create(small), { kind: 'over-quota' })
  })
}
