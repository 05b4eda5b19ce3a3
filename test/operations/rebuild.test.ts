/** A rebuild keeps the place and replaces the disk; what each failure leaves (G14, G15, G17, G18). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evacuate } from '../../src/app/servers/evacuate.ts'
import { rebuild } from '../../src/app/servers/rebuild.ts'
import type { HostName, ServerId } from '../../src/domain/ids.ts'
import { virtualClock } from '../../src/lib/virtual-clock.ts'
import { admin, amountsOf, tenant } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'
import { image } from '../support/images.ts'
import { untilTask } from '../support/until.ts'

async function rebuilt(cloud: FakeCloud, id: ServerId, imageRef: string): Promise<void> {
  await rebuild(cloud.cloud.ctx, tenant, cloud.request(), id, { imageRef })
  await cloud.settled(id)
}

test('a rebuilt server has a new disk of the new image, and the place it had', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, 'host1')
  const disk = cloud.guests('host1')[0]?.diskGeneration
  const other = await image(cloud, 'other')
  await rebuilt(cloud, server, other)
  const [guest] = cloud.guests('host1')
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal((await cloud.server(server)).imageId, other)
  assert.equal(guest?.image, other)
  assert.notEqual(guest?.diskGeneration, disk)
  assert.deepEqual(await cloud.held(server), { host1: amountsOf({}) })
})

test('a stopped server is stopped again after its rebuild', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, 'host1')
  await cloud.stop(server)
  await rebuilt(cloud, server, await image(cloud, 'other'))
  assert.equal(await cloud.status(server), 'SHUTOFF')
  assert.equal(cloud.guests('host1')[0]?.power, 'shutdown')
})

test('G14 an image that does not suit the host changes nothing', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, 'host1')
  const before = await cloud.server(server)
  const disk = cloud.guests('host1')[0]?.diskGeneration
  const unsuitable = await image(cloud, 'unsuitable', { 'trait:HW_CPU_X86_SGX': 'required' })
  await rebuilt(cloud, server, unsuitable)
  const after = await cloud.server(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal(after.imageId, before.imageId)
  assert.deepEqual(after.imageProperties, before.imageProperties)
  assert.equal(cloud.guests('host1')[0]?.diskGeneration, disk)
  assert.deepEqual(await cloud.held(server), { host1: amountsOf({}) })
})

for (const on of ['destroy', 'spawn'] as const) {
  test(`G15 a rebuild whose ${on} fails is in error on its host, holding what it held`, async (t) => {
    const cloud = await fakeCloud(t)
    const server = await cloud.boot({}, 'host1')
    cloud.faults.replace({ faults: [{ on, raise: 'InstanceDeployFailure', times: 1 }] })
    const other = await image(cloud, 'other')
    await rebuilt(cloud, server, other)
    const found = await cloud.server(server)
    assert.equal(await cloud.status(server), 'ERROR')
    assert.equal(found.host, 'host1')
    assert.equal(found.taskState, null)
    assert.match((await cloud.fault(server))?.message ?? '', /Failed to deploy/)
    assert.deepEqual(await cloud.held(server), { host1: amountsOf({}) })
    await rebuilt(cloud, server, other)
    assert.equal(await cloud.status(server), 'ACTIVE')
  })
}

test('G17 a rebuild that was interrupted by a crash is finished after it', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, 'host1')
  cloud.faults.replace({ faults: [{ on: 'spawn', hang: true }] })
  const other = await image(cloud, 'other')
  await rebuild(cloud.cloud.ctx, tenant, cloud.request(), server, { imageRef: other })
  await untilTask(cloud, server, 'rebuild_spawning')
  cloud.crash()
  cloud.faults.replace({ faults: [] })
  await cloud.start()
  await cloud.settled(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal(cloud.guests('host1')[0]?.image, other)
})

test('G18 a delete in the middle of a rebuild wins', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, 'host1')
  cloud.faults.replace({ faults: [{ on: 'spawn', hang: true }] })
  const imageRef = await image(cloud, 'other')
  await rebuild(cloud.cloud.ctx, tenant, cloud.request(), server, { imageRef })
  await untilTask(cloud, server, 'rebuild_spawning')
  await cloud.delete(server)
  assert.equal(await cloud.status(server), 'DELETED')
  assert.deepEqual(await cloud.used('host1'), {})
  assert.deepEqual(cloud.guests('host1'), [])
})

test('a rebuild that gave way to an evacuation leaves the server in error when the host is back after all', async (t) => {
  const clock = virtualClock(Date.UTC(2030, 0, 1))
  const cloud = await fakeCloud(t, { clock })
  const server = await cloud.boot({}, 'host1')
  cloud.faults.replace({ faults: [{ on: 'spawn', hang: true }] })
  const imageRef = await image(cloud, 'other')
  await rebuild(cloud.cloud.ctx, tenant, cloud.request(), server, { imageRef })
  await untilTask(cloud, server, 'rebuild_spawning')
  cloud.hosts.setReachable('host1' as HostName, false) // of this cloud
  const wish = { host: null, leavesStopped: false }
  await evacuate(cloud.cloud.ctx, admin, cloud.request(), server, wish)
  cloud.hosts.setReachable('host1' as HostName, true)
  await cloud.settled()
  assert.equal((await cloud.server(server)).host, 'host1')
  assert.deepEqual(cloud.guests('host1'), [])
  assert.equal(await cloud.status(server), 'ERROR')
  cloud.faults.replace({ faults: [] })
  await cloud.reboot(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
})
