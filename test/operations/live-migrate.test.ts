/** Live migration: how it goes, how it is steered, and what every failure leaves (E01 to E45). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import {
  abortLiveMigration,
  forceComplete,
  liveMigrate,
} from '../../src/app/servers/live-migrate.ts'
import type { HostName, ServerId } from '../../src/domain/ids.ts'
import { ordinaryMachine } from '../../src/drivers/simulated/machine.ts'
import { simulatedDriver } from '../../src/drivers/simulated/driver.ts'
import { isProblem } from '../../src/lib/problem.ts'
import type { RequestContext } from '../../src/app/context.ts'
import { admin, amountsOf, fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'
import { until } from '../support/until.ts'

const source = 'host1'
const destination = 'host2'

async function begin(
  cloud: FakeCloud,
  id: ServerId,
  host: string | null = null,
): Promise<RequestContext> {
  const request = cloud.request()
  await liveMigrate(cloud.cloud.ctx, admin, request, id, { host, blockMigration: null })
  return request
}

async function move(
  cloud: FakeCloud,
  id: ServerId,
  host: string | null = null,
): Promise<RequestContext> {
  const request = await begin(cloud, id, host)
  await cloud.settled(id)
  return request
}

async function cloudWithServer(
  t: TestContext,
  hosts: readonly string[] = [source, destination],
): Promise<{ readonly cloud: FakeCloud; readonly server: ServerId }> {
  const cloud = await fakeCloud(t, { hosts })
  return { cloud, server: await cloud.boot({}, source) }
}

/** Makes transfers from the host last until somebody hurries them or calls them off. */
function slow(cloud: FakeCloud, host: string): void {
  const name = host as HostName // a host of this cloud
  const durations = { liveMigration: 3_600_000 }
  cloud.hosts.add(
    name,
    simulatedDriver({ world: cloud.world, host: name, resources: ordinaryMachine, durations }),
  )
}

async function untilMigration(cloud: FakeCloud, id: ServerId, status: string): Promise<string> {
  await until(cloud, id, async () => (await cloud.openMigration(id))?.status === status)
  return String((await cloud.openMigration(id))?.number)
}

async function statusOfLast(cloud: FakeCloud, id: ServerId): Promise<string | undefined> {
  return (await cloud.migrations(id)).at(-1)?.status
}

/** The server is what it was, where it was, and nothing of the move is left. */
async function stayed(cloud: FakeCloud, id: ServerId, status: string): Promise<void> {
  await cloud.settled()
  const found = await cloud.server(id)
  assert.equal(await cloud.status(id), 'ACTIVE')
  assert.equal(found.taskState, null)
  assert.equal(found.host, source)
  assert.equal(await statusOfLast(cloud, id), status)
  assert.deepEqual(await cloud.held(id), { [source]: amountsOf({}) })
  assert.deepEqual(await cloud.used(destination), {})
  assert.deepEqual(cloud.guests(destination), [])
  assert.equal(cloud.guests(source)[0]?.power, 'running')
}

async function moved(cloud: FakeCloud, id: ServerId): Promise<void> {
  await cloud.settled()
  assert.equal(await cloud.status(id), 'ACTIVE')
  assert.equal((await cloud.server(id)).taskState, null)
  assert.equal((await cloud.server(id)).host, destination)
  assert.equal(await statusOfLast(cloud, id), 'completed')
  assert.deepEqual(await cloud.held(id), { [destination]: amountsOf({}) })
  assert.deepEqual(await cloud.used(source), {})
  assert.deepEqual(cloud.guests(source), [])
  assert.equal(cloud.guests(destination)[0]?.power, 'running')
}

test('a server moves live, and its disk with it', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  const disk = cloud.guests(source)[0]?.diskGeneration
  const request = await move(cloud, server)
  await moved(cloud, server)
  assert.equal(cloud.guests(destination)[0]?.diskGeneration, disk)
  assert.equal((await cloud.action(server, request)).message, null)
})

test('while the guest moves, both hosts are held: one by the migration, one by the server', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  slow(cloud, source)
  await begin(cloud, server)
  const number = await untilMigration(cloud, server, 'running')
  assert.equal(await cloud.status(server), 'MIGRATING')
  const migration = await cloud.openMigration(server)
  assert.deepEqual(await cloud.held(server), { [destination]: amountsOf({}) })
  assert.deepEqual(await cloud.held(migration?.id ?? ''), { [source]: amountsOf({}) })
  await forceComplete(cloud.cloud.ctx, admin, cloud.request(), server, number)
  await moved(cloud, server)
})

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

