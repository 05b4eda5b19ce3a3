/** Servers that boot from volumes, and those that get volumes when they are made. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createImage } from '../../src/app/servers/snapshot.ts'
import type { DiskWish } from '../../src/app/servers/disk-wish.ts'
import * as shelving from '../../src/app/servers/shelve.ts'
import * as deleting from '../../src/app/servers/delete.ts'
import { setLimits } from '../../src/app/volume/quotas.ts'
import { isProblem } from '../../src/lib/problem.ts'
import { admin, tenant } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import { image as anImage } from '../support/images.ts'
import { blankDisk, bootable, snapshot, volume, volumesTold } from '../support/volumes.ts'

const size = { vcpus: 1, memoryMb: 512, diskGb: 10 }

test('a server that boots from a volume needs no disk of its host', async (t) => {
  const cloud = await fakeCloud(t, { hosts: ['host1'] })
  const id = await bootable(cloud)
  const root: DiskWish = { ...blankDisk, source: 'volume', id, sizeGb: null, bootIndex: 0 }
  const server = await cloud.create(size, { disks: [root] })
  await cloud.settled(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.deepEqual(await cloud.held(server), { host1: { VCPU: 1, MEMORY_MB: 512 } })
  const [guest] = cloud.guests('host1')
  assert.deepEqual(guest?.volumes, [{ id, device: '/dev/vda' }])
  assert.equal(guest?.diskGb, 0)
  assert.equal((await cloud.server(server)).imageId, null)
  assert.deepEqual(await volumesTold(cloud), ['in-use on host1, in the guest on host1'])
})

test('volumes are made for a server as it asks, and those that go with it are gone with it', async (t) => {
  const cloud = await fakeCloud(t, { hosts: ['host1'] })
  const image = await anImage(cloud, 'image')
  const ofDisk = await snapshot(cloud, await bootable(cloud))
  const disks: readonly DiskWish[] = [
    {
      ...blankDisk,
      source: 'image',
      id: image,
      sizeGb: 5,
      bootIndex: 0,
      deleteOnTermination: true,
    },
    { ...blankDisk, sizeGb: 2, device: 'vdx' },
    { ...blankDisk, source: 'snapshot', id: ofDisk, sizeGb: null, deleteOnTermination: true },
  ]
  const server = await cloud.create(size, { disks })
  await cloud.settled(server)
  const [guest] = cloud.guests('host1')
  assert.deepEqual(
    guest?.volumes.map(({ device }) => device),
    ['/dev/vda', '/dev/vdx', '/dev/vdb'],
  )
  const attached = 'in-use on host1, in the guest on host1'
  assert.deepEqual(await volumesTold(cloud), ['available', attached, attached, attached])
  await deleting.remove(cloud.cloud.ctx, tenant, cloud.request(), server)
  await cloud.settled(server)
  assert.deepEqual(await volumesTold(cloud), ['available', 'available'])
})

test('A32 volumes that cannot be made are no reason to try another host', async (t) => {
  const cloud = await fakeCloud(t, { hosts: ['host1', 'host2'] })
  const { projectId } = tenant
  assert(projectId !== null)
  await setLimits(cloud.cloud.ctx, admin, projectId, { limits: { volumes: 1 }, ofTypes: [] })
  const kept = await bootable(cloud)
  const root: DiskWish = { ...blankDisk, source: 'volume', id: kept, sizeGb: null, bootIndex: 0 }
  const server = await cloud.create(size, { disks: [root, blankDisk] })
  await cloud.settled(server)
  assert.equal(await cloud.status(server), 'ERROR')
  assert.match((await cloud.fault(server))?.message ?? '', /Volume resource quota exceeded/)
  assert.equal((await cloud.server(server)).host, null)
  assert.deepEqual(await cloud.held(server), {})
  // Nobody else gets it before the server is deleted.
  assert.deepEqual(await volumesTold(cloud), ['reserved'])
  await deleting.remove(cloud.cloud.ctx, tenant, cloud.request(), server)
  await cloud.settled(server)
  assert.deepEqual(await volumesTold(cloud), ['available'])
})

test('A30 a build that goes on elsewhere takes its volumes along', async (t) => {
  const cloud = await fakeCloud(t, { hosts: ['host1', 'host2'] })
  await cloud.chooseLast('host2')
  cloud.faults.replace({ faults: [{ on: 'spawn', host: 'host1', raise: 'InstanceDeployFailure' }] })
  const id = await bootable(cloud)
  const root: DiskWish = { ...blankDisk, source: 'volume', id, sizeGb: null, bootIndex: 0 }
  const server = await cloud.create(size, { disks: [root] })
  await cloud.settled(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.deepEqual(await volumesTold(cloud), ['in-use on host2, in the guest on host2'])
})

test('A19 of a build that is given up the volumes go that go with the server, and the others stay its own', async (t) => {
  const cloud = await fakeCloud(t, { hosts: ['host1'] })
  cloud.faults.replace({ faults: [{ on: 'spawn', raise: 'BuildAbortException' }] })
  const disks: readonly DiskWish[] = [
    { ...blankDisk, bootIndex: 0, deleteOnTermination: true },
    { ...blankDisk, sizeGb: 3 },
  ]
  const server = await cloud.create(size, { disks })
  await cloud.settled(server)
  assert.equal(await cloud.status(server), 'ERROR')
  assert.deepEqual(await volumesTold(cloud), ['reserved'])
  await deleting.remove(cloud.cloud.ctx, tenant, cloud.request(), server)
  await cloud.settled(server)
  assert.deepEqual(await volumesTold(cloud), ['available'])
})

test('a server on the shelf keeps its volumes, and has them again', async (t) => {
  const cloud = await fakeCloud(t, { hosts: ['host1'] })
  const id = await bootable(cloud)
  const root: DiskWish = { ...blankDisk, source: 'volume', id, sizeGb: null, bootIndex: 0 }
  const server = await cloud.create(size, { disks: [root] })
  await cloud.settled(server)
  const { ctx } = cloud.cloud
  await shelving.shelve(ctx, tenant, cloud.request(), server)
  await cloud.settled(server)
  assert.equal(await cloud.status(server), 'SHELVED_OFFLOADED')
  assert.deepEqual(await volumesTold(cloud), ['reserved'])
  await shelving.unshelve(ctx, tenant, cloud.request(), server, {})
  await cloud.settled(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.deepEqual(await volumesTold(cloud), ['in-use on host1, in the guest on host1'])
})

test('the image of a server that boots from a volume is a snapshot, and servers of it boot from volumes of that', async (t) => {
  const cloud = await fakeCloud(t, { hosts: ['host1'] })
  const id = await bootable(cloud)
  const root: DiskWish = { ...blankDisk, source: 'volume', id, sizeGb: null, bootIndex: 0 }
  const server = await cloud.create(size, { disks: [root] })
  await cloud.settled(server)
  const { ctx } = cloud.cloud
  const wish = { name: 'image', metadata: {} }
  const { imageId } = await createImage(ctx, tenant, cloud.request(), server, wish)
  await cloud.settled(server)
  const another = await cloud.create(size, { imageRef: imageId })
  await cloud.settled(another)
  assert.equal(await cloud.status(another), 'ACTIVE')
  assert.equal((await cloud.server(another)).imageId, null)
  assert.deepEqual(await cloud.held(another), { host1: { VCPU: 1, MEMORY_MB: 512 } })
  const attached = 'in-use on host1, in the guest on host1'
  assert.deepEqual(await volumesTold(cloud), [attached, attached])
})

const wrong: readonly (readonly [string, readonly Partial<DiskWish>[], RegExp])[] = [
  ['nothing to boot from', [{}], /Boot sequence/],
  ['two first disks', [{ bootIndex: 0 }, { bootIndex: 0 }], /Boot sequence/],
  ['a second disk and no first', [{ bootIndex: 1 }], /Boot sequence/],
  ['a blank disk of something', [{ bootIndex: 0, id: 'x' }], /Invalid device UUID/],
  ['a copy of nothing', [{ bootIndex: 0, source: 'snapshot' }], /Missing device UUID/],
  [
    'an image on the host beside none',
    [{ bootIndex: 0, source: 'image', id: 'x', destination: 'local' }],
    /image to local/,
  ],
  ['a blank volume of no size', [{ bootIndex: 0, sizeGb: null }], /non-zero size/],
  [
    'a volume that is none',
    [{ bootIndex: 0, source: 'volume', id: 'x' }],
    /failed to get volume x/,
  ],
  [
    'a snapshot that is none',
    [{ bootIndex: 0, source: 'snapshot', id: 'x' }],
    /failed to get snapshot x/,
  ],
  [
    'more ephemeral disk than the flavor has',
    [{ bootIndex: 0 }, { destination: 'local', sizeGb: 1 }],
    /Ephemeral disks/,
  ],
  ['a bus that nobody knows', [{ bootIndex: 0, diskBus: 'tram' }], /disk bus tram/],
  [
    'one name for two disks',
    [{ bootIndex: 0 }, { device: 'vdb' }, { device: '/dev/vdb' }],
    /named twice/,
  ],
]

test('what disks cannot be is refused before there is a server', async (t) => {
  const cloud = await fakeCloud(t, { hosts: ['host1'] })
  for (const [what, disks, says] of wrong) {
    const making = cloud.create(size, { disks: disks.map((each) => ({ ...blankDisk, ...each })) })
    await assert.rejects(
      making,
      (thrown) => isProblem(thrown, 'invalid') && says.test(thrown.message),
      what,
    )
  }
  const id = await volume(cloud)
  const root: DiskWish = { ...blankDisk, source: 'volume', id, bootIndex: 0 }
  await assert.rejects(cloud.create(size, { disks: [root] }), /is not bootable/)
  assert.deepEqual(await volumesTold(cloud), ['available'])
})
