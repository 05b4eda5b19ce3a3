/** The failure that Berth was born from, under both policies. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { amountsOf } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'

const small = { vcpus: 1, memoryMb: 512, diskGb: 1 }
const large = { vcpus: 2, memoryMb: 2048, diskGb: 20 }

const plugTimeout = {
  faults: [
    { on: 'finish_migration', host: 'host2', raise: 'VirtualInterfaceCreateException', times: 1 },
  ],
}

test('a server boots, is resized, confirmed and deleted, and leaves nothing', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot(small, 'host1')
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.deepEqual(await cloud.held(server), { host1: amountsOf(small) })

  await cloud.resize(server, large)
  assert.equal(await cloud.status(server), 'VERIFY_RESIZE')
  const migration = await cloud.openMigration(server)
  assert.deepEqual(await cloud.held(server), { host2: amountsOf(large) })
  assert.deepEqual(await cloud.held(migration?.id ?? ''), { host1: amountsOf(small) })

  await cloud.confirm(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.deepEqual(await cloud.used('host1'), {})
  assert.deepEqual(cloud.guests('host1'), [])

  await cloud.delete(server)
  assert.equal(await cloud.status(server), 'DELETED')
  assert.deepEqual(await cloud.used('host2'), {})
  assert.deepEqual(await cloud.charged(), { instances: 0, cores: 0, ram: 0 })
})

test('a resize that is reverted brings the server home in its old size', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot(small, 'host1')
  await cloud.resize(server, large)
  await cloud.revert(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal((await cloud.server(server)).host, 'host1')
  assert.deepEqual(await cloud.held(server), { host1: amountsOf(small) })
  assert.deepEqual(await cloud.used('host2'), {})
  assert.deepEqual(cloud.guests('host2'), [])
  assert.equal(cloud.guests('host1')[0]?.power, 'running')
})

test('policy leave: the server is in error on the destination, holding what its flavor says', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot(small, 'host1')
  cloud.faults.replace(plugTimeout)

  const request = await cloud.resize(server, large)
  await cloud.settled()

  const found = await cloud.server(server)
  assert.equal(await cloud.status(server), 'ERROR')
  assert.equal(found.host, 'host2')
  assert.equal(found.flavor.id, await cloud.flavor(large))
  assert.equal(found.taskState, null)
  assert.match((await cloud.fault(server))?.message ?? '', /Virtual Interface creation failed/)
  const [migration] = await cloud.migrations(server)
  assert.equal(migration?.status, 'error')
  assert.deepEqual(await cloud.held(server), { host2: amountsOf(large) })
  assert.deepEqual(await cloud.held(migration?.id ?? ''), {})
  assert.deepEqual(await cloud.used('host1'), {})
  assert.deepEqual(cloud.guests('host1'), [])
  const action = await cloud.action(server, request)
  assert.equal(action.message, 'Error')
  assert.ok(action.events.some((event) => event.result === 'Error'))

  await cloud.reboot(server, 'HARD')
  assert.equal(await cloud.status(server), 'ACTIVE')
  await cloud.delete(server)
  assert.deepEqual(await cloud.used('host2'), {})
})

test('policy rollback: the server is active again on the source, and nothing is left behind', async (t) => {
  const cloud = await fakeCloud(t, { settings: { failurePolicy: 'rollback' } })
  const server = await cloud.boot(small, 'host1')
  cloud.faults.replace(plugTimeout)

  const request = await cloud.resize(server, large)
  await cloud.settled()

  const found = await cloud.server(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal(found.host, 'host1')
  assert.equal(found.flavor.id, await cloud.flavor(small))
  assert.equal((await cloud.migrations(server))[0]?.status, 'error')
  assert.deepEqual(await cloud.used('host1'), amountsOf(small))
  assert.deepEqual(await cloud.used('host2'), {})
  assert.deepEqual(cloud.guests('host2'), [])
  assert.equal(cloud.guests('host1')[0]?.power, 'running')
  const action = await cloud.action(server, request)
  assert.equal(action.message, 'Error')
  assert.ok(action.events.some((event) => /Virtual Interface/.test(event.details ?? '')))
})
