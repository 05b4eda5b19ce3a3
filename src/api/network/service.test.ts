/** The Network API over HTTP: lifecycles, and what holds what. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  make,
  makeNetwork,
  networkCloud,
  refusal,
  v2,
} from '../../../test/support/network-cloud.ts'
import { testDatabases } from '../../../test/support/stores.ts'

for (const { name, open } of testDatabases()) {
  test(`${name}: a network, its subnet and a port are made, seen, changed and deleted`, async (t) => {
    const { as, seeded } = await networkCloud(t, await open(t))
    const demo = await as('demo')
    const made = await make(demo, 'networks', 'network', { name: 'mine', mtu: 1400 })
    assert.equal(made.tenant_id, seeded.projects.demo)
    assert.equal(made.status, 'ACTIVE')
    assert.equal(made['router:external'], false)
    assert.equal(made['provider:network_type'], undefined)
    const subnet = await make(demo, 'subnets', 'subnet', {
      network_id: made.id,
      ip_version: 4,
      cidr: '192.168.7.0/24',
      dns_nameservers: ['9.9.9.9'],
    })
    assert.equal(subnet.gateway_ip, '192.168.7.1')
    assert.deepEqual(subnet.allocation_pools, [{ start: '192.168.7.2', end: '192.168.7.254' }])
    const port = await make(demo, 'ports', 'port', { network_id: made.id, name: 'p' })
    assert.equal(port.fixed_ips[0].subnet_id, subnet.id)
    assert.equal(port.status, 'DOWN')
    assert.equal(port.security_groups.length, 1)
    assert.equal(port['binding:host_id'], undefined)
    const shown = await demo('GET', `${v2}/networks/${made.id}`)
    assert.deepEqual(shown.body.network.subnets, [subnet.id])
    const changed = await demo('PUT', `${v2}/ports/${port.id}`, {
      body: {
        port: {
          name: 'q',
          device_id: 'thing',
          fixed_ips: [{ subnet_id: subnet.id, ip_address: '192.168.7.77' }],
        },
      },
    })
    assert.equal(changed.body.port.name, 'q')
    assert.equal(changed.body.port.fixed_ips[0].ip_address, '192.168.7.77')
    assert.deepEqual(refusal(await demo('DELETE', `${v2}/subnets/${subnet.id}`)), [
      409,
      'SubnetInUse',
    ])
    assert.deepEqual(refusal(await demo('DELETE', `${v2}/networks/${made.id}`)), [
      409,
      'NetworkInUse',
    ])
    assert.equal((await demo('DELETE', `${v2}/ports/${port.id}`)).status, 204)
    assert.equal((await demo('DELETE', `${v2}/networks/${made.id}`)).status, 204)
    assert.deepEqual(refusal(await demo('GET', `${v2}/subnets/${subnet.id}`)), [
      404,
      'SubnetNotFound',
    ])
  })

  test(`${name}: an external address leads through a router to a port, and the parts hold each other`, async (t) => {
    const { as } = await networkCloud(t, await open(t))
    const [admin, demo] = [await as('admin'), await as('demo')]
    const outside = await makeNetwork(admin, '203.0.113.0/24', { 'router:external': true })
    const inside = await makeNetwork(demo, '192.168.7.0/24')
    const port = await make(demo, 'ports', 'port', { network_id: inside.id })
    const float = await make(demo, 'floatingips', 'floatingip', { floating_network_id: outside.id })
    assert.equal(float.status, 'DOWN')
    const path = `${v2}/floatingips/${float.id}`
    const lead = { body: { floatingip: { port_id: port.id } } }
    assert.deepEqual(refusal(await demo('PUT', path, lead)), [
      404,
      'ExternalGatewayForFloatingIPNotFound',
    ])
    const router = await make(demo, 'routers', 'router', {
      name: 'r',
      external_gateway_info: { network_id: outside.id },
    })
    assert.equal(router.external_gateway_info.external_fixed_ips.length, 1)
    const add = await demo('PUT', `${v2}/routers/${router.id}/add_router_interface`, {
      body: { subnet_id: inside.subnet },
    })
    assert.equal(add.status, 200)
    const wrongDelete = await demo('DELETE', `${v2}/ports/${add.body.port_id}`)
    assert.deepEqual(refusal(wrongDelete), [409, 'ServicePortInUse'])
    const led = await demo('PUT', path, lead)
    assert.equal(led.body.floatingip.status, 'ACTIVE')
    assert.equal(led.body.floatingip.fixed_ip_address, port.fixed_ips[0].ip_address)
    const second = await demo('POST', `${v2}/floatingips`, {
      body: { floatingip: { floating_network_id: outside.id, port_id: port.id } },
    })
    assert.deepEqual(refusal(second), [409, 'FloatingIPPortAlreadyAssociated'])
    const body = { subnet_id: inside.subnet }
    const take = `${v2}/routers/${router.id}/remove_router_interface`
    assert.deepEqual(refusal(await demo('PUT', take, { body })), [
      409,
      'RouterInterfaceInUseByFloatingIP',
    ])
    assert.deepEqual(refusal(await demo('DELETE', `${v2}/routers/${router.id}`)), [
      409,
      'RouterInUse',
    ])
    assert.equal((await demo('DELETE', `${v2}/ports/${port.id}`)).status, 204)
    const left = (await demo('GET', path)).body.floatingip
    assert.deepEqual([left.port_id, left.fixed_ip_address, left.status], [null, null, 'DOWN'])
    assert.equal((await demo('PUT', take, { body })).status, 200)
    assert.equal((await demo('DELETE', `${v2}/routers/${router.id}`)).status, 204)
    assert.equal((await demo('DELETE', path)).status, 204)
    assert.equal((await admin('DELETE', `${v2}/networks/${outside.id}`)).status, 204)
  })

  test(`${name}: a quota holds however many ask at once`, async (t) => {
    const { as, seeded } = await networkCloud(t, await open(t))
    const [admin, demo] = [await as('admin'), await as('demo')]
    const quota = `${v2}/quotas/${seeded.projects.demo}`
    assert.equal((await demo('PUT', quota, { body: { quota: { network: 5 } } })).status, 403)
    assert.equal(
      (await admin('PUT', quota, { body: { quota: { network: '5' } } })).body.quota.network,
      5,
    )
    const answers = await Promise.all(
      Array.from(
        { length: 12 },
        async () => await demo('POST', `${v2}/networks`, { body: { network: {} } }),
      ),
    )
    const made = answers.filter(({ status }) => status === 201)
    assert.equal(made.length, 5)
    for (const answer of answers) {
      if (answer.status !== 201) assert.deepEqual(refusal(answer), [409, 'OverQuota'])
    }
    const details = await demo('GET', `${quota}/details`)
    assert.deepEqual(details.body.quota.network, { limit: 5, used: 5, reserved: 0 })
    assert.equal((await admin('DELETE', quota)).status, 204)
    assert.equal((await demo('GET', quota)).body.quota.network, 100)
  })
}

test('addresses: pools, gateways and IPv6 are given as the subnet says', async (t) => {
  const { as } = await networkCloud(t)
  const demo = await as('demo')
  const { id } = await make(demo, 'networks', 'network', {})
  await make(demo, 'subnets', 'subnet', {
    network_id: id,
    ip_version: 4,
    cidr: '10.7.0.0/24',
    gateway_ip: null,
    allocation_pools: [{ start: '10.7.0.50', end: '10.7.0.51' }],
  })
  await make(demo, 'subnets', 'subnet', {
    network_id: id,
    ip_version: 6,
    cidr: '2001:DB8::/64',
    ipv6_ra_mode: 'slaac',
    ipv6_address_mode: 'slaac',
  })
  const addresses = async (): Promise<readonly string[]> => {
    const port = await make(demo, 'ports', 'port', { network_id: id })
    return port.fixed_ips.map((each: { ip_address: string }) => each.ip_address)
  }
  const [first, second] = [await addresses(), await addresses()]
  assert.deepEqual(new Set([first[0], second[0]]), new Set(['10.7.0.50', '10.7.0.51']))
  assert.match(first[1] ?? '', /^2001:db8::f816:3eff:fe/)
  const full = await demo('POST', `${v2}/ports`, { body: { port: { network_id: id } } })
  assert.deepEqual(refusal(full), [409, 'IpAddressGenerationFailure'])
  const refused: readonly (readonly [number, string, object])[] = [
    [400, 'InvalidInput', { cidr: '10.7.0.128/25' }],
    [400, 'InvalidInput', { cidr: '10.9.0.0/33' }],
    [400, 'InvalidInput', { cidr: '2001:db8:9::/64' }],
    [400, 'InvalidAllocationPool', { allocation_pools: [{ start: '10.8.1.1', end: '10.8.1.9' }] }],
    [
      409,
      'GatewayConflictWithAllocationPools',
      { allocation_pools: [{ start: '10.8.0.1', end: '10.8.0.9' }] },
    ],
    [400, 'HTTPBadRequest', { gateway_ip: 'x' }],
    [400, 'HTTPBadRequest', { ip_version: 5 }],
    [400, 'HTTPBadRequest', { ipv6_ra_mode: 'slaac' }],
  ]
  for (const [status, type, fields] of refused) {
    const subnet = { network_id: id, ip_version: 4, cidr: '10.8.0.0/24', ...fields }
    const answer = await demo('POST', `${v2}/subnets`, { body: { subnet } })
    assert.deepEqual(refusal(answer), [status, type], JSON.stringify(fields))
  }
})
