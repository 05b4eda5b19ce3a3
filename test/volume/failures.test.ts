/** Volumes of servers when something goes wrong: rows of the failure matrix, by their ids. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attachVolume, changeAttachment } from '../../src/app/servers/volumes.ts'
import * as deleting from '../../src/app/servers/delete.ts'
import { rebuild } from '../../src/app/servers/rebuild.ts'
import * as shelving from '../../src/app/servers/shelve.ts'
import { listServerVolumes } from '../../src/app/server-volumes.ts'
import { createType } from '../../src/app/volume/types.ts'
import { getVolume } from '../../src/app/volume/volumes.ts'
import { isProblem } from '../../src/lib/problem.ts'
import type { HostName, ServerId, VolumeId } from '../../src/domain/ids.ts'
import { admin, tenant } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud, Scope } from '../support/fake-cloud.ts'
import { image } from '../support/images.ts'
import { move } from '../support/live-moves.ts'
import {
  attach,
  blankDisk,
  bootable,
  detach,
  newest,
  volume,
  volumesTold,
} from '../support/volumes.ts'

const onHost1 = 'in-use on host1, in the guest on host1'
const onHost2 = 'in-use on host2, in the guest on host2'
const small = { vcpus: 1, memoryMb: 512, diskGb: 1 }
const large = { vcpus: 2, memoryMb: 1024, diskGb: 2 }

type Scene = { readonly cloud: FakeCloud; readonly server: ServerId; readonly id: VolumeId }

async function beside(t: Scope): Promise<Scene> {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot(small, 'host1')
  return { cloud, server, id: await volume(cloud) }
}

async function attached(t: Scope): Promise<Scene> {
  const scene = await beside(t)
  await attach(scene.cloud, scene.server, scene.id)
  await scene.cloud.settled(scene.server)
  assert.deepEqual(await volumesTold(scene.cloud), [onHost1])
  return scene
}

async function booted(t: Scope): Promise<Scene> {
  const cloud = await fakeCloud(t, { hosts: ['host1'] })
  const id = await bootable(cloud)
  const root = { source: 'volume', id, sizeGb: null, bootIndex: 0 } as const
  const server = await cloud.create(small, { disks: [{ ...blankDisk, ...root }] })
  await cloud.settled(server)
  return { cloud, server, id }
}

test('J08 a volume is not attached by a host that does not answer, and is nobody’s then', async (t) => {
  const { cloud, server, id } = await beside(t)
  cloud.hosts.setReachable('host1' as HostName, false)
  await assert.rejects(attach(cloud, server, id), (thrown) => isProblem(thrown, 'conflict'))
  assert.deepEqual(await volumesTold(cloud), ['available'])
  assert.deepEqual(await listServerVolumes(cloud.cloud.ctx, tenant, server), [])
})

for (const when of ['before', 'after'] as const) {
  test(`J09 a host that raises ${when} it has attached a volume leaves it nobody’s`, async (t) => {
    const { cloud, server, id } = await beside(t)
    cloud.faults.replace({ faults: [{ on: 'attach_volume', raise: 'VolumeAttachFailed', when }] })
    await attach(cloud, server, id)
    await cloud.settled(server)
    assert.equal(await cloud.status(server), 'ACTIVE')
    assert.deepEqual(await volumesTold(cloud), ['available'])
    assert.deepEqual(await listServerVolumes(cloud.cloud.ctx, tenant, server), [])
  })

  test(`a host that raises ${when} it has detached a volume leaves it attached`, async (t) => {
    const { cloud, server, id } = await attached(t)
    cloud.faults.replace({ faults: [{ on: 'detach_volume', raise: 'DeviceDetachFailed', when }] })
    await detach(cloud, server, id)
    await cloud.settled(server)
    assert.deepEqual(await volumesTold(cloud), [onHost1])
  })
}

test('J10 a volume is not detached from a host that is down', async (t) => {
  const { cloud, server, id } = await attached(t)
  cloud.hosts.setReachable('host1' as HostName, false)
  await assert.rejects(detach(cloud, server, id), (thrown) => isProblem(thrown, 'conflict'))
  assert.deepEqual(await volumesTold(cloud), [onHost1])
})

test('J11 a volume that the guest has lost already is detached all the same', async (t) => {
  const { cloud, server, id } = await attached(t)
  cloud.world.change((held) => {
    for (const body of held.bodies()) held.put({ ...body, volumes: [] })
  })
  await detach(cloud, server, id)
  await cloud.settled(server)
  assert.deepEqual(await volumesTold(cloud), ['available'])
})

test('D15 a volume that was detached before the decision does not come back with a revert', async (t) => {
  const { cloud, server, id } = await attached(t)
  await cloud.resize(server, large)
  assert.deepEqual(await volumesTold(cloud), [onHost2])
  await detach(cloud, server, id)
  await cloud.settled(server)
  await cloud.revert(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.deepEqual(await volumesTold(cloud), ['available'])
})

test('E20 a destination that cannot attach a volume leaves the server and it on the source', async (t) => {
  const { cloud, server } = await attached(t)
  cloud.faults.replace({ faults: [{ on: 'pre_live_migration', raise: 'VolumeAttachFailed' }] })
  await move(cloud, server, 'host2')
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal((await cloud.server(server)).host, 'host1')
  assert.deepEqual(await volumesTold(cloud), [onHost1])
})

test('E34 a source that cannot let go of a volume does not hold up the server, nor keep the volume', async (t) => {
  const { cloud, server } = await attached(t)
  cloud.faults.replace({
    faults: [{ on: 'post_live_migration_at_source', raise: 'VolumeAttachFailed' }],
  })
  await move(cloud, server, 'host2')
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal((await cloud.migrations(server)).at(-1)?.status, 'completed')
  assert.deepEqual(await volumesTold(cloud), [onHost2])
})

test('G10 a server whose volumes do not come up stays on the shelf, holding nothing but them', async (t) => {
  const { cloud, server } = await booted(t)
  const { ctx } = cloud.cloud
  await shelving.shelve(ctx, tenant, cloud.request(), server)
  await cloud.settled(server)
  cloud.faults.replace({ faults: [{ on: 'spawn', raise: 'VolumeAttachFailed' }] })
  await shelving.unshelve(ctx, tenant, cloud.request(), server, {})
  await cloud.settled(server)
  assert.equal(await cloud.status(server), 'SHELVED_OFFLOADED')
  assert.equal((await cloud.server(server)).host, null)
  assert.deepEqual(await cloud.held(server), {})
  assert.deepEqual(await volumesTold(cloud), ['reserved'])
})

test('G16 a rebuild that fails leaves the server in error with its volume, and can be tried again', async (t) => {
  const { cloud, server, id } = await booted(t)
  const { ctx } = cloud.cloud
  const imageRef = await image(cloud, 'another')
  cloud.faults.replace({ faults: [{ on: 'spawn', raise: 'VolumeAttachFailed', times: 1 }] })
  await rebuild(ctx, tenant, cloud.request(), server, { imageRef })
  await cloud.settled(server)
  assert.equal(await cloud.status(server), 'ERROR')
  assert.deepEqual(await volumesTold(cloud), ['in-use on host1'])
  await rebuild(ctx, tenant, cloud.request(), server, { imageRef })
  await cloud.settled(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.deepEqual(await volumesTold(cloud), [onHost1])
  assert.equal((await cloud.server(server)).imageId, null)
  const { imageMetadata } = (await getVolume(ctx, tenant, id)).volume
  assert.equal(imageMetadata['image_id'], imageRef)
})

test('a rebuild with another image is refused where nobody knows of it', async (t) => {
  const { cloud, server } = await booted(t)
  const wish = { imageRef: await image(cloud, 'another'), knowsVolumes: false }
  await assert.rejects(
    rebuild(cloud.cloud.ctx, tenant, cloud.request(), server, wish),
    /Unable to rebuild with a different image for a volume-backed server/,
  )
})

test('I15 a volume that two servers share is free when both are gone, and not before', async (t) => {
  const cloud = await fakeCloud(t)
  const { ctx } = cloud.cloud
  await createType(ctx, admin, {
    name: 'shared',
    description: null,
    isPublic: true,
    extraSpecs: { multiattach: '<is> True' },
  })
  const id = await volume(cloud, { typeRef: 'shared' })
  const servers = [await cloud.boot(small, 'host1'), await cloud.boot(small, 'host2')]
  for (const server of servers) {
    await attach(cloud, server, id)
    await cloud.settled(server)
  }
  const both = 'in-use on host1 and host2, in the guest on host1 and host2'
  assert.deepEqual(await volumesTold(cloud), [both])
  await Promise.all(
    servers.map(async (server) => await deleting.remove(ctx, tenant, cloud.request(), server)),
  )
  await cloud.settled()
  assert.deepEqual(await volumesTold(cloud), ['available'])
})

test('several volumes that are attached at once come one after the other', async (t) => {
  const { cloud, server } = await beside(t)
  const more = [await volume(cloud), await volume(cloud), await volume(cloud)]
  await Promise.all(more.map(async (id) => await attach(cloud, server, id)))
  await cloud.settled(server)
  const devices = (await listServerVolumes(cloud.cloud.ctx, tenant, server)).map(
    ({ device }) => device,
  )
  assert.deepEqual(devices.toSorted(), ['/dev/vdb', '/dev/vdc', '/dev/vdd'])
  assert.deepEqual(await volumesTold(cloud), ['available', onHost1, onHost1, onHost1])
})

test('a volume is kept for one server alone, and exchanged only while the volume service moves it', async (t) => {
  const { cloud, server, id } = await attached(t)
  const { ctx } = cloud.cloud
  const other = await cloud.boot(small, 'host2')
  await assert.rejects(attach(cloud, other, id), (thrown) => isProblem(thrown, 'invalid'))
  await assert.rejects(attach(cloud, server, id), (thrown) => isProblem(thrown, 'invalid'))
  const change = {
    volumeId: id,
    newVolumeId: await volume(cloud),
    repeats: {},
    deleteOnTermination: null,
    inPlace: true,
    knowsShared: true,
  }
  const swapping = (who: typeof admin) =>
    changeAttachment(ctx, who, cloud.request(), server, change)
  await assert.rejects(swapping(tenant), (thrown) => isProblem(thrown, 'forbidden'))
  await assert.rejects(swapping(admin), /is not migrating/)
  assert.deepEqual(await volumesTold(cloud), [onHost1, 'available'])
})

test('versions before servers on the shelf took volumes do not attach to one', async (t) => {
  const { cloud, server, id } = await beside(t)
  await shelving.shelve(cloud.cloud.ctx, tenant, cloud.request(), server)
  await cloud.settled(server)
  const wish = { volumeId: id, device: null, tag: null, deleteOnTermination: false }
  const older = { ...wish, knows: { ...newest, shelved: false } }
  const attaching = attachVolume(cloud.cloud.ctx, tenant, cloud.request(), server, older)
  await assert.rejects(attaching, (thrown) => isProblem(thrown, 'conflict'))
  await attach(cloud, server, id)
  await cloud.settled(server)
  assert.deepEqual(await volumesTold(cloud), ['in-use'])
  await detach(cloud, server, id)
  await cloud.settled(server)
  assert.deepEqual(await volumesTold(cloud), ['available'])
})

test('what a server is given on the shelf comes up with it, also when that fails at first', async (t) => {
  const { cloud, server, id } = await beside(t)
  const { ctx } = cloud.cloud
  await shelving.shelve(ctx, tenant, cloud.request(), server)
  await cloud.settled(server)
  await attach(cloud, server, id)
  await cloud.settled(server)
  assert.deepEqual(await volumesTold(cloud), ['in-use'])
  cloud.faults.replace({ faults: [{ on: 'spawn', raise: 'VolumeAttachFailed', times: 1 }] })
  await shelving.unshelve(ctx, admin, cloud.request(), server, { host: 'host1' })
  await cloud.settled(server)
  // From here on it is like a volume that went onto the shelf with its server.
  assert.deepEqual(await volumesTold(cloud), ['reserved'])
  await shelving.unshelve(ctx, admin, cloud.request(), server, { host: 'host1' })
  await cloud.settled(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.deepEqual(await volumesTold(cloud), [onHost1])
})
