/** Limits as they are told and set: of projects, of classes, and what older versions told of networks. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { computeApi } from '../support/compute-api.ts'
import { messageOf } from '../support/compute-surroundings.ts'

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
