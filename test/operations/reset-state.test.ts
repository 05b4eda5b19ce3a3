/** An operator's word about a server closes whatever move was open (C12, J19). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resetState } from '../../src/app/servers/reset-state.ts'
import { resize } from '../../src/app/servers/resize.ts'
import { admin, amountsOf, tenant } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import { untilTask } from '../support/until.ts'

const large = { vcpus: 2, memoryMb: 1024, diskGb: 5 }

test('C12 reset-state of a server that waits to be confirmed closes the move and frees the source', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, 'host1')
  await cloud.resize(server, large)
  await resetState(cloud.cloud.ctx, admin, cloud.request(), server, 'active')
  await cloud.settled()
  const found = await cloud.server(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal(found.host, 'host2')
  assert.equal(found.move, null)
  assert.equal((await cloud.migrations(server))[0]?.status, 'error')
  assert.deepEqual(await cloud.held(server), { host2: amountsOf(large) })
  assert.deepEqual(await cloud.used('host1'), {})
  assert.deepEqual(cloud.guests('host1'), [])
  assert.deepEqual(await cloud.charged(), { instances: 1, cores: 2, ram: 1024 })
})

test('J19 reset-state in the middle of a move unwinds it, then says what it was told', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, 'host1')
  cloud.faults.replace({ faults: [{ on: 'migrate_disk_and_power_off', hang: true }] })
  const flavorRef = await cloud.flavor(large)
  await resize(cloud.cloud.ctx, tenant, cloud.request(), server, { flavorRef })
  await untilTask(cloud, server, 'resize_migrating')
  await resetState(cloud.cloud.ctx, admin, cloud.request(), server, 'error')
  await cloud.settled()
  assert.equal(await cloud.status(server), 'ERROR')
  assert.match((await cloud.fault(server))?.message ?? '', /operator/)
  assert.equal((await cloud.server(server)).taskState, null)
  assert.equal((await cloud.migrations(server))[0]?.status, 'error')
  assert.deepEqual(await cloud.held(server), { host1: amountsOf({}) })
  assert.deepEqual(await cloud.used('host2'), {})
  assert.equal(cloud.guests('host1')[0]?.power, 'running')
  assert.equal((await cloud.server(server)).wanted, null)
})

test('a server that was put aside and is reset is charged for again, whatever the quota says', async (t) => {
  const cloud = await fakeCloud(t, { settings: { reclaimAfterMs: 3_600_000 } })
  const server = await cloud.boot({}, 'host1')
  await cloud.delete(server)
  assert.deepEqual(await cloud.charged(), { instances: 0, cores: 0, ram: 0 })
  await resetState(cloud.cloud.ctx, admin, cloud.request(), server, 'error')
  await cloud.settled()
  assert.equal(await cloud.status(server), 'ERROR')
  assert.deepEqual(await cloud.charged(), { instances: 1, cores: 1, ram: 512 })
})