test('E14 a move that waits for its turn can be called off', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  const first = await cloud.boot({}, source)
  slow(cloud, source)
  await begin(cloud, first)
  const number = await untilMigration(cloud, first, 'running')
  await begin(cloud, server)
  const waiting = await untilMigration(cloud, server, 'queued')
  const { ctx } = cloud.cloud
  await assert.rejects(
    abortLiveMigration(ctx, admin, cloud.request(), server, waiting, { evenWaiting: false }),
    (thrown) => isProblem(thrown, 'invalid'),
  )
  await abortLiveMigration(ctx, admin, cloud.request(), server, waiting, { evenWaiting: true })
  await cloud.settled(server)
  assert.equal(await statusOfLast(cloud, server), 'cancelled')
  assert.equal((await cloud.server(server)).host, source)
  assert.deepEqual(await cloud.held(server), { [source]: amountsOf({}) })
  await forceComplete(ctx, admin, cloud.request(), first, number)
  await cloud.settled()
  assert.equal((await cloud.server(first)).host, destination)
})

test('moves from one host go one after the other', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  const first = await cloud.boot({}, source)
  slow(cloud, source)
  await begin(cloud, first)
  const number = await untilMigration(cloud, first, 'running')
  await begin(cloud, server)
  await untilMigration(cloud, server, 'queued')
  await forceComplete(cloud.cloud.ctx, admin, cloud.request(), first, number)
  const next = await untilMigration(cloud, server, 'running')
  await forceComplete(cloud.cloud.ctx, admin, cloud.request(), server, next)
  await cloud.settled()
  assert.equal((await cloud.server(server)).host, destination)
})

for (const [row, hanging, status] of [
  ['E15', 'pre_live_migration', 'preparing'],
  ['E16', 'live_migration', 'running'],
] as const) {
  test(`${row} a move that is ${status} can be called off`, async (t) => {
    const { cloud, server } = await cloudWithServer(t)
    cloud.faults.replace({ faults: [{ on: hanging, hang: true, times: 1 }] })
    await begin(cloud, server)
    const number = await untilMigration(cloud, server, status)
    const how = { evenWaiting: true }
    await abortLiveMigration(cloud.cloud.ctx, admin, cloud.request(), server, number, how)
    await stayed(cloud, server, 'cancelled')
    assert.equal(await cloud.fault(server), null)
  })
}

test('an abort that comes when the guest has just arrived brings it back', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  const faults = [{ on: 'live_migration', host: source, hang: true, when: 'after', times: 1 }]
  cloud.faults.replace({ faults })
  await begin(cloud, server)
  const number = await untilMigration(cloud, server, 'running')
  for (;;) {
    if (cloud.guests(destination).some(({ role }) => role === 'guest')) break
    await new Promise((resolve) => setImmediate(resolve))
  }
  const how = { evenWaiting: true }
  await abortLiveMigration(cloud.cloud.ctx, admin, cloud.request(), server, number, how)
  await stayed(cloud, server, 'cancelled')
})

test('E17 a move of another server, or one that has ended, cannot be called off', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  const other = await cloud.boot({}, source)
  slow(cloud, source)
  await begin(cloud, server)
  const number = await untilMigration(cloud, server, 'running')
  const { ctx } = cloud.cloud
  const how = { evenWaiting: true }
  await assert.rejects(
    abortLiveMigration(ctx, admin, cloud.request(), other, number, how),
    (thrown) => isProblem(thrown, 'conflict'),
  )
  await assert.rejects(
    abortLiveMigration(ctx, admin, cloud.request(), server, '999', how),
    (thrown) => isProblem(thrown, 'not-found'),
  )
  await abortLiveMigration(ctx, admin, cloud.request(), server, number, how)
  await cloud.settled()
})

test('E18 a move that is hurried completes', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  slow(cloud, source)
  await begin(cloud, server)
  const number = await untilMigration(cloud, server, 'running')
  await forceComplete(cloud.cloud.ctx, admin, cloud.request(), server, number)
  await moved(cloud, server)
})

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

for (const raise of ['MigrationError', 'LiveMigrationAborted', 'SomethingElse']) {
  test(`E24, E25 a transfer that ends with ${raise} leaves the guest on the source`, async (t) => {
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

test('a named host is the only one that is asked', async (t) => {
  const { cloud, server } = await cloudWithServer(t, [source, destination, 'host3'])
  const check = 'check_can_live_migrate_destination'
  const faults = [{ on: check, host: destination, raise: 'MigrationPreCheckError' }]
  cloud.faults.replace({ faults })
  await move(cloud, server, destination)
  await stayed(cloud, server, 'error')
  assert.deepEqual(await cloud.used('host3'), {})
})
