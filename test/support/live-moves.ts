/** Live moves in tests: beginning them, holding them where they are, and what must be true when they have ended. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { liveMigrate } from '../../src/app/servers/live-migrate.ts'
import type { RequestContext } from '../../src/app/context.ts'
import type { HostName, ServerId } from '../../src/domain/ids.ts'
import { ordinaryMachine } from '../../src/drivers/simulated/machine.ts'
import { simulatedDriver } from '../../src/drivers/simulated/driver.ts'
import { admin, amountsOf } from './cloud-deeds.ts'
import { fakeCloud } from './fake-cloud.ts'
import type { FakeCloud } from './fake-cloud.ts'
import { until } from './until.ts'

export const source = 'host1'
export const destination = 'host2'

export async function begin(
  cloud: FakeCloud,
  id: ServerId,
  host: string | null = null,
): Promise<RequestContext> {
  const request = cloud.request()
  await liveMigrate(cloud.cloud.ctx, admin, request, id, { host, blockMigration: null })
  return request
}

export async function move(
  cloud: FakeCloud,
  id: ServerId,
  host: string | null = null,
): Promise<RequestContext> {
  const request = await begin(cloud, id, host)
  await cloud.settled(id)
  return request
}

export async function cloudWithServer(
  t: TestContext,
  hosts: readonly string[] = [source, destination],
): Promise<{ readonly cloud: FakeCloud; readonly server: ServerId }> {
  const cloud = await fakeCloud(t, { hosts })
  return { cloud, server: await cloud.boot({}, source) }
}

/** Makes transfers from the host last until somebody hurries them or calls them off. */
export function slow(cloud: FakeCloud, host: string): void {
  const name = host as HostName // a host of this cloud
  const durations = { liveMigration: 3_600_000 }
  cloud.hosts.add(
    name,
    simulatedDriver({ world: cloud.world, host: name, resources: ordinaryMachine, durations }),
  )
}

export async function untilMigration(
  cloud: FakeCloud,
  id: ServerId,
  status: string,
): Promise<string> {
  await until(cloud, id, async () => (await cloud.openMigration(id))?.status === status)
  return String((await cloud.openMigration(id))?.number)
}

export async function statusOfLast(cloud: FakeCloud, id: ServerId): Promise<string | undefined> {
  return (await cloud.migrations(id)).at(-1)?.status
}

/** The server is what it was, where it was, and nothing of the move is left. */
export async function stayed(cloud: FakeCloud, id: ServerId, status: string): Promise<void> {
  await cloud.settled()
  const found = await cloud.server(id)
  assert.equal(await cloud.status(id), 'ACTIVE')
  assert.equal(found.taskState, null)
  assert.equal(found.host, source)
  assert.equal(await statusOfLast(cloud, id), status)
  assert.deepEqual(await cloud.held(id), { [source]: amountsOf({}) })
  assert.deepEqual(await cloud.used(destination), {})
  assert.deepEqual(cloud.guests(destination), [])
  assert.equal(cloud.guests(source)[0]?.power, 'running')
}

export async function moved(cloud: FakeCloud, id: ServerId): Promise<void> {
  await cloud.settled()
  assert.equal(await cloud.status(id), 'ACTIVE')
  assert.equal((await cloud.server(id)).taskState, null)
  assert.equal((await cloud.server(id)).host, destination)
  assert.equal(await statusOfLast(cloud, id), 'completed')
  assert.deepEqual(await cloud.held(id), { [destination]: amountsOf({}) })
  assert.deepEqual(await cloud.used(source), {})
  assert.deepEqual(cloud.guests(source), [])
  assert.equal(cloud.guests(destination)[0]?.power, 'running')
}
