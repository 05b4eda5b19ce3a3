/**
 * Requests about servers that race: for one server, for the last of a quota, for the last room on hosts, for hosts that a group
 * forbids; from many clients, and through several processes where BERTH_TEST_POSTGRES_URL names a PostgreSQL server.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Body, Reply } from '../crash/client.ts'
import { clouds, listOf, tallied, textOf } from './crowd.ts'
import type { Crowd } from './crowd.ts'

/** A fraction of it is enough, unless the machine is busy with other things. */
const bounded = { timeout: 240_000 }
const tiny = '1'

for (const { name, open } of clouds()) {
  test(`${name}: requests about servers that race`, bounded, async (t) => {
    const crowd = await open(t)
    const boot = await booting(crowd)

    await t.test(`${name}: a quota is used up exactly`, async () => {
      await setQuota(crowd, { instances: 10, cores: -1, ram: -1 })
      const { replies, statuses } = await crowd.rush(
        Array.from({ length: 25 }, (_, i) => async () => await boot(`quota-${i}`)),
      )
      assert.deepEqual(statuses, { 202: 10, 403: 15 })
      await crowd.rest()
      assert.equal(await instancesUsed(crowd), 10)
      // Deleted and made again at the same time, it is never exceeded, and in the end all of it is given back.
      const again = await crowd.rush([
        ...idsOf(replies).map((id) => async () => await remove(crowd, id)),
        ...Array.from({ length: 10 }, (_, i) => async () => await boot(`again-${i}`)),
      ])
      await crowd.rest()
      const left = await crowd.servers()
      assert.equal(await instancesUsed(crowd), left.length)
      assert.ok(left.length <= 10)
      assert.equal(again.replies.filter(({ status }) => status === 204).length, 10)
      await clear(crowd)
      assert.equal(await instancesUsed(crowd), 0)
    })

    await t.test(
      `${name}: cores are not exceeded by servers and resizes that race for them`,
      async () => {
        await setQuota(crowd, { instances: -1, cores: 12, ram: -1 })
        const small = await crowd.rush(
          Array.from({ length: 4 }, (_, i) => async () => await boot(`core-${i}`)),
        )
        await crowd.rest()
        // Each of these wants three cores more, or four: there are eight.
        const { statuses } = await crowd.rush([
          ...idsOf(small.replies).map((id) => async () => await resize(crowd, id, '4')),
          ...Array.from(
            { length: 4 },
            (_, i) => async () => await boot(`big-${i}`, { flavorRef: '4' }),
          ),
        ])
        await crowd.rest()
        const cores = await coresUsed(crowd)
        assert.ok(cores <= 12, `${cores} of 12 cores are used`)
        assert.equal(statuses['202'], 2)
        assert.equal(statuses['403'], 6)
        await clear(crowd)
        assert.equal(await coresUsed(crowd), 0)
      },
    )
    await setQuota(crowd, { instances: -1, cores: -1, ram: -1 })

    await t.test(
      `${name}: of those who want one server to do different things exactly one is obeyed`,
      async () => {
        const booted = await crowd.rush(
          Array.from({ length: 6 }, (_, i) => async () => await boot(`fought-over-${i}`)),
        )
        await crowd.rest()
        // What any of these makes of a server, none of the others goes with.
        const wishes = [
          [{ 'os-stop': null }, { pause: null }, { suspend: null }],
          [{ resize: { flavorRef: '2' } }, { migrate: null }, { pause: null }],
        ]
        const ids = idsOf(booted.replies)
        const tallies = await Promise.all(
          ids.map(async (id, i) => {
            const wanted = wishes[i % wishes.length] ?? []
            return await crowd.rush(
              [...wanted, ...wanted].map((wish) => async () => await act(crowd, id, wish)),
            )
          }),
        )
        for (const { statuses } of tallies) assert.deepEqual(statuses, { 202: 1, 409: 5 })
        await crowd.rest()
        for (const id of ids) {
          const { instanceActions } = await crowd.get(
            `/compute/v2.1/servers/${id}/os-instance-actions`,
          )
          assert.equal(listOf(instanceActions).length, 2, 'it was made, and did one thing')
        }
        await clear(crowd)
      },
    )

    await t.test(
      `${name}: a server that is deleted while others want something of it is gone, and has left nothing`,
      async () => {
        const booted = await crowd.rush(
          Array.from({ length: 6 }, (_, i) => async () => await boot(`doomed-${i}`)),
        )
        // Some are still being built.
        const asks = idsOf(booted.replies).flatMap((id) => [
          async () => await act(crowd, id, { 'os-stop': null }),
          async () => await remove(crowd, id),
          async () => await resize(crowd, id, '2'),
          async () => await remove(crowd, id),
        ])
        const { replies } = await crowd.rush(asks)
        for (const { status } of replies)
          assert.ok([202, 204, 404, 409].includes(status), `${status}`)
        await crowd.rest()
        assert.deepEqual(await crowd.servers(), [])
        assert.equal(await instancesUsed(crowd), 0)
        assert.equal(await memoryHeld(crowd), 0)
      },
    )

    await t.test(`${name}: hosts take as many as fit, and not one more`, async () => {
      const flavor = await makeFlavor(crowd, 'roomy', { vcpus: 1, ram: 512, disk: 400 })
      const room = await roomFor(crowd, 400)
      const count = room + 5
      const { statuses } = await crowd.rush(
        Array.from(
          { length: count },
          (_, i) => async () => await boot(`roomy-${i}`, { flavorRef: flavor }),
        ),
      )
      assert.deepEqual(statuses, { 202: count })
      await crowd.rest()
      assert.deepEqual(tallied((await crowd.servers()).map(statusOf)), { ACTIVE: room, ERROR: 5 })
      await clear(crowd)
      assert.equal(await memoryHeld(crowd), 0)
    })

    await t.test(`${name}: members of an anti-affinity group are never on one host`, async () => {
      const group = await makeGroup(crowd, 'anti-affinity')
      await crowd.rush(
        Array.from({ length: 7 }, (_, i) => async () => await boot(`apart-${i}`, {}, { group })),
      )
      await crowd.rest()
      const servers = await crowd.servers()
      assert.deepEqual(tallied(servers.map(statusOf)), { ACTIVE: 4, ERROR: 3 })
      const hosts = servers.filter((server) => statusOf(server) === 'ACTIVE').map(hostOf)
      assert.equal(new Set(hosts).size, 4, hosts.join())
      await clear(crowd)
    })

    await t.test(`${name}: members of an affinity group are all on one host`, async () => {
      const group = await makeGroup(crowd, 'affinity')
      await crowd.rush(
        Array.from({ length: 7 }, (_, i) => async () => await boot(`together-${i}`, {}, { group })),
      )
      await crowd.rest()
      const servers = await crowd.servers()
      assert.deepEqual(tallied(servers.map(statusOf)), { ACTIVE: 7 })
      assert.equal(new Set(servers.map(hostOf)).size, 1)
      await clear(crowd)
    })
  })
}

