/** Several servers of one request: each of them gets a host, or none does; what comes after is each one's own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServerId } from '../../src/domain/ids.ts'
import { problem } from '../../src/lib/problem.ts'
import type { Moment } from '../../src/saga/moment.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'
import { testDatabases } from '../support/stores.ts'

const small = { vcpus: 1, memoryMb: 512, diskGb: 1 }
const four = ['host1', 'host2'].map((name) => ({ name, vcpus: 4, memoryMb: 4096, diskGb: 40 }))

/** Asks for so many at once. Answers all, in the order in which they were asked for. */
async function ask(cloud: FakeCloud, count: number): Promise<readonly ServerId[]> {
  await cloud.create(small, { minCount: count, maxCount: count })
  const rows = await cloud.store.read(
    async (reader) => await reader.selectFrom('servers').select('id').orderBy('number').execute(),
  )
  // A row of servers has the id of one.
  return rows.map(({ id }) => id as ServerId)
}

async function told(cloud: FakeCloud, ids: readonly ServerId[]): Promise<readonly string[]> {
  const all = await Promise.all(
    ids.map(async (id) => `${await cloud.status(id)} on ${(await cloud.server(id)).host}`),
  )
  return all.toSorted()
}

/** What happens at moments like that of the operation that comes there first, so many times. */
function atFirst(
  like: Pick<Moment, 'at' | 'step'> & { readonly times: number },
  act: (cloud: FakeCloud) => void,
): (cloud: () => FakeCloud) => (moment: Moment) => Promise<void> {
  let first: string | null = null
  let left = like.times
  return (cloud) => async (moment) => {
    if (moment.step !== like.step || moment.at !== like.at || left === 0) return
    first ??= moment.sagaId
    if (moment.sagaId !== first) return
    left -= 1
    act(cloud())
  }
}

for (const { name, open } of testDatabases()) {
  test(`${name}: where one finds no place, none is claimed, and all say why`, async (t) => {
    const hosts = four.map((plan) => ({ ...plan, memoryMb: small.memoryMb }))
    const cloud = await fakeCloud(t, { open, hosts })
    const ids = await ask(cloud, 3)
    await cloud.settled()
    assert.deepEqual(
      await told(cloud, ids),
      Array.from({ length: 3 }, () => 'ERROR on null'),
    )
    for (const id of ids) {
      assert.deepEqual(await cloud.held(id), {})
      assert.match((await cloud.fault(id))?.message ?? '', /^No valid host was found/)
    }
    const next = await cloud.boot(small)
    assert.equal(await cloud.status(next), 'ACTIVE', 'there was room for one')
  })

  test(`${name}: those that fit are spread as they would be one after the other`, async (t) => {
    const cloud = await fakeCloud(t, { open, hosts: four })
    const ids = await ask(cloud, 8)
    await cloud.settled()
    const on = (host: string): readonly string[] =>
      Array.from({ length: 4 }, () => `ACTIVE on ${host}`)
    assert.deepEqual(await told(cloud, ids), [...on('host1'), ...on('host2')])
  })

  test(`${name}: one whose host refuses it goes elsewhere, and the others stay`, async (t) => {
    const cloud = await fakeCloud(t, { open, hosts: four })
    const raise = 'ComputeResourcesUnavailable'
    cloud.faults.replace({ faults: [{ on: 'spawn', host: 'host1', raise, times: 1 }] })
    const ids = await ask(cloud, 2)
    await cloud.settled()
    assert.deepEqual(await told(cloud, ids), ['ACTIVE on host2', 'ACTIVE on host2'])
  })

  test(`${name}: when the first one fails by itself, the next places the rest`, async (t) => {
    const refuse = (): void => {
      throw problem('failed', 'There are no ports')
    }
    const watch = atFirst({ step: 'portsMade', at: 'in-commit', times: 2 }, refuse)
    const cloud = await fakeCloud(t, { open, hosts: four, watch })
    const ids = await ask(cloud, 3)
    await cloud.settled()
    const all = await told(cloud, ids)
    assert.deepEqual(
      all.map((each) => each.split(' ')[0]),
      ['ACTIVE', 'ACTIVE', 'ERROR'],
    )
    assert.equal(all.at(-1), 'ERROR on null')
  })

  test(`${name}: a control plane that dies when all are placed builds them when it is back`, async (t) => {
    const death = Promise.withResolvers<null>()
    const watch = atFirst({ step: 'guestSpawned', at: 'before-call', times: 1 }, (cloud) => {
      cloud.crash()
      death.resolve(null)
    })
    const cloud = await fakeCloud(t, { open, hosts: four, watch })
    const ids = await ask(cloud, 3)
    await death.promise
    await cloud.start(true)
    await cloud.settled()
    const all = (await told(cloud, ids)).map((each) => each.split(' ')[0])
    assert.deepEqual(all, ['ACTIVE', 'ACTIVE', 'ACTIVE'])
  })

  test(`${name}: a first one that is deleted at once holds nobody up`, async (t) => {
    const cloud = await fakeCloud(t, { open, hosts: four })
    const ids = await ask(cloud, 3)
    const [first, ...rest] = ids
    assert(first !== undefined)
    await cloud.delete(first)
    await cloud.settled()
    assert.equal(await cloud.status(first), 'DELETED')
    const all = (await told(cloud, rest)).map((each) => each.split(' ')[0])
    assert.deepEqual(all, ['ACTIVE', 'ACTIVE'])
  })
}
