/** What is planted is found, planned for, healed and, where that can be, taken back again. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { findingsOf } from '../../src/app/audit/findings.ts'
import type { Finding } from '../../src/app/audit/findings.ts'
import { beginHeals, showHeal, takeBack } from '../../src/app/audit/heals.ts'
import type { Heal } from '../../src/app/audit/heals.ts'
import type { HostName, ServerId } from '../../src/domain/ids.ts'
import { isProblem } from '../../src/lib/problem.ts'
import { virtualClock } from '../../src/lib/virtual-clock.ts'
import type { VirtualClock } from '../../src/lib/virtual-clock.ts'
import * as consumers from '../../src/store/placement/consumers.ts'
import * as holdings from '../../src/store/placement/holdings.ts'
import { admin } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'
import { addNetwork } from '../support/network-cloud.ts'
import { change, holding, plants, set } from './plants.ts'

const graceMs = 3_600_000

for (const { what, before: first, how, remedies, left = [], isFinal } of plants) {
  test(`planted, planned for, healed and taken back: ${what}`, async (t) => {
    const cloud = await fakeCloud(t, { audited: false, clock: virtualClock(1_000_000) })
    const server = await bootWithPort(cloud)
    await first?.(cloud, server)
    assert.deepEqual(await cloud.audit(), [])
    await how(cloud, server)
    const found = await findings(cloud)
    assert.deepEqual(
      found.flatMap(({ remedy }) => (remedy === null ? [] : [remedy.kind])),
      remedies,
      JSON.stringify(found, null, 2),
    )
    const toPeople = found.filter(({ remedy }) => remedy === null)
    assert.deepEqual(toPeople.map(({ invariant }) => invariant).toSorted(), left)
    assert.ok(toPeople.every(({ advice }) => advice !== null && advice.length > 20))

    const before = await cloud.audit()
    const ids = await beginHeals(cloud.cloud.healing, found, admin)
    assert.equal(ids.length, remedies.length)
    await settle(cloud)
    if (remedies.includes('clean-host')) {
      assert.equal((await heal(cloud, ids[0])).state, 'waiting')
      assert.deepEqual(await cloud.audit(), before, 'nothing has been done yet')
      assert.deepEqual(await beginHeals(cloud.cloud.healing, found, admin), [], 'and only once')
      await wait(cloud, graceMs)
    }
    await cloud.settled()
    assert.deepEqual(
      (await cloud.audit()).map(({ invariant }) => invariant).toSorted(),
      left,
      'what can be healed is healed',
    )
    for (const id of ids) {
      const { state, invariant, reason, by } = await heal(cloud, id)
      assert.deepEqual([state, by], ['healed', admin.userId])
      assert.ok(before.some((each) => each.invariant === invariant && each.says === reason))
      if (isFinal === true) {
        await assert.rejects(
          async () => await takeBack(cloud.cloud.healing, admin, id),
          (thrown) => isProblem(thrown, 'conflict'),
        )
        continue
      }
      await takeBack(cloud.cloud.healing, admin, id)
      await cloud.settled()
      assert.equal((await heal(cloud, id)).state, 'undone')
      assert.deepEqual(await cloud.audit(), before, 'it is as it was before')
    }
  })
}

test('what is to be destroyed can be kept until the grace period is over', async (t) => {
  const cloud = await fakeCloud(t, { audited: false, clock: virtualClock(1_000_000) })
  const server = await cloud.boot({}, 'host1')
  await change(cloud, 'host1', server, { server: randomUUID() as ServerId })
  const [id] = await beginHeals(cloud.cloud.healing, await findings(cloud), null)
  assert.ok(id !== undefined)
  await wait(cloud, graceMs - 1)
  await takeBack(cloud.cloud.healing, admin, id)
  await cloud.settled()
  assert.equal((await heal(cloud, id)).state, 'undone')
  await wait(cloud, 2 * graceMs)
  assert.equal(cloud.guests('host1').length, 2, 'nothing was destroyed')
  assert.equal((await cloud.audit()).length, 1, 'and it is told again')
})

test('a guest is not destroyed when its server has come there meanwhile, or is found nowhere else', async (t) => {
  const cloud = await fakeCloud(t, { audited: false, clock: virtualClock(1_000_000) })
  const server = await cloud.boot({}, 'host1')
  await change(cloud, 'host1', server, { host: 'host2' as HostName, power: 'shutdown' })
  const [id] = await beginHeals(cloud.cloud.healing, await findings(cloud), null)
  // The guest at home is lost before the grace period is over: what is on host2 is all there is.
  cloud.world.change((held) => held.remove('host1' as HostName, server, 'guest'))
  await wait(cloud, graceMs)
  await cloud.settled()
  assert.equal((await heal(cloud, id)).state, 'failed')
  assert.equal(cloud.guests('host2').length, 1)
})

test('what has been taken meanwhile is not taken back from whoever has it', async (t) => {
  const hosts = [{ name: 'host1', vcpus: 1, memoryMb: 1024 }]
  const cloud = await fakeCloud(t, { audited: false, hosts })
  const dead = await cloud.boot({ memoryMb: 1024 }, 'host1')
  await cloud.delete(dead)
  const { holder, amounts } = await holding(cloud, dead, 'host1', 1, 1024)
  const leak = { ...holder, kind: 'other', type: 'INSTANCE' } as const
  const now = cloud.clock.now()
  await cloud.store.transaction(async (tx) => await holdings.tryClaim(tx, leak, amounts, now))
  const [id] = await beginHeals(cloud.cloud.healing, await findings(cloud), null)
  assert.ok(id !== undefined)
  await cloud.settled()
  const second = await cloud.boot({ memoryMb: 1024 }, 'host1')
  assert.equal(await cloud.status(second), 'ACTIVE', 'the healed host has room again')
  await takeBack(cloud.cloud.healing, admin, id)
  await cloud.settled()
  assert.equal((await heal(cloud, id)).state, 'healed', 'the undo failed, and says so in its log')
  assert.deepEqual(await cloud.audit(), [])
})

test('a heal that finds nothing wrong any more says so, and touches nothing', async (t) => {
  const cloud = await fakeCloud(t, { audited: false })
  const server = await cloud.boot({}, 'host1')
  const finding: Finding = {
    invariant: 'A1',
    subject: server,
    says: 'was wrong a moment ago',
    facts: {},
    remedy: { kind: 'hold-what-is-due', server },
    advice: null,
    firstSeenAt: null,
    notBefore: null,
    lastOperation: null,
  }
  const [id] = await beginHeals(cloud.cloud.healing, [finding], null)
  await cloud.settled()
  assert.equal((await heal(cloud, id)).state, 'nothing')
  assert.equal((await consumerOf(cloud, server))?.generation, 1)
})

test('the audit says since when, and which operation touched it last', async (t) => {
  const cloud = await fakeCloud(t, { audited: false })
  const server = await cloud.boot({}, 'host1')
  await set({ task_state: 'rebooting' })(cloud, server)
  const [found] = await findings(cloud)
  assert.equal(found?.lastOperation?.name, 'server.build')
  assert.ok(found?.notBefore !== null && (found?.notBefore ?? 0) <= cloud.clock.now())
})

async function bootWithPort(cloud: FakeCloud): Promise<ServerId> {
  const project = admin.projectId
  assert.ok(project !== null)
  await addNetwork(cloud.store, { owner: project, cidr: '10.1.0.0/24' })
  const id = await cloud.create({}, { host: 'host1', networks: 'auto' }, admin)
  await cloud.settled(id)
  return id
}

async function findings(cloud: FakeCloud): Promise<readonly Finding[]> {
  return await findingsOf(cloud.store, await cloud.audit(), new Map())
}

async function heal(cloud: FakeCloud, id: string | undefined): Promise<Heal> {
  return await showHeal(cloud.cloud.healing, admin, id ?? '')
}

async function consumerOf(cloud: FakeCloud, id: string): Promise<consumers.StoredConsumer | null> {
  return await cloud.store.read(async (reader) => await consumers.find(reader, id))
}

/** Everything that can go on without time goes on. */
async function settle(cloud: FakeCloud): Promise<void> {
  const clock = cloud.clock as VirtualClock // as it was opened
  for (let turn = 0; turn < 20; turn += 1) await clock.settle()
}

async function wait(cloud: FakeCloud, ms: number): Promise<void> {
  await settle(cloud)
  await (cloud.clock as VirtualClock).advance(ms) // as it was opened
  await settle(cloud)
}
