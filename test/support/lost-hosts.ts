/** A host that is lost with a server on it, evacuating that server, and the host coming back. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { evacuate } from '../../src/app/servers/evacuate.ts'
import { updateService } from '../../src/app/services.ts'
import type { HostName, ServerId } from '../../src/domain/ids.ts'
import type { Migration } from '../../src/domain/server.ts'
import { admin, amountsOf } from './cloud-deeds.ts'
import { fakeCloud } from './fake-cloud.ts'
import type { FakeCloud, FakeCloudOptions } from './fake-cloud.ts'

// Hosts of every cloud here.
export const source = 'host1' as HostName
export const destination = 'host2' as HostName

export async function begin(
  cloud: FakeCloud,
  id: ServerId,
  wish: { readonly host?: string; readonly leavesStopped?: boolean } = {},
): Promise<void> {
  const { host = null, leavesStopped = false } = wish
  await evacuate(cloud.cloud.ctx, admin, cloud.request(), id, { host, leavesStopped })
}

export async function evacuated(
  cloud: FakeCloud,
  id: ServerId,
  leavesStopped = false,
): Promise<void> {
  await begin(cloud, id, { leavesStopped })
  await cloud.settled(id)
}

export async function comesBack(cloud: FakeCloud, host: HostName = source): Promise<void> {
  cloud.hosts.setReachable(host, true)
  await cloud.hosts.caughtUp(host)
  await cloud.cloud.loops.runNow('returned hosts')
  await cloud.settled()
}

export async function lostHost(
  t: TestContext,
  options: FakeCloudOptions = {},
): Promise<{ readonly cloud: FakeCloud; readonly server: ServerId }> {
  const cloud = await fakeCloud(t, options)
  const server = await cloud.boot({}, source)
  cloud.world.losePower(source)
  cloud.hosts.setReachable(source, false)
  return { cloud, server }
}

export async function forceDown(cloud: FakeCloud, forcedDown: boolean): Promise<void> {
  const service = { host: source, binary: 'nova-compute' }
  await updateService(cloud.cloud.ctx, admin, service, { forcedDown })
}

export async function lastMigration(cloud: FakeCloud, id: ServerId): Promise<Migration> {
  const migration = (await cloud.migrations(id)).at(-1)
  assert.ok(migration)
  return migration
}

/** The server belongs to the lost host as before, holding what it held. */
export async function stayed(cloud: FakeCloud, id: ServerId, status: string): Promise<void> {
  await cloud.settled(id)
  const found = await cloud.server(id)
  assert.equal(found.host, source)
  assert.equal(found.taskState, null)
  assert.equal((await lastMigration(cloud, id)).status, status)
  assert.deepEqual(await cloud.held(id), { [source]: amountsOf({}) })
  assert.deepEqual(await cloud.used(destination), {})
  assert.deepEqual(cloud.guests(destination), [])
  assert.ok((await cloud.fault(id)) !== null)
}
