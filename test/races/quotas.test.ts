/**
 * Requests that race for the last of a quota, of everything that has one: as many succeed as there is room for, whoever fails leaves
 * nothing behind, and what is deleted makes room again.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Reply } from '../crash/client.ts'
import { clouds, listOf, textOf } from './crowd.ts'
import type { Crowd } from './crowd.ts'

/** A fraction of it is enough, unless the machine is busy with other things. */
const bounded = { timeout: 240_000 }
const compute = '/compute/v2.1'

for (const { name, open } of clouds()) {
  test(`${name}: requests that race for the last of a quota`, bounded, async (t) => {
    const crowd = await open(t)

    await t.test(`${name}: key pairs`, async () => {
      await setQuota(crowd, { key_pairs: 5 })
      const make = (i: number) => async () =>
        await crowd.ask('POST', `${compute}/os-keypairs`, {
          keypair: { name: `key-${i}`, public_key: publicKey },
        })
      const { replies, statuses } = await crowd.rush(Array.from({ length: 12 }, (_, i) => make(i)))
      assert.deepEqual(statuses, { 201: 5, 403: 7 })
      const { replies: again } = await crowd.rush([
        ...made(replies).map(({ body }) => async () => {
          const key = textOf(body.keypair?.name)
          return await crowd.ask('DELETE', `${compute}/os-keypairs/${key}`)
        }),
        ...Array.from({ length: 12 }, (_, i) => make(100 + i)),
      ])
      const left = listOf((await crowd.get(`${compute}/os-keypairs`)).keypairs).length
      assert(left <= 5, `${left} of 5`)
      assert.equal(left, again.filter(({ status }) => status === 201).length)
    })

    await t.test(`${name}: server groups, and their members`, async () => {
      await setQuota(crowd, { server_groups: 4, server_group_members: 3 })
      const { replies, statuses } = await crowd.rush(
        Array.from({ length: 10 }, () => async () => {
          const group = { name: 'group', policy: 'soft-anti-affinity' }
          return await crowd.ask('POST', `${compute}/os-server-groups`, { server_group: group })
        }),
      )
      assert.deepEqual(statuses, { 200: 4, 403: 6 })
      assert.equal((await limits(crowd)).totalServerGroupsUsed, 4)
      const [first] = made(replies)
      const group = textOf(first?.body.server_group?.id)
      const boots = await crowd.rush(
        Array.from(
          { length: 8 },
          (_, i) => async () => await boot(crowd, `in-${i}`, {}, { group }),
        ),
      )
      assert.deepEqual(boots.statuses, { 202: 3, 403: 5 })
      await crowd.rest()
      const members = async () => {
        const { server_group: shown } = await crowd.get(`${compute}/os-server-groups/${group}`)
        return listOf(shown?.members).length
      }
      assert.equal(await members(), 3)
      await clear(crowd)
      assert.equal(await members(), 0)
      await crowd.rush(
        made(replies).map(({ body }) => async () => {
          const id = textOf(body.server_group?.id)
          return await crowd.ask('DELETE', `${compute}/os-server-groups/${id}`)
        }),
      )
      assert.equal((await limits(crowd)).totalServerGroupsUsed, 0)
    })

    await t.test(`${name}: servers of one user, who may have fewer than the project`, async () => {
      await setQuota(crowd, { instances: 10, cores: -1, ram: -1 })
      const path = `${compute}/os-quota-sets/${crowd.projectId}`
      const { users } = await crowd.get('/identity/v3/users?name=admin')
      const user = textOf(listOf(users)[0]?.id)
      const own = `${path}?user_id=${user}`
      const three = { quota_set: { instances: 3 } }
      assert.equal((await crowd.ask('PUT', own, three)).status, 200)
      const { statuses } = await crowd.rush(
        Array.from({ length: 10 }, (_, i) => async () => {
          // Who asks for several or fewer looks for room before; the others do not.
          return await boot(crowd, `own-${i}`, i % 2 === 0 ? { min_count: 1, max_count: 2 } : {})
        }),
      )
      await crowd.rest()
      assert.equal((await crowd.servers()).length, 3)
      assert((statuses['202'] ?? 0) + (statuses['403'] ?? 0) === 10, JSON.stringify(statuses))
      const detail = await crowd.get(`${path}/detail?user_id=${user}`)
      assert.deepEqual(detail.quota_set?.instances, { limit: 3, in_use: 3, reserved: 0 })
      await clear(crowd)
      assert.equal((await crowd.ask('DELETE', own)).status, 202)
    })

    await t.test(`${name}: servers that are asked for several at once`, async () => {
      await setQuota(crowd, { instances: 11, cores: -1, ram: -1 })
      const { replies, statuses } = await crowd.rush(
        Array.from({ length: 6 }, (_, i) => async () => {
          return await boot(crowd, `some-${i}`, { min_count: 2, max_count: 4 })
        }),
      )
      await crowd.rest()
      const there = (await crowd.servers()).length
      assert.equal((await limits(crowd)).totalInstancesUsed, there)
      // Nobody gets one alone, so at most one of the eleven is left.
      assert(there === 10 || there === 11, `${there} of 11`)
      assert.equal(statuses['202'], made(replies).length)
      for (const { body } of replies.filter(({ status }) => status === 403)) {
        assert.match(textOf(body.forbidden?.message), /^Quota exceeded for instances: Requested 2,/)
      }
      await clear(crowd)
    })

    await t.test(`${name}: memory, also of those that fail on their way`, async () => {
      // Ten times the smallest flavor, which has 512.
      await setQuota(crowd, { instances: -1, cores: -1, ram: 5120 })
      const huge = await flavor(crowd, 'huge', { vcpus: 1, ram: 512, disk: 100_000 })
      const grown = await flavor(crowd, 'grown', { vcpus: 1, ram: 1024, disk: 100_000 })
      const { replies, statuses } = await crowd.rush(
        Array.from({ length: 16 }, (_, i) => async () => {
          return await boot(crowd, `ram-${i}`, i % 2 === 0 ? { flavorRef: huge } : {})
        }),
      )
      assert.deepEqual(statuses, { 202: 10, 403: 6 })
      await crowd.rest()
      // A server that found no host is there nevertheless.
      assert.equal((await limits(crowd)).totalRAMUsed, 5120)
      const broken = (await crowd.servers()).filter(({ status }) => textOf(status) === 'ERROR')
      assert(broken.length > 0)
      // Those who want more while others give back get it or not; who finds no host to grow on gives it back.
      const [gone, kept] = [made(replies).slice(0, 4), made(replies).slice(4)]
      await crowd.rush([
        ...gone.map(
          ({ body }) =>
            async () =>
              await remove(crowd, textOf(body.server?.id)),
        ),
        ...kept.map(({ body }) => async () => {
          const path = `${compute}/servers/${textOf(body.server?.id)}/action`
          return await crowd.ask('POST', path, { resize: { flavorRef: grown } })
        }),
      ])
      await crowd.rest()
      assert.equal((await limits(crowd)).totalRAMUsed, 512 * 6)
      await clear(crowd)
      assert.equal((await limits(crowd)).totalRAMUsed, 0)
    })
  })
}

