/** Rows about hosts that are taken out of the cloud: nothing that is held there is forgotten with them. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { dropHoldings, replaceHoldings } from '../../src/placement/claims.ts'
import { deleteService, listServices } from '../../src/app/services.ts'
import type { ConsumerId, HostName, ProjectId, UserId } from '../../src/domain/ids.ts'
import { nobody } from '../../src/domain/placement/consumer.ts'
import * as hosts from '../../src/store/compute/hosts.ts'
import * as providers from '../../src/store/placement/providers.ts'
import { admin, amountsOf } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'
import { resized, running } from '../kit/scenarios/positions.ts'
import * as deeds from './deeds.ts'
import { row } from './row.ts'

const host1 = 'host1' as HostName // a host of every cloud here
const ref = { host: host1, binary: 'nova-compute' }

const forget = async (cloud: FakeCloud): Promise<void> =>
  await deleteService(cloud.cloud.ctx, admin, ref)

/** Service, host and provider: all of them, or none. */
async function isKnown(cloud: FakeCloud): Promise<boolean> {
  const filter = { host: host1, binary: 'nova-compute' }
  const service = (await listServices(cloud.cloud.ctx, admin, filter)).length > 0
  return await cloud.store.read(async (reader) => {
    const host = (await hosts.find(reader, host1)) !== null
    const provider = (await providers.findByName(reader, host1)) !== null
    assert.deepEqual([host, provider], [service, service])
    return service
  })
}

row('J17', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await resized(cloud)
  cloud.hosts.setReachable(host1, false)
  await cloud.cloud.loops.runNow('power states')
  await cloud.cloud.loops.runNow('returned hosts')
  // A host that is silent is down, not gone: what a migration holds there stays.
  assert.ok(await isKnown(cloud))
  await assert.rejects(forget(cloud), { kind: 'conflict' })
  assert.deepEqual(await cloud.used(host1), amountsOf({}))
  await deeds.answerAgain(cloud, host1)
  await cloud.revert(server)
  assert.equal((await cloud.server(server)).host, host1)
})

row('J18', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await running(cloud)
  await assert.rejects(forget(cloud), { kind: 'conflict', message: /hosting instances/ })
  await cloud.migrate(server, 'host2')
  await assert.rejects(forget(cloud), { kind: 'conflict', message: /in-progress migrations/ })
  assert.ok(await isKnown(cloud))
  assert.deepEqual(await cloud.held(server), { host2: amountsOf({}) })
})

for (const decide of ['confirm', 'revert'] as const) {
  row('L22', async (t) => {
    const cloud = await fakeCloud(t)
    const server = await resized(cloud)
    await assert.rejects(forget(cloud), { kind: 'conflict' })
    const migration = await cloud.openMigration(server)
    assert.deepEqual(await cloud.held(migration?.id ?? ''), { host1: amountsOf({}) })
    await cloud[decide](server)
    if (decide === 'revert') await cloud.delete(server)
    await forget(cloud)
    assert.equal(await isKnown(cloud), false)
  })
}

row('L23', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await running(cloud)
  await assert.rejects(forget(cloud), { kind: 'conflict' })
  assert.ok(await isKnown(cloud))
  await cloud.delete(server)
  await forget(cloud)
  assert.equal(await isKnown(cloud), false)
})

row('L24', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await deeds.onLostHost(cloud)
  await deeds.evacuate(cloud, server)
  await cloud.settled()
  await forget(cloud)
  assert.equal(await isKnown(cloud), false)
  assert.deepEqual(await cloud.held(server), { host2: amountsOf({}) })
  // What is left on the machine is found by nobody: it must be set up anew.
  cloud.world.change((held) => held.remove(host1, server, 'guest'))
})

row('L25', async (t) => {
  const cloud = await fakeCloud(t)
  const somebody = randomUUID() as ConsumerId // any id will do
  await cloud.store.transaction(async (tx) => {
    const { providerId } = await hosts.get(tx, host1)
    const amounts = [{ provider: providerId, resourceClass: 'VCPU', amount: 1 }]
    const owner = { projectId: nobody as ProjectId, userId: nobody as UserId } // whom nobody is
    const holding = { consumer: somebody, amounts, ...owner, type: undefined, generation: null }
    await replaceHoldings(tx, [holding], cloud.clock.now())
  })
  // The provider cannot go, so the service does not.
  await assert.rejects(forget(cloud), { kind: 'conflict', message: /has allocations/ })
  assert.ok(await isKnown(cloud))
  await cloud.store.transaction(async (tx) => await dropHoldings(tx, somebody, cloud.clock.now()))
  await forget(cloud)
  assert.equal(await isKnown(cloud), false)
})
