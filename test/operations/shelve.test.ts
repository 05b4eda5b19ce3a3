/** Shelving, leaving the host, coming back, and what each failure leaves (G01 to G12). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { shelve, shelveOffload, unshelve } from '../../src/app/servers/shelve.ts'
import type { UnshelveWish } from '../../src/app/servers/shelve.ts'
import type { ServerId } from '../../src/domain/ids.ts'
import { isProblem } from '../../src/lib/problem.ts'
import * as images from '../../src/store/image/images.ts'
import { admin, amountsOf, tenant } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'

const stays = { settings: { offloadAfterMs: null } }

async function shelved(cloud: FakeCloud, id: ServerId): Promise<void> {
  await shelve(cloud.cloud.ctx, tenant, cloud.request(), id)
  await cloud.settled(id)
}

async function unshelved(cloud: FakeCloud, id: ServerId, wish: UnshelveWish = {}): Promise<void> {
  await unshelve(cloud.cloud.ctx, admin, cloud.request(), id, wish)
  await cloud.settled(id)
}

async function imageNames(cloud: FakeCloud): Promise<readonly (string | null)[]> {
  const all = await cloud.store.read(async (reader) => await images.list(reader, {}))
  return all.map(({ name }) => name)
}

/** On the shelf, with its image, holding nothing anywhere. */
async function isOnShelf(cloud: FakeCloud, id: ServerId): Promise<void> {
  const found = await cloud.server(id)
  assert.equal(await cloud.status(id), 'SHELVED_OFFLOADED')
  assert.equal(found.taskState, null)
  assert.equal(found.host, null)
  assert.deepEqual(await cloud.held(id), {})
  for (const host of ['host1', 'host2']) {
    assert.deepEqual(await cloud.used(host), {})
    assert.deepEqual(cloud.guests(host), [])
  }
  assert.deepEqual(await imageNames(cloud), ['server-shelved'])
}

async function offloaded(
  t: TestContext,
): Promise<{ readonly cloud: FakeCloud; readonly server: ServerId }> {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, 'host1')
  await shelved(cloud, server)
  await isOnShelf(cloud, server)
  return { cloud, server }
}

test('a shelved server leaves its host at once and comes back where there is room', async (t) => {
  const { cloud, server } = await offloaded(t)
  await unshelved(cloud, server, { host: 'host2' })
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.deepEqual(await cloud.held(server), { host2: amountsOf({}) })
  assert.equal(cloud.guests('host2')[0]?.power, 'running')
  assert.deepEqual(await imageNames(cloud), [])
  assert.equal((await cloud.server(server)).shelved, null)
})

test('a shelved server that stays on its host is powered on again, and its image goes', async (t) => {
  const cloud = await fakeCloud(t, stays)
  const server = await cloud.boot({}, 'host1')
  await shelved(cloud, server)
  assert.equal(await cloud.status(server), 'SHELVED')
  assert.deepEqual(await cloud.held(server), { host1: amountsOf({}) })
  await assert.rejects(unshelved(cloud, server, { host: 'host2' }), (thrown) =>
    isProblem(thrown, 'conflict'),
  )
  await unshelved(cloud, server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal(cloud.guests('host1')[0]?.power, 'running')
  assert.deepEqual(await imageNames(cloud), [])
})

test('G01 a snapshot that fails leaves the guest running and no image', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, 'host1')
  cloud.faults.replace({ faults: [{ on: 'snapshot', raise: 'NoSpaceLeft' }] })
  await shelved(cloud, server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal((await cloud.server(server)).taskState, null)
  assert.equal(cloud.guests('host1')[0]?.power, 'running')
  assert.deepEqual(await imageNames(cloud), [])
})

test('G02 a guest that cannot be destroyed stays shelved on its host, holding its place', async (t) => {
  const cloud = await fakeCloud(t, stays)
  const server = await cloud.boot({}, 'host1')
  await shelved(cloud, server)
  cloud.faults.replace({
    faults: [{ on: 'destroy', raise: 'InstanceTerminationFailure', times: 1 }],
  })
  const again = async (): Promise<void> => {
    await shelveOffload(cloud.cloud.ctx, admin, cloud.request(), server)
    await cloud.settled(server)
  }
  await again()
  assert.equal(await cloud.status(server), 'SHELVED')
  assert.equal((await cloud.server(server)).host, 'host1')
  assert.deepEqual(await cloud.held(server), { host1: amountsOf({}) })
  await again()
  await isOnShelf(cloud, server)
})

test('G06 without its image an offloaded server is lost, and says so', async (t) => {
  const { cloud, server } = await offloaded(t)
  await cloud.store.transaction(async (tx) => {
    const [image] = await images.list(tx, {})
    if (image !== undefined) await images.remove(tx, image, 0)
  })
  await unshelved(cloud, server)
  const found = await cloud.server(server)
  assert.equal(await cloud.status(server), 'ERROR')
  assert.equal(found.taskState, null)
  assert.match((await cloud.fault(server))?.message ?? '', /Image could not be found/)
  assert.deepEqual(await cloud.held(server), {})
})

test('G07 no host for it leaves it on the shelf, in the zone it was in', async (t) => {
  const cloud = await fakeCloud(t, { hosts: [{ name: 'host1', memoryMb: 1024 }] })
  const server = await cloud.boot({}, 'host1')
  await shelved(cloud, server)
  const large = await cloud.boot({ memoryMb: 1024 }, 'host1')
  await unshelved(cloud, server, { availabilityZone: 'nova' })
  const found = await cloud.server(server)
  assert.equal(await cloud.status(server), 'SHELVED_OFFLOADED')
  assert.equal(found.taskState, null)
  assert.equal(found.pinnedZone, null)
  assert.equal(await cloud.fault(server), null)
  assert.deepEqual(await cloud.held(server), {})
  await cloud.delete(large)
  await unshelved(cloud, server)
  assert.equal(await cloud.status(server), 'ACTIVE')
})

test('G09 ports that do not come up leave it on the shelf, bound nowhere', async (t) => {
  const { cloud, server } = await offloaded(t)
  cloud.faults.replace({
    faults: [{ on: 'spawn', raise: 'VirtualInterfaceCreateException', when: 'after' }],
  })
  await unshelved(cloud, server)
  await isOnShelf(cloud, server)
})

test('a host that refuses an unshelve is followed by the next', async (t) => {
  const { cloud, server } = await offloaded(t)
  cloud.faults.replace({ faults: [{ on: 'spawn', raise: 'NoSpaceLeft', times: 1 }] })
  await unshelved(cloud, server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  const [host] = Object.keys(await cloud.held(server))
  assert.equal(cloud.guests(host ?? '')[0]?.power, 'running')
})
