/** A server runs on one host at a time, also when a host has not been cleaned yet of a guest that somebody did not wait for. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { reboot } from '../../src/app/servers/power.ts'
import { resetState } from '../../src/app/servers/reset-state.ts'
import { revertResize } from '../../src/app/servers/resize.ts'
import type { HostName, ServerId } from '../../src/domain/ids.ts'
import { virtualClock } from '../../src/lib/virtual-clock.ts'
import type { VirtualClock } from '../../src/lib/virtual-clock.ts'
import { admin, tenant } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'

const destination = 'host2' as HostName // of every cloud here

/**
 * An operator reset a server that was being reverted, because its destination did not get on with it: the server is in error at
 * home, and its guest still runs on the destination, which does not destroy it now either.
 */
async function reset(
  t: TestContext,
): Promise<{ cloud: FakeCloud; clock: VirtualClock; server: ServerId }> {
  const clock = virtualClock(Date.UTC(2030, 0, 1))
  const cloud = await fakeCloud(t, { clock })
  const server = await cloud.boot({}, 'host1')
  await cloud.resize(server, { vcpus: 2 })
  cloud.faults.replace({ faults: [{ on: 'destroy', host: destination, hang: true }] })
  await revertResize(cloud.cloud.ctx, tenant, cloud.request(), server)
  await clock.settle()
  await resetState(cloud.cloud.ctx, admin, cloud.request(), server, 'error')
  await cloud.settled(server)
  assert.equal((await cloud.server(server)).host, 'host1')
  assert.equal(cloud.guests(destination)[0]?.power, 'running')
  return { cloud, clock, server }
}

async function beginReboot(cloud: FakeCloud, server: ServerId): Promise<void> {
  await reboot(cloud.cloud.ctx, tenant, cloud.request(), server, 'HARD')
}

function running(cloud: FakeCloud): readonly string[] {
  return ['host1', destination].filter((host) => cloud.guests(host)[0]?.power === 'running')
}

test('a server that was reset is rebooted as soon as the other host has destroyed its guest', async (t) => {
  const { cloud, clock, server } = await reset(t)
  await beginReboot(cloud, server)
  await clock.advance(20_000)
  assert.equal((await cloud.server(server)).taskState, 'rebooting_hard')
  assert.deepEqual(running(cloud), [destination])

  cloud.faults.replace({ faults: [] })
  await clock.settle()
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.deepEqual(running(cloud), ['host1'])
})

test('a host that answers and does not destroy the guest is not waited for for ever', async (t) => {
  const { cloud, clock, server } = await reset(t)
  await beginReboot(cloud, server)
  await clock.advance(61_000)
  assert.deepEqual(running(cloud), [destination])
  assert.equal((await cloud.server(server)).taskState, null)
  assert.equal(await cloud.status(server), 'ERROR')
  assert.match((await cloud.fault(server))?.message ?? '', /may still run on host host2/)
})

test('a host that is lost is not waited for, and it does not run the guest any more when it is back', async (t) => {
  const { cloud, clock, server } = await reset(t)
  await beginReboot(cloud, server)
  await clock.advance(5_000)
  cloud.hosts.setReachable(destination, false)
  await cloud.settled(server)
  assert.equal(await cloud.status(server), 'ACTIVE')

  cloud.hosts.setReachable(destination, true)
  await cloud.hosts.caughtUp(destination)
  assert.deepEqual(running(cloud), ['host1'])
  assert.equal(cloud.guests(destination)[0]?.power, 'shutdown')
})
