/** Images and backups of servers, and what is left when one comes to nothing (J06, J07). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBackup, createImage } from '../../src/app/servers/snapshot.ts'
import type { ServerId } from '../../src/domain/ids.ts'
import type { Image } from '../../src/domain/image.ts'
import * as images from '../../src/store/image/images.ts'
import { tenant } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'
import { untilTask } from '../support/until.ts'

async function all(cloud: FakeCloud): Promise<readonly Image[]> {
  return await cloud.store.read(async (reader) => await images.list(reader, {}))
}

async function imaged(cloud: FakeCloud, id: ServerId): Promise<string> {
  const wish = { name: 'snap', metadata: { purpose: 'test' } }
  const { imageId } = await createImage(cloud.cloud.ctx, tenant, cloud.request(), id, wish)
  return imageId
}

test('a snapshot becomes an active image that says where it comes from', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, 'host1')
  const imageId = await imaged(cloud, server)
  await cloud.settled(server)
  const [image] = await all(cloud)
  assert.equal(image?.id, imageId)
  assert.equal(image?.status, 'active')
  assert.equal(image?.properties['instance_uuid'], server)
  assert.equal(image?.properties['purpose'], 'test')
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal((await cloud.server(server)).taskState, null)
  assert.equal(cloud.world.images()[0]?.id, imageId)
})

test('backups of one type are rotated, other images are left alone', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, 'host1')
  await imaged(cloud, server)
  await cloud.settled(server)
  for (const [name, backupType] of [
    ['mon', 'daily'],
    ['week1', 'weekly'],
    ['tue', 'daily'],
    ['wed', 'daily'],
  ] as const) {
    const wish = { name, backupType, rotation: 2, metadata: {} }
    await createBackup(cloud.cloud.ctx, tenant, cloud.request(), server, wish)
    await cloud.settled(server)
  }
  const names = (await all(cloud)).map(({ name }) => name)
  assert.deepEqual(names, ['wed', 'tue', 'week1', 'snap'])
})

test('J06 a snapshot that fails leaves no image, and the server as it was', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, 'host1')
  cloud.faults.replace({ faults: [{ on: 'snapshot', raise: 'NoSpaceLeft' }] })
  await imaged(cloud, server)
  await cloud.settled(server)
  assert.deepEqual(await all(cloud), [])
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal((await cloud.server(server)).taskState, null)
})

test('J07 a delete in the middle of a snapshot takes the half-made image with it', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, 'host1')
  cloud.faults.replace({ faults: [{ on: 'snapshot', hang: true }] })
  await imaged(cloud, server)
  await untilTask(cloud, server, 'image_uploading')
  await cloud.delete(server)
  assert.equal(await cloud.status(server), 'DELETED')
  assert.deepEqual(await all(cloud), [])
})
