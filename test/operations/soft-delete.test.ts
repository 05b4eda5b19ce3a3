/** Deleting for the time being, restoring, and what the project is charged meanwhile (I14). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { remove } from '../../src/app/servers/delete.ts'
import { resize } from '../../src/app/servers/resize.ts'
import { shelve, unshelve } from '../../src/app/servers/shelve.ts'
import { restore } from '../../src/app/servers/soft-delete.ts'
import * as charges from '../../src/store/compute/charges.ts'
import { isProblem } from '../../src/lib/problem.ts'
import { imageExists } from '../../src/operations/images.ts'
import { amountsOf, tenant } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import { untilTask } from '../support/until.ts'

const settings = { reclaimAfterMs: 3_600_000 }

test('I14 a soft-deleted server keeps its place, is not charged, and comes back', async (t) => {
  const cloud = await fakeCloud(t, { settings })
  const server = await cloud.boot({}, 'host1')
  await cloud.delete(server)
  assert.equal(await cloud.status(server), 'SOFT_DELETED')
  assert.equal(cloud.guests('host1')[0]?.power, 'shutdown')
  assert.deepEqual(await cloud.held(server), { host1: amountsOf({}) })
  assert.deepEqual(await cloud.charged(), { instances: 0, cores: 0, ram: 0 })

  await restore(cloud.cloud.ctx, tenant, cloud.request(), server)
  await cloud.settled(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal(cloud.guests('host1')[0]?.power, 'running')
  assert.deepEqual(await cloud.charged(), { instances: 1, cores: 1, ram: 512 })
})

test('I14 restoring over quota is refused and nothing changes', async (t) => {
  const cloud = await fakeCloud(t, { settings })
  const server = await cloud.boot({}, 'host1')
  await cloud.delete(server)
  const project = tenant.projectId ?? ''
  await cloud.store.transaction(async (tx) => {
    await tx
      .insertInto('quota_limits')
      .values({ project_id: project, resource: 'instances', limit: 0 })
      .execute()
  })
  await assert.rejects(restore(cloud.cloud.ctx, tenant, cloud.request(), server), (thrown) =>
    isProblem(thrown, 'over-quota'),
  )
  assert.equal(await cloud.status(server), 'SOFT_DELETED')
  const used = await cloud.store.read(
    async (reader) => await charges.usageOf(reader, tenant.projectId ?? assert.fail()),
  )
  assert.deepEqual({ ...used }, { instances: 0, cores: 0, ram: 0 })
})

test('a soft-deleted server is deleted for good by force, and charged nothing twice', async (t) => {
  const cloud = await fakeCloud(t, { settings })
  const server = await cloud.boot({}, 'host1')
  await cloud.delete(server)
  await remove(cloud.cloud.ctx, tenant, cloud.request(), server, 'forceDelete')
  await cloud.settled(server)
  assert.equal(await cloud.status(server), 'DELETED')
  assert.deepEqual(cloud.guests('host1'), [])
  assert.deepEqual(await cloud.used('host1'), {})
  assert.deepEqual(await cloud.charged(), { instances: 0, cores: 0, ram: 0 })
})

test('a soft delete in the middle of a resize unwinds it first', async (t) => {
  const cloud = await fakeCloud(t, { settings })
  const server = await cloud.boot({}, 'host1')
  cloud.faults.replace({ faults: [{ on: 'migrate_disk_and_power_off', hang: true }] })
  const flavorRef = await cloud.flavor({ vcpus: 2, memoryMb: 1024 })
  await resize(cloud.cloud.ctx, tenant, cloud.request(), server, { flavorRef })
  await untilTask(cloud, server, 'resize_migrating')
  await cloud.delete(server)
  assert.equal(await cloud.status(server), 'SOFT_DELETED')
  assert.deepEqual(await cloud.held(server), { host1: amountsOf({}) })
  assert.deepEqual(await cloud.used('host2'), {})
  assert.equal((await cloud.migrations(server))[0]?.status, 'error')
  assert.deepEqual(await cloud.charged(), { instances: 0, cores: 0, ram: 0 })
})

test('a soft delete of a server that waits to be confirmed takes it as it is, and frees the source', async (t) => {
  const cloud = await fakeCloud(t, { settings })
  const server = await cloud.boot({}, 'host1')
  const large = { vcpus: 2, memoryMb: 1024 }
  await cloud.resize(server, large)
  await cloud.delete(server)
  await cloud.settled()
  assert.equal(await cloud.status(server), 'SOFT_DELETED')
  assert.equal((await cloud.migrations(server))[0]?.status, 'confirmed')
  assert.deepEqual(await cloud.used('host1'), {})
  assert.deepEqual(cloud.guests('host1'), [])

  await restore(cloud.cloud.ctx, tenant, cloud.request(), server)
  await cloud.settled(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.deepEqual(await cloud.held(server), { host2: amountsOf(large) })
  assert.deepEqual(await cloud.charged(), { instances: 1, cores: 2, ram: 1024 })
})

test('a server that is put aside from the shelf and restored is on the shelf no more', async (t) => {
  const cloud = await fakeCloud(t, { settings: { ...settings, offloadAfterMs: null } })
  const server = await cloud.boot({}, 'host1')
  await shelve(cloud.cloud.ctx, tenant, cloud.request(), server)
  await cloud.settled(server)
  const imageId = (await cloud.server(server)).shelved?.imageId
  await cloud.delete(server)
  await restore(cloud.cloud.ctx, tenant, cloud.request(), server)
  await cloud.settled(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal((await cloud.server(server)).shelved, null)
  assert.ok(imageId)
  assert.equal(await cloud.store.read(async (reader) => await imageExists(reader, imageId)), false)
})

test('a delete of a server on its way from the shelf leaves nothing to put aside, and is final', async (t) => {
  const cloud = await fakeCloud(t, { settings })
  const server = await cloud.boot({}, 'host1')
  await shelve(cloud.cloud.ctx, tenant, cloud.request(), server)
  await cloud.settled(server)
  cloud.faults.replace({ faults: [{ on: 'spawn', hang: true }] })
  await unshelve(cloud.cloud.ctx, tenant, cloud.request(), server, {})
  await untilTask(cloud, server, 'spawning')
  await remove(cloud.cloud.ctx, tenant, cloud.request(), server)
  await cloud.settled(server)
  assert.equal((await cloud.server(server)).deleteRequested, true)
  assert.equal(await cloud.status(server), 'DELETED')
})
