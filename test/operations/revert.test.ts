/** Reverting a resize, when the destination does not make clear what became of the guest there. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { amountsOf } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'

test('a destination that destroyed the guest, said no, and does not say what is left, is asked again', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, 'host1')
  await cloud.resize(server, { vcpus: 2 })
  cloud.faults.replace({
    faults: [
      { on: 'destroy', raise: 'SomethingElse', when: 'after', times: 1 },
      { on: 'get_info', raise: 'SomethingElse', times: 1 },
    ],
  })
  await cloud.revert(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.deepEqual(await cloud.held(server), { host1: amountsOf({}) })
  assert.deepEqual(cloud.guests('host2'), [])
})
