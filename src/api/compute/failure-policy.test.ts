/** Overriding the cloud's failure policy, request by request. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { computeApi } from '../../../test/support/compute-api.ts'
import type { ComputeApi } from '../../../test/support/compute-api.ts'
import type { ServerId } from '../../domain/ids.ts'

const header = 'x-berth-failure-policy'

/** A server on host1 whose next move fails when its disk has arrived. */
async function doomed({ cloud }: ComputeApi): Promise<ServerId> {
  const server = await cloud.boot({}, 'host1')
  cloud.faults.replace({
    faults: [{ on: 'finish_migration', raise: 'VirtualInterfaceCreateException' }],
  })
  return server
}

for (const { policy, overrides, status, host } of [
  { policy: 'leave', overrides: 'rollback', status: 'ACTIVE', host: 'host1' },
  { policy: 'rollback', overrides: 'leave', status: 'ERROR', host: 'host2' },
] as const) {
  for (const action of ['resize', 'migrate'] as const) {
    test(`a ${action} that asks for ${overrides} gets it where the cloud says ${policy}`, async (t) => {
      const api = await computeApi(t, { settings: { failurePolicy: policy } })
      const server = await doomed(api)
      const flavorRef = await api.cloud.flavor({ memoryMb: 1024 })
      const answer = await api.ask('POST', `/servers/${server}/action`, {
        as: 'admin',
        headers: { [header]: overrides },
        body: action === 'resize' ? { resize: { flavorRef } } : { migrate: null },
      })
      assert.equal(answer.status, 202)
      await api.cloud.settled()
      assert.equal(await api.cloud.status(server), status)
      assert.equal((await api.cloud.server(server)).host, host)
    })
  }
}

test('a policy that does not exist is refused, and nothing is begun', async (t) => {
  const api = await computeApi(t)
  const server = await doomed(api)
  const answer = await api.ask('POST', `/servers/${server}/action`, {
    as: 'admin',
    headers: { [header]: 'pray' },
    body: { migrate: null },
  })
  assert.equal(answer.status, 400)
  assert.match(answer.body.badRequest.message, /takes leave or rollback/)
  assert.equal(await api.cloud.status(server), 'ACTIVE')
})
