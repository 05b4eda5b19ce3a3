/** Emptying a host, and forgetting one (J18, L22 to L25). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drainHost, enableHost, showDrain } from '../../src/app/hosts/drain.ts'
import { evacuate } from '../../src/app/servers/evacuate.ts'
import { pause } from '../../src/app/servers/pause.ts'
import { shelve } from '../../src/app/servers/shelve.ts'
import { rescue } from '../../src/app/servers/rescue.ts'
import { deleteService } from '../../src/app/services.ts'
import type { HostName } from '../../src/domain/ids.ts'
import { isProblem } from '../../src/lib/problem.ts'
import * as hosts from '../../src/store/compute/hosts.ts'
import * as providers from '../../src/store/placement/providers.ts'
import { admin, tenant } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'

const host1 = 'host1' as HostName // a host of every cloud here
const ref = { host: 'host1', binary: 'nova-compute' }

/** Lets the drain run until it has nothing more to do. */
async function drained(cloud: FakeCloud): Promise<void> {
  for (;;) {
    await cloud.cloud.loops.runNow('drains')
    await cloud.settled()
    const { state } = await showDrain(cloud.cloud.ctx, admin, host1)
    if (state !== 'draining') return
  }
}

test('a drained host is empty, whatever its servers were doing', async (t) => {
  const cloud = await fakeCloud(t, { settings: { offloadAfterMs: null } })
  const running = await cloud.boot({}, host1)
  const paused = await cloud.boot({}, host1)
  const stopped = await cloud.boot({}, host1)
  const shelved = await cloud.boot({}, host1)
  await pause(cloud.cloud.ctx, tenant, cloud.request(), paused)
  await shelve(cloud.cloud.ctx, tenant, cloud.request(), shelved)
  await cloud.stop(stopped)
  await cloud.settled()

  await drainHost(cloud.cloud.ctx, admin, host1, 'new memory')
  await drained(cloud)

  const { state, total, left, stuck } = await showDrain(cloud.cloud.ctx, admin, host1)
  assert.deepEqual({ state, total, left, stuck }, { state: 'done', total: 4, left: 0, stuck: [] })
  assert.deepEqual(cloud.guests(host1), [])
  assert.deepEqual(await cloud.used(host1), {})
  const statuses = [running, paused, stopped, shelved].map(async (id) => await cloud.status(id))
  assert.deepEqual(await Promise.all(statuses), [
    'ACTIVE',
    'PAUSED',
    'SHUTOFF',
    'SHELVED_OFFLOADED',
  ])
})

test('a server that cannot be moved is named with its reason, and the host can be used again', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, host1)
  await rescue(cloud.cloud.ctx, tenant, cloud.request(), server, {
    imageRef: null,
    adminPass: null,
  })
  await cloud.settled()
  await drainHost(cloud.cloud.ctx, admin, host1, null)
  await drained(cloud)
  const { state, stuck } = await showDrain(cloud.cloud.ctx, admin, host1)
  assert.equal(state, 'blocked')
  assert.deepEqual(stuck, [{ serverId: server, why: 'it is rescued' }])
  await enableHost(cloud.cloud.ctx, admin, host1)
  assert.equal((await showDrain(cloud.cloud.ctx, admin, host1)).state, 'cancelled')
})

test('a server whose move comes to nothing is not moved again until the host is drained again', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, host1)
  const on = 'pre_live_migration'
  cloud.faults.replace({ faults: [{ on, raise: 'VirtualInterfaceCreateException', times: 1 }] })
  await drainHost(cloud.cloud.ctx, admin, host1, null)
  await drained(cloud)
  assert.equal((await showDrain(cloud.cloud.ctx, admin, host1)).state, 'blocked')
  await drainHost(cloud.cloud.ctx, admin, host1, null)
  await drained(cloud)
  assert.equal((await cloud.server(server)).host, 'host2')
})

test('L22, L23, J18 a host with servers or undecided moves is not forgotten', async (t) => {
  const cloud = await fakeCloud(t)
  const { ctx } = cloud.cloud
  const server = await cloud.boot({}, host1)
  const refused = (thrown: unknown): boolean => isProblem(thrown, 'conflict')
  await assert.rejects(deleteService(ctx, admin, ref), refused)
  await cloud.migrate(server)
  await assert.rejects(deleteService(ctx, admin, ref), refused)
  await cloud.confirm(server)
  await deleteService(ctx, admin, ref)
  const left = await cloud.store.read(async (reader) => await providers.findByName(reader, host1))
  assert.equal(left, null)
})

test('L24 a host that was evacuated can be forgotten, with what was held there', async (t) => {
  const cloud = await fakeCloud(t)
  const { ctx } = cloud.cloud
  const server = await cloud.boot({}, host1)
  cloud.hosts.setReachable(host1, false)
  await evacuate(ctx, admin, cloud.request(), server, { host: null, leavesStopped: false })
  await cloud.settled(server)
  await deleteService(ctx, admin, ref)
  assert.equal(await cloud.store.read(async (reader) => await hosts.find(reader, host1)), null)
  assert.equal((await cloud.migrations(server))[0]?.status, 'completed')
  await cloud.delete(server)
  cloud.world.change((held) => held.remove(host1, server, 'guest'))
})

test('a host whose servers were all deleted can be forgotten', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, host1)
  await cloud.delete(server)
  await deleteService(cloud.cloud.ctx, admin, ref)
  assert.equal(await cloud.status(server), 'DELETED')
})