const publicKey = `ssh-ed25519 ${Buffer.concat([
  Buffer.from([0, 0, 0, 11]),
  Buffer.from('ssh-ed25519'),
  Buffer.from([0, 0, 0, 32]),
  Buffer.alloc(32, 7),
]).toString('base64')} somebody`

function made(replies: readonly Reply[]): readonly Reply[] {
  return replies.filter(({ status }) => status < 300)
}

async function boot(crowd: Crowd, name: string, wish: object = {}, hints: object = {}) {
  const { images } = await crowd.get('/image/v2/images?limit=1')
  const imageRef = listOf(images)[0]?.id
  return await crowd.ask('POST', `${compute}/servers`, {
    server: { name, flavorRef: '1', imageRef, networks: 'auto', ...wish },
    'os:scheduler_hints': hints,
  })
}

async function remove(crowd: Crowd, id: string): Promise<Reply> {
  return await crowd.ask('DELETE', `${compute}/servers/${id}`)
}

async function clear(crowd: Crowd): Promise<void> {
  for (const server of await crowd.servers()) await remove(crowd, textOf(server.id))
  await crowd.rest()
  assert.deepEqual(await crowd.servers(), [])
}

async function flavor(crowd: Crowd, name: string, size: object): Promise<string> {
  const reply = await crowd.ask('POST', `${compute}/flavors`, { flavor: { name, ...size } })
  assert.equal(reply.status, 200)
  return textOf(reply.body.flavor?.id)
}

async function setQuota(crowd: Crowd, quota: Readonly<Record<string, number>>): Promise<void> {
  const path = `${compute}/os-quota-sets/${crowd.projectId}`
  assert.equal((await crowd.ask('PUT', path, { quota_set: quota })).status, 200)
}

async function limits(crowd: Crowd): Promise<Readonly<Record<string, number>>> {
  const { limits: told } = await crowd.get(`${compute}/limits`)
  // The absolute ones are numbers by name.
  return (told?.absolute ?? {}) as unknown as Readonly<Record<string, number>>
}
