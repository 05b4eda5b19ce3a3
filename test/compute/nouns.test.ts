import assert from 'node:assert/strict'
import { test } from 'node:test'
import { computeApi } from '../support/compute-api.ts'
import type { Answered } from '../support/compute-api.ts'
import { addImage } from '../support/compute-surroundings.ts'
import { testDatabases } from '../support/stores.ts'

const message = ({ body }: Answered): string =>
  Object.values(body as Record<string, { message: string }>)[0]?.message ?? ''

for (const database of testDatabases()) {
  const on = `on ${database.name}`
  const open = { open: database.open }

  test(`${on}: a private flavor is seen by those it is given to`, async (t) => {
    const { now, ask } = await computeApi(t, open)
    const flavor = {
      name: 'ours',
      id: 'ours',
      ram: 512,
      vcpus: 1,
      disk: 1,
      'os-flavor-access:is_public': false,
    }
    await now('POST', '/flavors', { as: 'admin', body: { flavor } })
    const seen = async (as: 'member' | 'other') =>
      (await now('GET', '/flavors/ours', { as })).status

    // Nobody has it at first: not even the project in which it was made.
    assert.deepEqual([await seen('member'), await seen('other')], [404, 404])
    const grant = { addTenantAccess: { tenant: 'project-2' } }
    const granted = await now('POST', '/flavors/ours/action', { as: 'admin', body: grant })
    assert.deepEqual(granted.body.flavor_access, [{ flavor_id: 'ours', tenant_id: 'project-2' }])
    assert.equal(await seen('other'), 200)
    assert.equal(
      (await now('POST', '/flavors/ours/action', { as: 'admin', body: grant })).status,
      409,
    )
    const revoke = { removeTenantAccess: { tenant: 'project-2' } }
    await now('POST', '/flavors/ours/action', { as: 'admin', body: revoke })
    assert.equal(await seen('other'), 404)
    assert.equal(
      (await now('POST', '/flavors/ours/action', { as: 'admin', body: revoke })).status,
      404,
    )

    const everybody = { name: 'all', id: 'all', ram: 512, vcpus: 1, disk: 1 }
    await now('POST', '/flavors', { as: 'admin', body: { flavor: everybody } })
    const toAll = async (at: number) =>
      (await ask('POST', '/flavors/all/action', { as: 'admin', at, body: grant })).status
    assert.deepEqual([await toAll(6), await toAll(7)], [200, 409])
    assert.equal((await now('GET', '/flavors/all/os-flavor-access', { as: 'admin' })).status, 404)
    const again = await now('POST', '/flavors', { as: 'admin', body: { flavor: everybody } })
    assert.deepEqual([again.status, message(again)], [409, 'Flavor with ID all already exists.'])
  })

  test(`${on}: extra specs are added, changed and taken away one by one`, async (t) => {
    const { now } = await computeApi(t, open)
    const flavor = { name: 'f', id: 'f', ram: 512, vcpus: 1, disk: 1 }
    await now('POST', '/flavors', { as: 'admin', body: { flavor } })
    const admin = { as: 'admin' } as const
    await now('POST', '/flavors/f/os-extra_specs', {
      ...admin,
      body: { extra_specs: { a: 1, b: 'x' } },
    })
    await now('PUT', '/flavors/f/os-extra_specs/a', { ...admin, body: { a: 'y' } })
    assert.deepEqual((await now('GET', '/flavors/f/os-extra_specs')).body, {
      extra_specs: { a: 'y', b: 'x' },
    })
    assert.equal(
      (await now('PUT', '/flavors/f/os-extra_specs/a', { ...admin, body: { b: 'y' } })).status,
      400,
    )
    assert.equal((await now('DELETE', '/flavors/f/os-extra_specs/a', admin)).status, 200)
    assert.equal((await now('DELETE', '/flavors/f/os-extra_specs/a', admin)).status, 404)
    assert.deepEqual((await now('GET', '/flavors/f/os-extra_specs/b')).body, { b: 'x' })
  })

  test(`${on}: quotas are what was set, the class's, or built in; never below what is used`, async (t) => {
    const api = await computeApi(t, open)
    const { now, cloud } = api
    const instances = async () =>
      (await now('GET', '/os-quota-sets/project-1')).body.quota_set.instances
    assert.equal(await instances(), 10)
    const classSet = { quota_class_set: { instances: 7 } }
    await now('PUT', '/os-quota-class-sets/default', { as: 'admin', body: classSet })
    assert.equal(await instances(), 7)
    await cloud.create()
    await cloud.create()
    await cloud.settled()
    const set = async (quota: object) =>
      await now('PUT', '/os-quota-sets/project-1', { as: 'admin', body: { quota_set: quota } })
    const low = await set({ instances: 1 })
    assert.equal(
      message(low),
      'Quota limit 1 for instances must be greater than or equal to already used and reserved 2.',
    )
    assert.equal((await set({ instances: 1, force: true })).body.quota_set.instances, 1)
    const [flavorRef, imageRef] = [await cloud.flavor({}), await addImage(api)]
    const more = { name: 'x', flavorRef, imageRef, networks: 'none' }
    const refused = await now('POST', '/servers', { body: { server: more } })
    assert.deepEqual(
      [refused.status, message(refused)],
      [403, 'Quota exceeded for instances: Requested 1, but already used 2 of 1 instances'],
    )
    const { quota_set: detail } = (await now('GET', '/os-quota-sets/project-1/detail')).body
    assert.deepEqual(detail.instances, { limit: 1, in_use: 2, reserved: 0 })
    await now('DELETE', '/os-quota-sets/project-1', { as: 'admin' })
    assert.equal(await instances(), 7)
    assert.equal((await now('GET', '/os-quota-sets/nobody', { as: 'admin' })).status, 400)
  })

  test(`${on}: hosts of an aggregate with a zone are in it, as long as no server was promised another`, async (t) => {
    const { now, cloud } = await computeApi(t, open)
    const make = async (name: string, zone: string): Promise<number> => {
      const aggregate = { name, availability_zone: zone }
      return (await now('POST', '/os-aggregates', { as: 'admin', body: { aggregate } })).body
        .aggregate.id
    }
    const act = async (id: number, body: object) =>
      await now('POST', `/os-aggregates/${id}/action`, { as: 'admin', body })
    const zones = async () =>
      (await now('GET', '/os-availability-zone')).body.availabilityZoneInfo.map(
        ({ zoneName }: { zoneName: string }) => zoneName,
      )
    const east = await make('east', 'east')
    const west = await make('west', 'west')
    const added = await act(east, { add_host: { host: 'host2' } })
    assert.deepEqual(added.body.aggregate.hosts, ['host2'])
    assert.deepEqual(await zones(), ['east', 'nova'])
    assert.equal((await act(east, { add_host: { host: 'host2' } })).status, 409)
    assert.equal((await act(west, { add_host: { host: 'host2' } })).status, 409)
    assert.equal((await act(east, { add_host: { host: 'nowhere' } })).status, 404)
    await cloud.boot({}, 'host2')
    assert.equal((await act(east, { remove_host: { host: 'host2' } })).status, 409)
    const moved = { aggregate: { availability_zone: 'north' } }
    assert.equal(
      (await now('PUT', `/os-aggregates/${east}`, { as: 'admin', body: moved })).status,
      409,
    )
    assert.equal((await now('DELETE', `/os-aggregates/${east}`, { as: 'admin' })).status, 400)
    assert.equal((await now('DELETE', `/os-aggregates/${west}`, { as: 'admin' })).status, 200)
    const twice = { aggregate: { name: 'east' } }
    assert.equal((await now('POST', '/os-aggregates', { as: 'admin', body: twice })).status, 409)
  })

  test(`${on}: a host is taken out of service and put back`, async (t) => {
    const api = await computeApi(t, open)
    const { services } = (await api.now('GET', '/os-services?host=host1', { as: 'admin' })).body
    const [{ id }] = services
    const put = async (body: object) =>
      await api.now('PUT', `/os-services/${id}`, { as: 'admin', body })
    const off = await put({ status: 'disabled', disabled_reason: 'repair' })
    assert.deepEqual(
      [off.body.service.status, off.body.service.disabled_reason],
      ['disabled', 'repair'],
    )
    assert.equal((await put({ disabled_reason: 'why' })).status, 400)
    const down = await put({ forced_down: true })
    assert.deepEqual([down.body.service.state, down.body.service.forced_down], ['down', true])
    const back = await put({ status: 'enabled', forced_down: false })
    assert.deepEqual([back.body.service.state, back.body.service.disabled_reason], ['up', null])
    const server = await api.cloud.boot({}, 'host1')
    const remove = async () =>
      (await api.now('DELETE', `/os-services/${id}`, { as: 'admin' })).status
    assert.equal(await remove(), 409)
    await api.cloud.delete(server)
  })

  test(`${on}: a server's metadata and tags follow its owner's wishes, within bounds`, async (t) => {
    const { now, cloud } = await computeApi(t, open)
    const id = await cloud.boot()
    const metadata = async (method: string, body: object, path = '') =>
      await now(method, `/servers/${id}/metadata${path}`, { body })
    await metadata('PUT', { metadata: { a: '1', b: '2' } })
    assert.deepEqual((await metadata('POST', { metadata: { b: '3' } })).body, {
      metadata: { a: '1', b: '3' },
    })
    assert.equal((await metadata('PUT', { meta: { c: '4' } }, '/a')).status, 400)
    assert.deepEqual((await now('GET', `/servers/${id}/metadata/b`)).body, { meta: { b: '3' } })
    assert.equal((await now('DELETE', `/servers/${id}/metadata/b`)).status, 204)
    assert.equal((await now('GET', `/servers/${id}/metadata/b`)).status, 404)
    const many = Object.fromEntries(Array.from({ length: 129 }, (_, index) => [`k${index}`, 'v']))
    assert.equal((await metadata('PUT', { metadata: many })).status, 403)

    const first = await now('PUT', `/servers/${id}/tags/one`)
    assert.deepEqual(
      [first.status, (await now('PUT', `/servers/${id}/tags/one`)).status],
      [201, 204],
    )
    assert.equal(first.headers['Location'], `http://cloud/compute/v2.1/servers/${id}/tags/one`)
    await now('PUT', `/servers/${id}/tags`, { body: { tags: ['z', 'a', 'z'] } })
    assert.deepEqual((await now('GET', `/servers/${id}/tags`)).body, { tags: ['a', 'z'] })
    assert.equal((await now('GET', `/servers/${id}/tags/one`)).status, 404)
    assert.equal((await now('PUT', `/servers/${id}/tags/${'x'.repeat(61)}`)).status, 400)
    assert.equal((await now('DELETE', `/servers/${id}/tags`)).status, 204)
    assert.deepEqual((await now('GET', `/servers/${id}`)).body.server.tags, [])
  })
}

