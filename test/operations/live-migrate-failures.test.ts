/** What every failure of a live migration leaves (E01 to E45). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forceComplete } from '../../src/app/servers/live-migrate.ts'
import type { HostName } from '../../src/domain/ids.ts'
import { admin, amountsOf } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import {
  begin,
  cloudWithServer,
  destination,
  move,
  moved,
  slow,
  source,
  statusOfLast,
  stayed,
  untilMigration,
} from '../support/live-moves.ts'

test('E01 a source that is down is left alone before anything is moved', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  cloud.hosts.setReachable(source as HostName, false) // a host of this cloud
  const request = await move(cloud, server)
  cloud.hosts.setReachable(source as HostName, true) // a host of this cloud
  await stayed(cloud, server, 'error')
  assert.equal((await cloud.action(server, request)).message, 'Error')
})

test('E04 no valid host leaves the server as it is', async (t) => {
  const cloud = await fakeCloud(t, { hosts: [source, { name: destination, memoryMb: 256 }] })
  const server = await cloud.boot({}, source)
  await move(cloud, server)
  await stayed(cloud, server, 'error')
})

test('E05 a destination that refuses is followed by the next', async (t) => {
  const { cloud, server } = await cloudWithServer(t, [source, destination, 'host3'])
  const check = 'check_can_live_migrate_destination'
  cloud.faults.replace({ faults: [{ on: check, host: 'host3', raise: 'MigrationPreCheckError' }] })
  await move(cloud, server)
  await moved(cloud, server)
  assert.deepEqual(await cloud.used('host3'), {})
})

for (const [row, on] of [
  ['E05', 'check_can_live_migrate_destination'],
  ['E06', 'check_can_live_migrate_source'],
] as const) {
  test(`${row} when ${on} is refused everywhere, nothing has happened`, async (t) => {
    const { cloud, server } = await cloudWithServer(t)
    cloud.faults.replace({ faults: [{ on, raise: 'MigrationPreCheckError' }] })
    await move(cloud, server)
    await stayed(cloud, server, 'error')
    assert.equal((await cloud.migrations(server))[0]?.destination, null)
  })
}

test('E19 a destination that cannot prepare leaves the server as it is, with the failure to read', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  const raise = 'VirtualInterfaceCreateException'
  cloud.faults.replace({ faults: [{ on: 'pre_live_migration', raise, when: 'after' }] })
  const request = await move(cloud, server)
  await stayed(cloud, server, 'failed')
  assert.match((await cloud.fault(server))?.message ?? '', /Virtual Interface creation failed/)
  const { message, events } = await cloud.action(server, request)
  assert.equal(message, 'Error')
  assert.ok(events.some(({ result }) => result === 'Error'))
})

for (const raise of ['MigrationError', 'LiveMigrationAborted']) {
  test(`E24 a transfer that ends with ${raise} leaves the guest on the source`, async (t) => {
    const { cloud, server } = await cloudWithServer(t)
    cloud.faults.replace({ faults: [{ on: 'live_migration', raise }] })
    await move(cloud, server)
    await stayed(cloud, server, 'failed')
    assert.ok((await cloud.fault(server)) !== null)
  })
}

test('a transfer whose reply is lost has happened all the same', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  cloud.faults.replace({ faults: [{ on: 'live_migration', 'lose-reply': true, times: 1 }] })
  await move(cloud, server)
  await moved(cloud, server)
})

test('a driver that raises after the guest has gone is not believed', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  const faults = [{ on: 'live_migration', raise: 'MigrationError', when: 'after' }]
  cloud.faults.replace({ faults })
  await move(cloud, server)
  await moved(cloud, server)
})

for (const [row, hanging, status] of [
  ['E30', 'pre_live_migration', 'preparing'],
  ['E29', 'live_migration', 'running'],
] as const) {
  test(`${row} a control plane that dies while a move is ${status} finishes it when it is back`, async (t) => {
    const { cloud, server } = await cloudWithServer(t)
    cloud.faults.replace({ faults: [{ on: hanging, hang: true }] })
    await begin(cloud, server)
    await untilMigration(cloud, server, status)
    cloud.crash()
    cloud.faults.replace({ faults: [] })
    await cloud.start()
    await moved(cloud, server)
  })
}

test('E35 a source that cannot be cleaned is cleaned later', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  const on = 'post_live_migration_at_source'
  cloud.faults.replace({ faults: [{ on, raise: 'MigrationError', times: 1 }] })
  await move(cloud, server)
  await moved(cloud, server)
})

test('E36 a destination that cannot settle the guest has the server in error, and the source is free', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  const on = 'post_live_migration_at_destination'
  cloud.faults.replace({ faults: [{ on, raise: 'MigrationError' }] })
  await move(cloud, server)
  await cloud.settled()
  const found = await cloud.server(server)
  assert.equal(await cloud.status(server), 'ERROR')
  assert.equal(found.host, destination)
  assert.equal(found.taskState, null)
  assert.equal(await statusOfLast(cloud, server), 'error')
  assert.deepEqual(await cloud.held(server), { [destination]: amountsOf({}) })
  assert.deepEqual(await cloud.used(source), {})
  assert.deepEqual(cloud.guests(source), [])
  await cloud.reboot(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
})

test('E39 a delete in the middle of a transfer ends it, on both hosts', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  slow(cloud, source)
  await begin(cloud, server)
  await untilMigration(cloud, server, 'running')
  await cloud.delete(server)
  await cloud.settled()
  assert.equal(await cloud.status(server), 'DELETED')
  for (const host of [source, destination]) {
    assert.deepEqual(await cloud.used(host), {})
    assert.deepEqual(cloud.guests(host), [])
  }
  assert.deepEqual(await cloud.charged(), { instances: 0, cores: 0, ram: 0 })
})

test('E45 a guest that vanished on the way is not handed over to a host that does not have it', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  slow(cloud, source)
  await begin(cloud, server)
  const number = await untilMigration(cloud, server, 'running')
  cloud.world.losePower(source as HostName) // a host of this cloud
  await forceComplete(cloud.cloud.ctx, admin, cloud.request(), server, number)
  await cloud.settled()
  assert.equal((await cloud.server(server)).host, source)
  assert.equal(await statusOfLast(cloud, server), 'failed')
  assert.deepEqual(await cloud.held(server), { [source]: amountsOf({}) })
  assert.deepEqual(await cloud.used(destination), {})
  await cloud.cloud.loops.runNow('power states')
  await cloud.settled()
  assert.equal(await cloud.status(server), 'SHUTOFF')
})
