/** Rows about server groups: their policy is asked where a place is claimed, so no race gets past it. */
import assert from 'node:assert/strict'
import { createGroup } from '../../src/app/server-groups.ts'
import type { ServerId } from '../../src/domain/ids.ts'
import { admin, amountsOf, tenant } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'
import { askResize } from '../kit/scenarios/positions.ts'
import * as deeds from './deeds.ts'
import { row } from './row.ts'

const third = ['host1', 'host2', 'host3']

async function group(
  cloud: FakeCloud,
  policy: 'affinity' | 'anti-affinity',
): Promise<{ readonly hints: { readonly group: string } }> {
  const wish = { name: policy, policy, maxServerPerHost: null }
  const { id } = await createGroup(cloud.cloud.ctx, tenant, wish)
  return { hints: { group: id } }
}

async function hostsOf(cloud: FakeCloud, ids: readonly ServerId[]): Promise<readonly string[]> {
  const found = await Promise.all(ids.map(async (id) => (await cloud.server(id)).host))
  return found.map(String).toSorted()
}

/** One member on each of the first two hosts. */
async function two(
  cloud: FakeCloud,
): Promise<readonly [ServerId, ServerId, { readonly hints: { readonly group: string } }]> {
  const apart = await group(cloud, 'anti-affinity')
  const first = await cloud.create({}, { ...apart, host: 'host1' }, admin)
  const second = await cloud.create({}, { ...apart, host: 'host2' }, admin)
  await cloud.settled()
  assert.deepEqual(await hostsOf(cloud, [first, second]), ['host1', 'host2'])
  return [first, second, apart]
}

row('A23', async (t) => {
  for (let round = 0; round < 5; round += 1) {
    const cloud = await fakeCloud(t)
    const apart = await group(cloud, 'anti-affinity')
    const builds = [0, 1, 2].map(async () => await cloud.create({}, apart))
    const members = await Promise.all(builds)
    await cloud.settled()
    const statuses = await Promise.all(members.map(async (id) => await cloud.status(id)))
    assert.deepEqual(statuses.toSorted(), ['ACTIVE', 'ACTIVE', 'ERROR'])
    const placed = members.filter((_, index) => statuses[index] === 'ACTIVE')
    assert.deepEqual(await hostsOf(cloud, placed), ['host1', 'host2'])
    for (const host of ['host1', 'host2']) {
      assert.deepEqual(await cloud.used(host), amountsOf({}))
    }
  }
})

row('C14', async (t) => {
  const cloud = await fakeCloud(t, { hosts: third })
  const [first, second, apart] = await two(cloud)
  await cloud.migrate(first, 'host3')
  // Until it is decided the member counts where it is, and what it left is still its own.
  assert.deepEqual(await cloud.used('host1'), amountsOf({}))
  await cloud.confirm(first)
  const next = await cloud.create({}, apart)
  await cloud.settled()
  assert.equal(await cloud.status(next), 'ACTIVE')
  assert.deepEqual(await hostsOf(cloud, [first, second, next]), third)
})

row('E22', async (t) => {
  const cloud = await fakeCloud(t, { hosts: third })
  const [first, second] = await two(cloud)
  await Promise.all([deeds.moveLive(cloud, first), deeds.moveLive(cloud, second)])
  await cloud.settled()
  const ended = await Promise.all(
    [first, second].map(async (id) => (await cloud.migrations(id)).at(-1)?.status),
  )
  assert.ok(ended.includes('completed'))
  // Whoever came second found the other there, and stayed as it was.
  for (const id of [first, second]) {
    const { host } = await cloud.server(id)
    assert.equal(await cloud.status(id), 'ACTIVE')
    assert.deepEqual(await cloud.held(id), { [host ?? '']: amountsOf({}) })
  }
  assert.equal(new Set(await hostsOf(cloud, [first, second])).size, 2)
})

row('F05', async (t) => {
  const cloud = await fakeCloud(t, { hosts: third })
  const [first, second] = await two(cloud)
  for (const host of ['host1', 'host2']) deeds.lose(cloud, host)
  await Promise.all([deeds.evacuate(cloud, first), deeds.evacuate(cloud, second)])
  await cloud.settled()
  const moves = await Promise.all(
    [first, second].map(async (id) => (await cloud.migrations(id)).at(-1)),
  )
  assert.deepEqual(moves.map((move) => String(move?.status)).toSorted(), ['done', 'error'])
  assert.deepEqual(await cloud.used('host3'), amountsOf({}))
  const stays = moves[0]?.status === 'error' ? first : second
  const { host } = await cloud.server(stays)
  assert.notEqual(host, 'host3')
  assert.deepEqual(await cloud.held(stays), { [host ?? '']: amountsOf({}) })
  for (const lost of ['host1', 'host2']) await deeds.comeBack(cloud, lost)
  await cloud.reboot(stays)
})

row('F23', async (t) => {
  const cloud = await fakeCloud(t, { hosts: third })
  const [first, second] = await two(cloud)
  deeds.lose(cloud, 'host1')
  // The other member is on host2, so there is one place; it is not where another server was named to be.
  await deeds.evacuate(cloud, first)
  await cloud.settled()
  assert.deepEqual(await hostsOf(cloud, [first, second]), ['host2', 'host3'])
  await deeds.comeBack(cloud, 'host1')
  // Nothing of the move is remembered: it may go back to where it came from.
  await askResize(cloud, first)
  await cloud.settled()
  assert.deepEqual(await hostsOf(cloud, [first, second]), ['host1', 'host2'])
  await cloud.confirm(first)
})
