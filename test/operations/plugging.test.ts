/** Ports that a network service plugs: operations wait for its word, and what becomes of them without it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { externalEvents } from '../../src/app/external-events.ts'
import { liveMigrate } from '../../src/app/servers/live-migrate.ts'
import { resize } from '../../src/app/servers/resize.ts'
import type { ServerId } from '../../src/domain/ids.ts'
import { virtualClock } from '../../src/lib/virtual-clock.ts'
import type { VirtualClock } from '../../src/lib/virtual-clock.ts'
import { admin, amountsOf, tenant } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'
import { boundPorts, network } from '../support/network.ts'
import { until } from '../support/until.ts'

const timeoutMs = 300_000
const plugging = { saidBy: 'network', timeoutMs, isFatal: true } as const
const large = { vcpus: 2, memoryMb: 1024, diskGb: 5 }

async function say(
  cloud: FakeCloud,
  id: ServerId,
  status: 'completed' | 'failed' = 'completed',
): Promise<void> {
  const wishes = (await boundPorts(cloud, id)).map((port) => {
    return { serverId: id, name: 'network-vif-plugged', tag: port.id, status }
  })
  await externalEvents(cloud.cloud.ctx, admin, cloud.request(), wishes)
}

/** Resolves when the server's operation waits for the network. */
async function untilWaiting(cloud: FakeCloud, id: ServerId): Promise<void> {
  await until(cloud, id, async () => {
    const log = await cloud.store.read(
      async (reader) =>
        await reader
          .selectFrom('saga_log')
          .innerJoin('sagas', 'sagas.id', 'saga_log.saga_id')
          .select('saga_log.id')
          .where('sagas.subject', '=', `server/${id}`)
          .where('sagas.active', '=', 1)
          .where('step', '=', 'portsPlugged')
          .execute(),
    )
    return log.length > 0
  })
}

async function cloudWithServer(t: TestContext): Promise<{
  readonly cloud: FakeCloud
  readonly server: ServerId
  readonly clock: VirtualClock
}> {
  const clock = virtualClock(Date.UTC(2030, 0, 1))
  const cloud = await fakeCloud(t, { clock, settings: { plugging } })
  await network(cloud)
  const server = await cloud.create({}, { networks: 'auto', host: 'host1' }, admin)
  await untilWaiting(cloud, server)
  await say(cloud, server)
  await cloud.settled(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  return { cloud, server, clock }
}

async function beginResize(cloud: FakeCloud, id: ServerId): Promise<void> {
  const flavorRef = await cloud.flavor(large)
  await resize(cloud.cloud.ctx, tenant, cloud.request(), id, { flavorRef })
  await untilWaiting(cloud, id)
}

test('a server is active when the network has plugged its ports, and not before', async (t) => {
  const clock = virtualClock(Date.UTC(2030, 0, 1))
  const cloud = await fakeCloud(t, { clock, settings: { plugging } })
  await network(cloud)
  const server = await cloud.create({}, { networks: 'auto' }, admin)
  await untilWaiting(cloud, server)
  assert.equal(await cloud.status(server), 'BUILD')
  await say(cloud, server)
  await cloud.settled(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
})

test('A17 ports that are never plugged end the build, and nothing of it is left', async (t) => {
  const clock = virtualClock(Date.UTC(2030, 0, 1))
  const cloud = await fakeCloud(t, { clock, settings: { plugging } })
  await network(cloud)
  const server = await cloud.create({}, { networks: 'auto', host: 'host1' }, admin)
  await untilWaiting(cloud, server)
  await clock.advance(timeoutMs)
  await cloud.settled()
  assert.equal(await cloud.status(server), 'ERROR')
  assert.match((await cloud.fault(server))?.message ?? '', /Failed to allocate the network/)
  assert.deepEqual(await cloud.held(server), {})
  assert.deepEqual(cloud.guests('host1'), [])
  assert.deepEqual(await boundPorts(cloud, server), [])
})

test('A18 where that is no failure, the server goes on without', async (t) => {
  const clock = virtualClock(Date.UTC(2030, 0, 1))
  const settings = { plugging: { ...plugging, isFatal: false } }
  const cloud = await fakeCloud(t, { clock, settings })
  await network(cloud)
  const server = await cloud.create({}, { networks: 'auto' }, admin)
  await untilWaiting(cloud, server)
  await clock.advance(timeoutMs)
  await cloud.settled()
  assert.equal(await cloud.status(server), 'ACTIVE')
})

for (const how of ['never come', 'are said to have failed'] as const) {
  test(`B31 the founding case: ports that ${how} on the destination of a resize`, async (t) => {
    const { cloud, server, clock } = await cloudWithServer(t)
    await beginResize(cloud, server)
    if (how === 'never come') await clock.advance(timeoutMs)
    else await say(cloud, server, 'failed')
    await cloud.settled()
    const found = await cloud.server(server)
    assert.equal(await cloud.status(server), 'ERROR')
    assert.equal(found.host, 'host2')
    assert.match((await cloud.fault(server))?.message ?? '', /Virtual Interface creation failed/)
    assert.equal((await cloud.migrations(server))[0]?.status, 'error')
    assert.deepEqual(await cloud.held(server), { host2: amountsOf(large) })
    assert.deepEqual(await cloud.used('host1'), {})
    assert.deepEqual(cloud.guests('host1'), [])
  })
}

test('what was said about the old host does not count on the new one', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  await beginResize(cloud, server)
  assert.equal(await cloud.status(server), 'RESIZE')
  await say(cloud, server)
  await cloud.settled(server)
  assert.equal(await cloud.status(server), 'VERIFY_RESIZE')
})

test('E21 ports that are not plugged on the destination keep the guest on the source', async (t) => {
  const { cloud, server, clock } = await cloudWithServer(t)
  const wish = { host: null, blockMigration: null }
  await liveMigrate(cloud.cloud.ctx, admin, cloud.request(), server, wish)
  await untilWaiting(cloud, server)
  await clock.advance(timeoutMs)
  await cloud.settled()
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal((await cloud.server(server)).host, 'host1')
  assert.equal((await cloud.migrations(server))[0]?.status, 'failed')
  assert.deepEqual(
    (await boundPorts(cloud, server)).flatMap(({ hosts }) => hosts),
    ['host1'],
  )
  assert.deepEqual(cloud.guests('host2'), [])
})

test('a delete does not wait for the network', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  await beginResize(cloud, server)
  await cloud.delete(server)
  assert.equal(await cloud.status(server), 'DELETED')
})

test('J16 a power event does what fits the state, and nothing in any other', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, 'host1')
  const tell = async (tag: string): Promise<void> => {
    const wish = { serverId: server, name: 'power-update', tag, status: 'completed' } as const
    await externalEvents(cloud.cloud.ctx, admin, cloud.request(), [wish])
    await cloud.settled(server)
  }
  await tell('POWER_ON')
  assert.equal(await cloud.status(server), 'ACTIVE')
  await tell('POWER_OFF')
  assert.equal(await cloud.status(server), 'SHUTOFF')
  await tell('POWER_ON')
  assert.equal(await cloud.status(server), 'ACTIVE')
})

test('events about servers that are nowhere, or not at all, are told apart', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, 'host1')
  const event = { name: 'network-changed', tag: null, status: 'completed' } as const
  const judged = await externalEvents(cloud.cloud.ctx, admin, cloud.request(), [
    { ...event, serverId: server },
    { ...event, serverId: '00000000-0000-4000-8000-000000000000' },
  ])
  assert.deepEqual(judged, ['accepted', 'unknown'])
})
