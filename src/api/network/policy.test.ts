/** Who sees what of the network, and who may change it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  make,
  makeNetwork,
  networkCloud,
  refusal,
  v2,
} from '../../../test/support/network-cloud.ts'
import type { Ask } from '../../../test/support/services.ts'

test('another project sees shared and external networks, and nothing else of others', async (t) => {
  const { as, addMember, sharedId, subnetId } = await networkCloud(t)
  await addMember('eve')
  const [admin, demo, eve] = [await as('admin'), await as('demo'), await as('eve')]
  const mine = await makeNetwork(demo, '192.168.7.0/24')
  const port = await make(demo, 'ports', 'port', { network_id: mine.id })
  const outside = await makeNetwork(admin, '203.0.113.0/24', { 'router:external': true })
  const group = await make(demo, 'security-groups', 'security_group', { name: 'web' })
  const router = await make(demo, 'routers', 'router', { name: 'r' })
  const listed = async (ask: Ask, what: string): Promise<readonly string[]> =>
    (await ask('GET', `${v2}/${what}`)).body[what.replaceAll('-', '_')].map(
      (each: { id: string }) => each.id,
    )
  assert.deepEqual(await listed(eve, 'networks'), [sharedId, outside.id])
  assert.deepEqual(await listed(eve, 'subnets'), [subnetId])
  assert.deepEqual(await listed(eve, 'ports'), [])
  assert.deepEqual((await listed(eve, 'security-groups')).length, 1)
  for (const path of [
    `networks/${mine.id}`,
    `subnets/${mine.subnet}`,
    `ports/${port.id}`,
    `security-groups/${group.id}`,
    `security-group-rules/${group.security_group_rules[0].id}`,
    `routers/${router.id}`,
  ]) {
    assert.equal((await eve('GET', `${v2}/${path}`)).status, 404, path)
    assert.equal((await eve('DELETE', `${v2}/${path}`)).status, 404, path)
    assert.equal((await admin('GET', `${v2}/${path}`)).status, 200, path)
  }
  assert.equal((await eve('DELETE', `${v2}/networks/${sharedId}`)).status, 403)
  const intruder = { body: { port: { network_id: mine.id } } }
  assert.deepEqual(refusal(await eve('POST', `${v2}/ports`, intruder)), [404, 'NetworkNotFound'])
  const subnet = { body: { subnet: { network_id: sharedId, ip_version: 4, cidr: '10.99.0.0/24' } } }
  assert.deepEqual(refusal(await eve('POST', `${v2}/subnets`, subnet)), [
    403,
    'PolicyNotAuthorized',
  ])
  const borrowed = { body: { port: { network_id: sharedId, security_groups: [group.id] } } }
  assert.deepEqual(refusal(await eve('POST', `${v2}/ports`, borrowed)), [
    404,
    'SecurityGroupNotFound',
  ])
})

test('what only admins may set is refused to others', async (t) => {
  const { as, addMember, sharedId } = await networkCloud(t)
  await addMember('rita', 'reader')
  const [admin, demo, rita] = [await as('admin'), await as('demo'), await as('rita')]
  for (const network of [
    { shared: true },
    { 'router:external': true },
    { tenant_id: 'other' },
    { is_default: true },
  ]) {
    const answer = await demo('POST', `${v2}/networks`, { body: { network } })
    assert.deepEqual(refusal(answer), [403, 'PolicyNotAuthorized'], JSON.stringify(network))
  }
  for (const fields of [
    { 'binding:host_id': 'host1' },
    { 'binding:profile': { a: 1 } },
    { mac_address: 'fa:16:3e:00:00:01' },
    { fixed_ips: [{ ip_address: '10.0.0.9' }] },
    { device_owner: 'network:dhcp' },
    { port_security_enabled: false },
  ]) {
    const answer = await demo('POST', `${v2}/ports`, {
      body: { port: { network_id: sharedId, ...fields } },
    })
    assert.deepEqual(refusal(answer), [403, 'PolicyNotAuthorized'], JSON.stringify(fields))
  }
  assert.equal((await rita('POST', `${v2}/networks`, { body: { network: {} } })).status, 403)
  const bound = await make(admin, 'ports', 'port', {
    network_id: sharedId,
    'binding:host_id': 'host1',
    mac_address: 'FA:16:3E:00:00:01',
  })
  assert.deepEqual(
    [bound['binding:host_id'], bound['binding:vif_type'], bound.status, bound.mac_address],
    ['host1', 'ovs', 'ACTIVE', 'fa:16:3e:00:00:01'],
  )
  const twin = { body: { port: { network_id: sharedId, mac_address: 'fa:16:3e:00:00:01' } } }
  assert.deepEqual(refusal(await admin('POST', `${v2}/ports`, twin)), [409, 'MacAddressInUse'])
  const bindings = `${v2}/ports/${bound.id}/bindings`
  const added = await admin('POST', bindings, { body: { binding: { host: 'host2' } } })
  assert.deepEqual([added.status, added.body.binding.status], [201, 'INACTIVE'])
  assert.equal((await admin('PUT', `${bindings}/host2/activate`)).body.binding.status, 'ACTIVE')
  assert.equal((await admin('PUT', `${bindings}/host2/activate`)).status, 409)
  assert.equal((await admin('DELETE', `${bindings}/host1`)).status, 204)
  assert.equal((await admin('DELETE', `${bindings}/host1`)).status, 404)
  assert.equal(
    (await admin('GET', `${v2}/ports/${bound.id}`)).body.port['binding:host_id'],
    'host2',
  )
})
