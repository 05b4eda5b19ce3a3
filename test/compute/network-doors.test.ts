import assert from 'node:assert/strict'
import { test } from 'node:test'
import { computeApi } from '../support/compute-api.ts'
import type { Answered } from '../support/compute-api.ts'
import { addNetwork, messageOf, nobody } from '../support/compute-surroundings.ts'

const idsIn = (list: readonly { readonly id: string }[]): readonly string[] =>
  list.map(({ id }) => id)
const told = (answer: Answered): readonly [number, string] => [answer.status, messageOf(answer)]

test('networks are shown in the two forms they had until 2.35', async (t) => {
  const api = await computeApi(t)
  const id = await addNetwork(api)
  const as = 'reader'
  const { networks } = (await api.ask('GET', '/os-networks', { as })).body
  assert.equal(networks.find((each: { id: string }) => each.id === id).label, 'private')
  assert.equal('project_id' in networks[0], false)
  const forAdmin = (await api.ask('GET', `/os-networks/${id}`, { as: 'admin' })).body.network
  assert.equal('project_id' in forAdmin, true)
  const tenant = { id, label: 'private', cidr: 'None' }
  const own = (await api.ask('GET', '/os-tenant-networks', { as })).body.networks
  assert.deepEqual(
    own.find((each: { id: string }) => each.id === id),
    tenant,
  )
  const shown = await api.ask('GET', `/os-tenant-networks/${id}`, { as })
  assert.deepEqual(shown.body, { network: tenant })
  for (const path of ['/os-networks', '/os-tenant-networks']) {
    const missing = await api.ask('GET', `${path}/${nobody}`, { as })
    assert.deepEqual(told(missing), [404, 'Network not found'])
    assert.equal((await api.ask('GET', path, { at: 36, as })).status, 404)
  }
})

test('floating addresses come from a pool, are listed by their project, and go back', async (t) => {
  const api = await computeApi(t)
  const none = await api.ask('POST', '/os-floating-ips', {})
  assert.deepEqual(told(none), [404, 'Floating IP pool not found.'])
  await addNetwork(api)
  const pools = (await api.ask('GET', '/os-floating-ip-pools', { as: 'reader' })).body
  assert.deepEqual(pools, { floating_ip_pools: [{ name: 'public' }] })
  const made = (await api.ask('POST', '/os-floating-ips', {})).body.floating_ip
  const unknown = await api.ask('POST', '/os-floating-ips', { body: { pool: 'what' } })
  assert.equal(unknown.status, 404)
  assert.equal((await api.ask('POST', '/os-floating-ips', { as: 'reader' })).status, 403)
  const listed = async (as: 'admin' | 'member' | 'other') =>
    idsIn((await api.ask('GET', '/os-floating-ips', { as })).body.floating_ips)
  assert.deepEqual(await listed('member'), [made.id])
  assert.deepEqual(await listed('admin'), [made.id], 'of the same project')
  assert.deepEqual(await listed('other'), [])
  const path = `/os-floating-ips/${made.id}`
  const strange = await api.ask('GET', path, { as: 'other' })
  assert.deepEqual(told(strange), [404, `Floating IP not found for ID ${made.id}`])
  assert.equal((await api.ask('DELETE', path, { as: 'reader' })).status, 403)
  assert.equal((await api.ask('DELETE', path)).status, 202)
  assert.equal((await api.ask('DELETE', path)).status, 404)
  assert.equal((await api.ask('GET', '/os-floating-ips', { at: 36 })).status, 404)
  assert.equal((await api.ask('GET', '/os-floating-ip-pools', { at: 36 })).status, 404)
})

test('a project has only so many floating addresses, and a pool too', async (t) => {
  const api = await computeApi(t)
  await addNetwork(api)
  const take = async (as: 'member' | 'other') => await api.ask('POST', '/os-floating-ips', { as })
  for (let n = 0; n < 50; n += 1) assert.equal((await take('member')).status, 200)
  const over = await take('member')
  assert.deepEqual(told(over), [403, 'IP allocation over quota in pool public.'])
  assert.equal((await take('other')).status, 200)
})

test('hosts are listed, shown and switched until 2.42', async (t) => {
  const api = await computeApi(t)
  const as = 'admin'
  await api.cloud.boot({ memoryMb: 2048, vcpus: 2, diskGb: 10 }, 'host1')
  const { hosts } = (await api.ask('GET', '/os-hosts', { as })).body
  assert.deepEqual(hosts.at(-1), { host_name: 'host2', service: 'compute', zone: 'nova' })
  const within = (await api.ask('GET', '/os-hosts?zone=nova', { as })).body.hosts
  const names = within.map((each: { host_name: string }) => each.host_name)
  assert.deepEqual(names, ['host1', 'host2'])
  const { host } = (await api.ask('GET', '/os-hosts/host1', { as })).body
  const amounts = { host: 'host1', cpu: 2, memory_mb: 2048, disk_gb: 10 }
  assert.deepEqual(
    host.slice(1),
    ['(used_now)', '(used_max)', 'project-1'].map((project) => ({
      resource: { ...amounts, project },
    })),
  )
  for (const [status, word] of [
    ['Disable', 'disabled'],
    ['enable', 'enabled'],
  ] as const) {
    const { body } = await api.ask('PUT', '/os-hosts/host1', { as, body: { status } })
    assert.deepEqual(body, { host: 'host1', status: word })
    const { services } = (await api.now('GET', '/os-services?host=host1', { as })).body
    assert.equal(services[0].status, word)
  }
  const mode = { maintenance_mode: 'enable' }
  assert.equal((await api.ask('PUT', '/os-hosts/host1', { as, body: mode })).status, 501)
  assert.equal((await api.ask('PUT', '/os-hosts/host1', { as, body: {} })).status, 400)
  for (const verb of ['reboot', 'shutdown', 'startup']) {
    assert.equal((await api.ask('GET', `/os-hosts/host1/${verb}`, { as })).status, 501)
    assert.equal((await api.ask('GET', `/os-hosts/nobody/${verb}`, { as })).status, 404)
  }
  const missing = await api.ask('GET', '/os-hosts/nobody', { as })
  assert.deepEqual(told(missing), [404, 'Compute host nobody could not be found.'])
  assert.equal((await api.ask('GET', '/os-hosts', { as, at: 43 })).status, 404)
  assert.equal((await api.ask('GET', '/os-hosts')).status, 403)
})

test('there is no bare metal, and it is managed elsewhere', async (t) => {
  const api = await computeApi(t)
  const as = 'admin'
  assert.deepEqual((await api.ask('GET', '/os-baremetal-nodes', { as })).body, { nodes: [] })
  const missing = await api.ask('GET', '/os-baremetal-nodes/one', { as })
  assert.deepEqual(told(missing), [404, 'Node one could not be found.'])
  for (const [method, path, body, command] of [
    ['POST', '/os-baremetal-nodes', { node: {} }, 'node-create'],
    ['DELETE', '/os-baremetal-nodes/one', null, 'node-delete'],
    ['POST', '/os-baremetal-nodes/one/action', { add_interface: {} }, 'port-create'],
    ['POST', '/os-baremetal-nodes/one/action', { remove_interface: {} }, 'port-delete'],
  ] as const) {
    const asked = { as, ...(body === null ? {} : { body }) } as const
    const message = `Command Not supported. Please use Ironic command ${command} to perform this action.`
    assert.deepEqual(told(await api.ask(method, path, asked)), [400, message])
    assert.equal((await api.ask(method, path, { ...asked, at: 36 })).status, 404)
  }
  assert.equal((await api.ask('GET', '/os-baremetal-nodes')).status, 403)
})