test('a server group keeps its rules, and its members are living servers', async (t) => {
  const { now, ask, cloud } = await computeApi(t)
  const wish = { name: 'apart', policy: 'anti-affinity', rules: { max_server_per_host: 2 } }
  const group = (await now('POST', '/os-server-groups', { body: { server_group: wish } })).body
    .server_group
  const wrong = { ...wish, policy: 'affinity' }
  assert.equal(
    (await now('POST', '/os-server-groups', { body: { server_group: wrong } })).status,
    400,
  )
  const server = await cloud.create({}, { hints: { group: group.id } })
  await cloud.settled()
  assert.deepEqual((await now('GET', `/servers/${server}`)).body.server.server_groups, [group.id])
  const shown = async () =>
    (await now('GET', `/os-server-groups/${group.id}`)).body.server_group.members
  assert.deepEqual(await shown(), [server])
  const older = (await ask('GET', `/os-server-groups/${group.id}`, { at: 63 })).body.server_group
  assert.deepEqual([older.policies, older.metadata], [['anti-affinity'], {}])
  assert.equal((await now('GET', `/os-server-groups/${group.id}`, { as: 'other' })).status, 404)
  await cloud.delete(server)
  assert.deepEqual(await shown(), [])
  assert.equal((await now('DELETE', `/os-server-groups/${group.id}`)).status, 204)
})

