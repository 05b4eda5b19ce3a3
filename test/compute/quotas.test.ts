/** Limits as they are told and set: of projects, of classes, and what older versions told of networks. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { computeApi } from '../support/compute-api.ts'
import type { Caller } from '../support/compute-api.ts'
import { addImage, messageOf } from '../support/compute-surroundings.ts'

const admin = { as: 'admin' } as const
const ofNetworks = ['fixed_ips', 'floating_ips', 'security_groups', 'security_group_rules']

test('limits of a class are told as they were set, those of networks as long as they were told', async (t) => {
  const { ask } = await computeApi(t, { hosts: [] })
  const path = '/os-quota-class-sets/default'
  const { id, ...before } = (await ask('GET', path, { ...admin, at: 49 })).body.quota_class_set
  assert.equal(id, 'default')
  for (const name of ofNetworks) assert.equal(before[name], -1)
  assert.equal(before.server_groups, undefined)
  const wish = Object.fromEntries(
    Object.entries(before).map(([name, limit]) => [name, Number(limit) + 20]),
  )
  const set = await ask('PUT', path, { ...admin, at: 49, body: { quota_class_set: wish } })
  assert.deepEqual([set.status, set.body.quota_class_set], [200, wish])
  const after = (await ask('GET', path, { ...admin, at: 49 })).body.quota_class_set
  assert.deepEqual(after, { id, ...wish })
  const late = (await ask('GET', path, { ...admin, at: 50 })).body.quota_class_set
  for (const name of ofNetworks) assert.equal(late[name], undefined)
  const refused = await ask('PUT', path, {
    ...admin,
    at: 50,
    body: { quota_class_set: { fixed_ips: 1 } },
  })
  assert.equal(refused.status, 400)
  // Projects have them too, until they are told otherwise.
  const { quota_set: quota } = (await ask('GET', '/os-quota-sets/project-1', { at: 35 })).body
  assert.equal(quota.floating_ips, 19)
  const one = { quota_set: { floating_ips: 3 } }
  const own = await ask('PUT', '/os-quota-sets/project-1', { ...admin, at: 35, body: one })
  assert.equal(own.body.quota_set.floating_ips, 3)
  const { absolute } = (await ask('GET', '/limits', { at: 35 })).body.limits
  assert.deepEqual(
    [absolute.maxTotalFloatingIps, absolute.maxSecurityGroups, absolute.totalFloatingIpsUsed],
    [3, 19, 0],
  )
})

test('a class that no project has keeps what is said of it, and it counts for nobody', async (t) => {
  const { now } = await computeApi(t, { hosts: [] })
  const path = '/os-quota-class-sets/gold'
  const told = async () => (await now('GET', path, admin)).body.quota_class_set
  assert.deepEqual([(await told()).id, (await told()).instances], ['gold', 10])
  await now('PUT', path, { ...admin, body: { quota_class_set: { instances: 99 } } })
  assert.equal((await told()).instances, 99)
  const { quota_set: quota } = (await now('GET', '/os-quota-sets/project-1')).body
  assert.equal(quota.instances, 10)
  const long = await now('PUT', `/os-quota-class-sets/${'x'.repeat(256)}`, {
    ...admin,
    body: { quota_class_set: {} },
  })
  assert.deepEqual(
    [long.status, messageOf(long)],
    [400, 'quota_class_name has 256 characters, more than 255.'],
  )
})

test('whoever names a project asks for its limits as operators do, also for the own one', async (t) => {
  const { now } = await computeApi(t, { hosts: [] })
  const message = "Policy doesn't allow os_compute_api:limits:other_project to be performed."
  for (const project of ['project-1', 'project-2']) {
    const answer = await now('GET', `/limits?tenant_id=${project}`)
    assert.deepEqual([answer.status, messageOf(answer)], [403, message])
    assert.equal((await now('GET', `/limits?tenant_id=${project}`, admin)).status, 200)
  }
  assert.equal((await now('GET', '/limits', { as: 'reader' })).status, 200)
})

test('a limit of one user is told and kept beside the limit of the project', async (t) => {
  const api = await computeApi(t)
  const { now, ask, cloud } = api
  const ofUser = '/os-quota-sets/project-1?user_id=user-1'
  const image = await addImage(api)
  const flavor = { id: '1', name: 'small', ram: 512, vcpus: 1, disk: 1 }
  await now('POST', '/flavors', { ...admin, body: { flavor } })
  const boot = async (as: Caller, more: object = {}) => {
    const wish = { name: 'server', flavorRef: '1', imageRef: image, networks: 'none', ...more }
    return await now('POST', '/servers', { as, body: { server: wish } })
  }
  const told = async (path: string) => (await now('GET', path, admin)).body.quota_set

  assert.equal((await told(ofUser)).instances, 10)
  const two = await now('PUT', ofUser, { ...admin, body: { quota_set: { instances: 2 } } })
  assert.deepEqual([two.status, two.body.quota_set.instances], [200, 2])
  assert.equal(two.body.quota_set.cores, 20)
  assert.deepEqual([(await told(ofUser)).instances, (await told(ofUser)).id], [2, 'project-1'])
  assert.equal((await told('/os-quota-sets/project-1')).instances, 10)
  assert.equal((await told('/os-quota-sets/project-1?user_id=user-manager')).instances, 10)

  assert.equal((await boot('member', { min_count: 1, max_count: 5 })).status, 202)
  const third = await boot('member')
  const message = 'Quota exceeded for instances: Requested 1, but already used 2 of 2 instances'
  assert.deepEqual([third.status, messageOf(third)], [403, message])
  assert.equal((await boot('manager')).status, 202)
  await cloud.settled()
  const detail = async (query: string) =>
    (await told(`/os-quota-sets/project-1/detail${query}`)).instances
  assert.deepEqual(await detail('?user_id=user-1'), { limit: 2, in_use: 2, reserved: 0 })
  assert.deepEqual(await detail('?user_id=user-manager'), { limit: 10, in_use: 1, reserved: 0 })
  assert.deepEqual(await detail(''), { limit: 10, in_use: 3, reserved: 0 })

  // A resize counts for whoever made the server, whoever asks for it.
  const [server] = (await now('GET', '/servers/detail?name=server-1')).body.servers
  await now('PUT', ofUser, { ...admin, body: { quota_set: { cores: 2 } } })
  const large = { id: '2', name: 'large', ram: 512, vcpus: 2, disk: 1 }
  await now('POST', '/flavors', { ...admin, body: { flavor: large } })
  const action = `/servers/${server.id}/action`
  const resize = await ask('POST', action, { ...admin, body: { resize: { flavorRef: '2' } } })
  assert.equal(resize.status, 403)
  assert.match(messageOf(resize), /^Quota exceeded for cores: Requested 1, but already used 2 of 2/)

  assert.equal((await now('DELETE', ofUser, admin)).status, 202)
  assert.equal((await told(ofUser)).instances, 10)
  assert.equal(
    (await ask('POST', action, { ...admin, body: { resize: { flavorRef: '2' } } })).status,
    202,
  )
  await cloud.settled()
  await now('DELETE', `/servers/${server.id}`)
  await cloud.settled()
  assert.equal((await detail('?user_id=user-1')).in_use, 1)
})

test('a user is given no more than the project has left, and a project keeps what it has given', async (t) => {
  const { now } = await computeApi(t, { hosts: [] })
  const project = '/os-quota-sets/project-1'
  const put = async (path: string, quota: object): Promise<readonly [number, string]> => {
    const answer = await now('PUT', path, { ...admin, body: { quota_set: quota } })
    return [answer.status, answer.status === 200 ? '' : messageOf(answer)]
  }
  const one = `${project}?user_id=one`
  const two = `${project}?user_id=two`
  assert.deepEqual(await put(one, { cores: 15 }), [200, ''])
  const tooMany = 'Quota limit 6 for cores must be less than or equal to 5.'
  assert.deepEqual(await put(two, { cores: 6 }), [400, tooMany])
  assert.deepEqual(await put(two, { cores: -1 }), [400, tooMany.replace('6', '-1')])
  assert.deepEqual(await put(two, { cores: 5 }), [200, ''])
  assert.deepEqual(await put(one, { cores: 16 }), [
    400,
    tooMany.replace('6', '16').replace('5', '15'),
  ])
  assert.deepEqual(await put(project, { cores: 19 }), [
    400,
    'Quota limit 19 for cores must be greater than or equal to already used and reserved 20.',
  ])
  assert.deepEqual(await put(project, { cores: -1 }), [200, ''])
  assert.deepEqual(await put(two, { cores: -1 }), [200, ''])
  assert.deepEqual(await put(project, { cores: 3, force: true }), [200, ''])
  assert.deepEqual(await put(two, { cores: 9, force: true }), [200, ''])
  assert.deepEqual(await put(two, { cores: 1 }), [400, tooMany.replace('6', '1').replace('5', '0')])
  // What the network service counts belongs to the project, whoever is named.
  const old = { ...admin, at: 35 }
  const floating = { quota_set: { floating_ips: 7 } }
  assert.equal((await now('PUT', two, { ...old, body: floating })).status, 200)
  assert.equal((await now('GET', project, old)).body.quota_set.floating_ips, 7)

  assert.equal((await now('DELETE', project, admin)).status, 202)
  for (const path of [project, one, two]) {
    assert.equal((await now('GET', path, admin)).body.quota_set.cores, 20)
  }
})

test('a user has limits of their own on key pairs, groups, members and metadata', async (t) => {
  const api = await computeApi(t)
  const { now } = api
  const image = await addImage(api)
  const flavor = { id: '1', name: 'small', ram: 512, vcpus: 1, disk: 1 }
  await now('POST', '/flavors', { ...admin, body: { flavor } })
  const limits = { key_pairs: 1, server_groups: 1, server_group_members: 1, metadata_items: 1 }
  const own = '/os-quota-sets/project-1?user_id=user-1'
  assert.equal((await now('PUT', own, { ...admin, body: { quota_set: limits } })).status, 200)
  const statuses = async (as: Caller) => {
    const key = async (name: string) =>
      await now('POST', '/os-keypairs', {
        as,
        body: { keypair: { name: `${as}-${name}`, type: 'ssh', public_key: publicKey } },
      })
    const group = async () =>
      await now('POST', '/os-server-groups', {
        as,
        body: { server_group: { name: 'group', policy: 'soft-affinity' } },
      })
    const keys = [await key('a'), await key('b')]
    const groups = [await group(), await group()]
    const hints = { 'os:scheduler_hints': { group: groups[0]?.body.server_group.id } }
    const boot = async (wish: object) => {
      const server = { name: 's', flavorRef: '1', imageRef: image, networks: 'none', ...wish }
      return await now('POST', '/servers', { as, body: { server, ...hints } })
    }
    const servers = [await boot({ metadata: { a: 'b', c: 'd' } }), await boot({}), await boot({})]
    return [...keys, ...groups, ...servers].map(({ status }) => status)
  }
  assert.deepEqual(await statuses('member'), [201, 403, 200, 403, 403, 202, 403])
  assert.deepEqual(await statuses('manager'), [201, 201, 200, 200, 202, 202, 202])
  const { in_use: groups } = (await now('GET', own.replace('?', '/detail?'), admin)).body.quota_set
    .server_groups
  assert.equal(groups, 1)
})

const publicKey = `ssh-ed25519 ${Buffer.concat([
  Buffer.from([0, 0, 0, 11]),
  Buffer.from('ssh-ed25519'),
  Buffer.from([0, 0, 0, 32]),
  Buffer.alloc(32, 7),
]).toString('base64')} somebody`