type Boot = (name: string, wish?: object, hints?: object) => Promise<Reply>

async function booting(crowd: Crowd): Promise<Boot> {
  const { images } = await crowd.get('/image/v2/images?limit=1')
  const imageRef = listOf(images)[0]?.id
  return async (name, wish = {}, hints = {}) =>
    await crowd.ask('POST', '/compute/v2.1/servers', {
      server: { name, flavorRef: tiny, imageRef, networks: 'auto', ...wish },
      'os:scheduler_hints': hints,
    })
}

async function act(crowd: Crowd, id: string, body: object): Promise<Reply> {
  return await crowd.ask('POST', `/compute/v2.1/servers/${id}/action`, body)
}

async function resize(crowd: Crowd, id: string, flavorRef: string): Promise<Reply> {
  return await act(crowd, id, { resize: { flavorRef } })
}

async function remove(crowd: Crowd, id: string): Promise<Reply> {
  return await crowd.ask('DELETE', `/compute/v2.1/servers/${id}`)
}

/** Deletes all servers. */
async function clear(crowd: Crowd): Promise<void> {
  for (const server of await crowd.servers()) await remove(crowd, textOf(server.id))
  await crowd.rest()
  assert.deepEqual(await crowd.servers(), [])
}

async function setQuota(crowd: Crowd, quota: Readonly<Record<string, number>>): Promise<void> {
  const path = `/compute/v2.1/os-quota-sets/${crowd.projectId}`
  const reply = await crowd.ask('PUT', path, { quota_set: quota })
  assert.equal(reply.status, 200)
}

async function limits(crowd: Crowd): Promise<Body> {
  return (await crowd.get('/compute/v2.1/limits')).limits?.absolute ?? {}
}

async function instancesUsed(crowd: Crowd): Promise<number> {
  return Number((await limits(crowd)).totalInstancesUsed)
}

async function coresUsed(crowd: Crowd): Promise<number> {
  return Number((await limits(crowd)).totalCoresUsed)
}

async function makeFlavor(crowd: Crowd, name: string, size: object): Promise<string> {
  const reply = await crowd.ask('POST', '/compute/v2.1/flavors', { flavor: { name, ...size } })
  assert.equal(reply.status, 200)
  return textOf(reply.body.flavor?.id)
}

async function makeGroup(crowd: Crowd, policy: string): Promise<string> {
  const body = { server_group: { name: policy, policy } }
  const reply = await crowd.ask('POST', '/compute/v2.1/os-server-groups', body)
  assert.equal(reply.status, 200)
  return textOf(reply.body.server_group?.id)
}

async function providers(crowd: Crowd): Promise<readonly string[]> {
  const { resource_providers: all } = await crowd.get('/placement/resource_providers')
  return listOf(all).map(({ uuid }) => textOf(uuid))
}

/** How many servers with so much disk fit on all hosts together. */
async function roomFor(crowd: Crowd, diskGb: number): Promise<number> {
  let room = 0
  for (const provider of await providers(crowd)) {
    const { inventories } = await crowd.get(`/placement/resource_providers/${provider}/inventories`)
    const disk = inventories?.DISK_GB
    const capacity = (Number(disk?.total) - Number(disk?.reserved)) * Number(disk?.allocation_ratio)
    room += Math.floor(capacity / diskGb)
  }
  return room
}

async function memoryHeld(crowd: Crowd): Promise<number> {
  let sum = 0
  for (const provider of await providers(crowd)) {
    const { usages } = await crowd.get(`/placement/resource_providers/${provider}/usages`)
    sum += Number(usages?.MEMORY_MB)
  }
  return sum
}

function idsOf(replies: readonly Reply[]): readonly string[] {
  return replies.filter(({ status }) => status === 202).map(({ body }) => textOf(body.server?.id))
}

function statusOf(server: Body): string {
  return textOf(server.status)
}

function hostOf(server: Body): string {
  return textOf(server['OS-EXT-SRV-ATTR:host'])
}