test('a lock keeps its owner out of what an operator locked, and tells why', async (t) => {
  const { now, cloud } = await computeApi(t)
  const id = await cloud.boot()
  const act = async (as: 'admin' | 'member', body: object) =>
    (await now('POST', `/servers/${id}/action`, { as, body })).status
  assert.equal(await act('member', { lock: null }), 202)
  assert.equal(await act('member', { 'os-stop': null }), 409)
  assert.equal(await act('member', { unlock: null }), 202)
  assert.equal(await act('admin', { lock: { locked_reason: 'unpaid' } }), 202)
  const { server } = (await now('GET', `/servers/${id}`)).body
  assert.deepEqual([server.locked, server.locked_reason], [true, 'unpaid'])
  assert.equal(await act('member', { unlock: null }), 403)
  assert.equal(await act('admin', { unlock: null }), 202)
  const { instanceActions } = (await now('GET', `/servers/${id}/os-instance-actions`)).body
  assert.deepEqual(
    instanceActions.map(({ action }: { action: string }) => action),
    ['unlock', 'lock', 'unlock', 'lock', 'create'],
  )
})

test('usage counts a server to the second, from its launch to its end and no longer than is asked', async (t) => {
  const api = await computeApi(t)
  const id = await api.cloud.boot({ vcpus: 2, memoryMb: 1024, diskGb: 10 })
  const launched = Date.parse('2026-01-01T00:00:00Z')
  await api.cloud.store.transaction(async (tx) => {
    const times = { launched_at: launched, terminated_at: launched + 90 * 60_000 }
    await tx.updateTable('servers').set(times).where('id', '=', id).execute()
  })
  const usage = async (start: string, end: string) =>
    (await api.now('GET', `/os-simple-tenant-usage/project-1?start=${start}&end=${end}`)).body
      .tenant_usage
  const whole = await usage('2025-12-31T00:00:00', '2026-01-02T00:00:00')
  assert.deepEqual(
    [
      whole.total_hours,
      whole.total_vcpus_usage,
      whole.total_memory_mb_usage,
      whole.total_local_gb_usage,
    ],
    [1.5, 3, 1536, 15],
  )
  assert.deepEqual(
    [whole.server_usages[0].state, whole.server_usages[0].uptime],
    ['terminated', 5400],
  )
  const half = await usage('2026-01-01T01:00:00', '2026-01-01T02:00:00')
  assert.equal(half.total_hours, 0.5)
  assert.deepEqual(await usage('2026-01-01T02:00:00', '2026-01-01T03:00:00'), {})
  const backwards = await api.now(
    'GET',
    '/os-simple-tenant-usage/project-1?start=2026-01-02T00:00:00&end=2026-01-01T00:00:00',
  )
  assert.equal(backwards.status, 400)
})
