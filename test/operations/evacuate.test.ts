/** Evacuation, and what happens when the lost host comes back (F01 to F20, B24). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { liveMigrate } from '../../src/app/servers/live-migrate.ts'
import { stop } from '../../src/app/servers/power.ts'
import { resetState } from '../../src/app/servers/reset-state.ts'
import { resize } from '../../src/app/servers/resize.ts'
import { updateService } from '../../src/app/services.ts'
import { isProblem } from '../../src/lib/problem.ts'
import { admin, amountsOf, tenant } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import {
  begin,
  comesBack,
  destination,
  evacuated,
  lastMigration,
  lostHost,
  source,
  stayed,
} from '../support/lost-hosts.ts'
import { until, untilTask } from '../support/until.ts'

test('F01 a server whose host answers is not evacuated', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, source)
  await assert.rejects(begin(cloud, server), (thrown) => isProblem(thrown, 'invalid'))
})

test('F07, F08 an evacuated server runs elsewhere; its old place is held until the host is back and clean', async (t) => {
  const { cloud, server } = await lostHost(t)
  await evacuated(cloud, server)
  const migration = await lastMigration(cloud, server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal((await cloud.server(server)).host, destination)
  assert.equal(migration.status, 'done')
  assert.deepEqual(await cloud.held(server), { [destination]: amountsOf({}) })
  assert.deepEqual(await cloud.held(migration.id), { [source]: amountsOf({}) })
  assert.deepEqual(await cloud.charged(), { instances: 1, cores: 1, ram: 512 })

  await comesBack(cloud)
  assert.equal((await lastMigration(cloud, server)).status, 'completed')
  assert.deepEqual(cloud.guests(source), [])
  assert.deepEqual(await cloud.used(source), {})
  assert.equal(cloud.guests(destination)[0]?.power, 'running')
})

test('F07 from 2.95 on an evacuated server is left stopped', async (t) => {
  const { cloud, server } = await lostHost(t)
  await evacuated(cloud, server, true)
  assert.equal(await cloud.status(server), 'SHUTOFF')
  assert.equal(cloud.guests(destination)[0]?.power, 'shutdown')
  await comesBack(cloud)
})

test('F02 with no host for it the server is in error where it was, and its returning host leaves it alone', async (t) => {
  const hosts = [source, { name: destination, memoryMb: 256 }]
  const { cloud, server } = await lostHost(t, { hosts })
  await evacuated(cloud, server)
  await stayed(cloud, server, 'error')
  assert.equal(await cloud.status(server), 'ERROR')
  await comesBack(cloud)
  assert.equal(cloud.guests(source).length, 1)
  await cloud.reboot(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
})

test('F04 a destination that refuses leaves the server as it was', async (t) => {
  const { cloud, server } = await lostHost(t)
  cloud.faults.replace({ faults: [{ on: 'spawn', raise: 'ComputeResourcesUnavailable' }] })
  await evacuated(cloud, server)
  await stayed(cloud, server, 'failed')
  assert.equal(await cloud.status(server), 'ACTIVE')
  await comesBack(cloud)
  await cloud.reboot(server)
})

test('F06 ports that do not come up leave the server in error where it was, and nothing elsewhere', async (t) => {
  const { cloud, server } = await lostHost(t)
  const raise = 'VirtualInterfaceCreateException'
  cloud.faults.replace({ faults: [{ on: 'spawn', raise, when: 'after' }] })
  await evacuated(cloud, server)
  await stayed(cloud, server, 'failed')
  assert.equal(await cloud.status(server), 'ERROR')
  cloud.faults.replace({ faults: [] })
  await evacuated(cloud, server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  await comesBack(cloud)
})

test('F09 a server that was deleted meanwhile is not found on the host that comes back', async (t) => {
  const { cloud, server } = await lostHost(t)
  await evacuated(cloud, server)
  await cloud.delete(server)
  assert.equal(await cloud.status(server), 'DELETED')
  await comesBack(cloud)
  assert.deepEqual(cloud.guests(source), [])
  assert.deepEqual(await cloud.used(source), {})
})

test('F10 a host that comes back in the middle is cleaned when the evacuation is done', async (t) => {
  const { cloud, server } = await lostHost(t)
  cloud.faults.replace({ faults: [{ on: 'spawn', hang: true, times: 1 }] })
  await begin(cloud, server)
  await untilTask(cloud, server, 'rebuild_spawning')
  cloud.hosts.setReachable(source, true)
  await cloud.cloud.loops.runNow('returned hosts')
  assert.equal(cloud.guests(source).length, 1)
  cloud.faults.replace({ faults: [] })
  await cloud.settled(server)
  await comesBack(cloud)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal((await lastMigration(cloud, server)).status, 'completed')
  assert.deepEqual(cloud.guests(source), [])
})

test('F11 a host that comes back keeps its guest when the evacuation comes to nothing', async (t) => {
  const { cloud, server } = await lostHost(t)
  cloud.faults.replace({ faults: [{ on: 'spawn', hang: true }] })
  await begin(cloud, server)
  await untilTask(cloud, server, 'rebuild_spawning')
  cloud.hosts.setReachable(source, true)
  await cloud.cloud.loops.runNow('returned hosts')
  await resetState(cloud.cloud.ctx, admin, cloud.request(), server, 'error')
  await cloud.settled(server)
  await stayed(cloud, server, 'failed')
  await comesBack(cloud)
  assert.equal(cloud.guests(source).length, 1)
  await cloud.reboot(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
})

test('F12 a control plane that dies in the middle finishes the evacuation when it is back', async (t) => {
  const { cloud, server } = await lostHost(t)
  cloud.faults.replace({ faults: [{ on: 'spawn', hang: true }] })
  await begin(cloud, server)
  await untilTask(cloud, server, 'rebuild_spawning')
  cloud.crash()
  cloud.faults.replace({ faults: [] })
  await cloud.start()
  await cloud.settled()
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal((await cloud.server(server)).host, destination)
  await comesBack(cloud)
})

test('F16 of two evacuations at once one is refused', async (t) => {
  const { cloud, server } = await lostHost(t)
  const both = await Promise.allSettled([begin(cloud, server), begin(cloud, server)])
  const refused = both.filter(({ status }) => status === 'rejected')
  assert.equal(refused.length, 1)
  await cloud.settled(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  await comesBack(cloud)
})

test('F17 an operation that waits for the lost host gives way to the evacuation', async (t) => {
  const { cloud, server } = await lostHost(t)
  await stop(cloud.cloud.ctx, tenant, cloud.request(), server)
  await begin(cloud, server)
  await cloud.settled(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal((await cloud.server(server)).host, destination)
  await comesBack(cloud)
})

test('F18, B24 an evacuation closes a resize whose source has died', async (t) => {
  const cloud = await fakeCloud(t, { hosts: [source, destination, 'host3'] })
  const server = await cloud.boot({}, source)
  cloud.faults.replace({ faults: [{ on: 'migrate_disk_and_power_off', hang: true }] })
  const flavorRef = await cloud.flavor({ vcpus: 2, memoryMb: 1024 })
  await resize(cloud.cloud.ctx, tenant, cloud.request(), server, { flavorRef })
  await untilTask(cloud, server, 'resize_migrating')
  cloud.world.losePower(source)
  cloud.hosts.setReachable(source, false)
  await begin(cloud, server)
  await until(cloud, server, async () => {
    const kinds = (await cloud.migrations(server)).map(({ kind, status }) => `${kind} ${status}`)
    return kinds.includes('evacuation done')
  })
  const [dead, evacuation] = await cloud.migrations(server)
  assert.equal(dead?.status, 'error')
  assert.deepEqual(await cloud.held(dead?.id ?? ''), {})
  assert.deepEqual(await cloud.held(evacuation?.id ?? ''), { [source]: amountsOf({}) })
  const { host } = await cloud.server(server)
  assert.deepEqual(await cloud.held(server), { [host ?? '']: amountsOf({}) })
  assert.deepEqual(await cloud.charged(), { instances: 1, cores: 1, ram: 512 })
  await comesBack(cloud)
  assert.deepEqual(await cloud.used(source), {})
})

test('F19 a server that has come back to its first host is not destroyed by an old evacuation', async (t) => {
  const { cloud, server } = await lostHost(t)
  await evacuated(cloud, server)
  cloud.hosts.setReachable(source, true)
  const wish = { host: source, blockMigration: null }
  // The move closes the evacuation, and waits for the cleaning: the first try finds the host being cleaned.
  await liveMigrate(cloud.cloud.ctx, admin, cloud.request(), server, wish)
  await cloud.settled()
  await liveMigrate(cloud.cloud.ctx, admin, cloud.request(), server, wish)
  await cloud.settled()
  assert.equal((await cloud.server(server)).host, source)
  await comesBack(cloud)
  assert.equal(cloud.guests(source)[0]?.power, 'running')
  assert.deepEqual(await cloud.held(server), { [source]: amountsOf({}) })
})

test('a server whose second host is lost too is evacuated again', async (t) => {
  const { cloud, server } = await lostHost(t, { hosts: [source, destination, 'host3'] })
  await begin(cloud, server, { host: destination })
  await cloud.settled(server)
  cloud.world.losePower(destination)
  cloud.hosts.setReachable(destination, false)
  await evacuated(cloud, server)
  assert.equal((await cloud.server(server)).host, 'host3')
  assert.deepEqual(await cloud.held(server), { host3: amountsOf({}) })
  assert.deepEqual(await cloud.used(source), {})
  cloud.hosts.setReachable(source, true)
  await comesBack(cloud, destination)
  for (const host of [source, destination]) {
    assert.deepEqual(await cloud.used(host), {})
    assert.deepEqual(cloud.guests(host), [])
  }
})

test('a server is evacuated back to where it was once, as soon as that host is clean', async (t) => {
  const { cloud, server } = await lostHost(t)
  await evacuated(cloud, server)
  cloud.hosts.setReachable(source, true)
  await cloud.hosts.caughtUp(source)
  const service = { host: destination, binary: 'nova-compute' }
  await updateService(cloud.cloud.ctx, admin, service, { forcedDown: true })
  // Long enough for the first host to be cleaned before a destination is chosen.
  cloud.faults.replace({ faults: [{ on: 'power_off', host: destination, delay: 200 }] })
  await evacuated(cloud, server)
  assert.equal((await cloud.server(server)).host, source)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal(cloud.guests(source)[0]?.power, 'running')
})
