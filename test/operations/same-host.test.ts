/** A resize that ends on the host where it began: only the difference is needed, and going back never needs room (B37 to B39). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { ServerId } from '../../src/domain/ids.ts'
import { isProblem } from '../../src/lib/problem.ts'
import { amountsOf } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { Size } from '../support/cloud-deeds.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'

const small = { vcpus: 1, memoryMb: 2048, diskGb: 10 }
const large = { vcpus: 2, memoryMb: 3072, diskGb: 5 }
/** The larger of the two in each class. */
const both = { vcpus: 2, memoryMb: 3072, diskGb: 10 }

/** Old and new together do not fit here; either one does. */
const full = { name: 'host1', vcpus: 2, memoryMb: 3072, diskGb: 12 }

async function cloudWithServer(
  t: TestContext,
): Promise<{ readonly cloud: FakeCloud; readonly server: ServerId }> {
  const cloud = await fakeCloud(t, { hosts: [full], settings: { resizeToSameHost: true } })
  return { cloud, server: await cloud.boot(small, 'host1') }
}

async function rests(cloud: FakeCloud, id: ServerId, size: Size): Promise<void> {
  assert.equal(await cloud.status(id), 'ACTIVE')
  assert.deepEqual(await cloud.held(id), { host1: amountsOf(size) })
  assert.deepEqual(await cloud.used('host1'), amountsOf(size))
  assert.deepEqual(
    cloud.guests('host1').map(({ role, memoryMb }) => [role, memoryMb]),
    [['guest', size.memoryMb]],
  )
}

test('B39 a nearly full host resizes in place: it is charged the larger of both sizes, not their sum', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  await cloud.resize(server, large)
  assert.equal(await cloud.status(server), 'VERIFY_RESIZE')
  const migration = await cloud.openMigration(server)
  assert.deepEqual(await cloud.held(server), { host1: amountsOf(large) })
  assert.deepEqual(await cloud.held(migration?.id ?? ''), { host1: { DISK_GB: 5 } })
  assert.deepEqual(await cloud.used('host1'), amountsOf(both))
  await cloud.confirm(server)
  await rests(cloud, server, large)
})

test('B39 a resize in place that only grows is reverted though the migration held nothing', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  await cloud.resize(server, { ...small, memoryMb: 3072 })
  const migration = await cloud.openMigration(server)
  assert.deepEqual(await cloud.held(migration?.id ?? ''), {})
  await cloud.revert(server)
  await rests(cloud, server, small)
})

test('a resize in place is reverted', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  await cloud.resize(server, large)
  await cloud.revert(server)
  await rests(cloud, server, small)
})

test('a resize in place that cannot fit changes nothing', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  await cloud.resize(server, { vcpus: 1, memoryMb: 4096, diskGb: 1 })
  await rests(cloud, server, small)
})

test('B37 a resize in place that fails before the disk moved leaves the old size only', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  cloud.faults.replace({
    faults: [{ on: 'migrate_disk_and_power_off', raise: 'InstanceFaultRollback' }],
  })
  await cloud.resize(server, large)
  await rests(cloud, server, small)
})

test('B38 a resize in place whose guest does not come up holds the new size only', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  cloud.faults.replace({
    faults: [{ on: 'finish_migration', raise: 'VirtualInterfaceCreateException', times: 1 }],
  })
  await cloud.resize(server, large)
  await cloud.settled()
  assert.equal(await cloud.status(server), 'ERROR')
  assert.deepEqual(await cloud.used('host1'), amountsOf(large))
  await cloud.reboot(server)
  await rests(cloud, server, large)
})

test('a server that waits to be confirmed in place is deleted with everything it held', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  await cloud.resize(server, large)
  await cloud.delete(server)
  assert.deepEqual(await cloud.used('host1'), {})
  assert.deepEqual(cloud.guests('host1'), [])
})

test('a server does not leave a host that still deletes what an earlier move left there', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  await cloud.resize(server, large)
  cloud.faults.replace({ faults: [{ on: 'confirm_migration', raise: 'SomethingElse', times: 2 }] })
  await cloud.confirm(server)
  await assert.rejects(cloud.resize(server, small), (thrown) => isProblem(thrown, 'conflict'))
  assert.equal((await cloud.server(server)).taskState, null)
  cloud.heal()
  await cloud.settled()
  await cloud.resize(server, small)
  await cloud.revert(server)
  await rests(cloud, server, large)
})
