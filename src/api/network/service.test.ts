/** The Network API over HTTP: lifecycles, who sees what, and everything that is refused. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { Answer, Ask, Services } from '../../../test/support/services.ts'
import { openServices } from '../../../test/support/services.ts'
import { openEmbedded, testDatabases } from '../../../test/support/stores.ts'
import { byToken } from '../../app/identity/authenticate.ts'
import { seedNetwork } from '../../app/network/seed.ts'
import { randomIds } from '../../lib/ids.ts'
import type { Store } from '../../store/store.ts'
import { networkService } from './service.ts'

const v2 = '/network/v2.0'

async function cloud(
  t: TestContext,
  store?: Store,
): Promise<Services & { readonly sharedId: string; readonly subnetId: string }> {
  let ids = { sharedId: '', subnetId: '' }
  const services = await openServices(t, store ?? (await openEmbedded(t)), {
    mounts: async (ctx, { projects }) => {
      const options = { ids: randomIds, at: 1, owner: projects.admin, projects: [projects.demo] }
      const made = await ctx.store.transaction(async (tx) => await seedNetwork(tx, options))
      ids = { sharedId: made.networkId, subnetId: made.subnetId }
      return [{ mount: '/network', service: networkService(ctx, byToken(ctx)) }]
    },
  })
  return { ...services, ...ids }
}

/** Makes one and returns its view. */
async function make(ask: Ask, path: string, name: string, fields: object): Promise<Answer['body']> {
  const answer = await ask('POST', `${v2}/${path}`, { body: { [name]: fields } })
  assert.equal(answer.status, 201, answer.text)
  return answer.body[name]
}

async function network(
  ask: Ask,
  cidr: string,
  fields: object = {},
): Promise<{ id: string; subnet: string }> {
  const { id } = await make(ask, 'networks', 'network', { name: 'n', ...fields })
  const subnet = await make(ask, 'subnets', 'subnet', { network_id: id, ip_version: 4, cidr })
  return { id, subnet: subnet.id }
}

function refusal(answer: Answer): readonly [number, string] {
  return [answer.status, answer.body?.NeutronError?.type]
}

for (const { name, open } of testDatabases()) {
  test(`${name}: a network, its subnet and a port are made, seen, changed and deleted`, async (t) => {
    const { as, seeded } = await cloud(t, await open(t))
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
    const { as } = await cloud(t, await open(t))
    const [admin, demo] = [await as('admin'), await as('demo')]
    const outside = await network(admin, '203.0.113.0/24', { 'router:external': true })
    const inside = await network(demo, '192.168.7.0/24')
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
    const { as, seeded } = await cloud(t, await open(t))
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

test('another project sees shared and external networks, and nothing else of others', async (t) => {
  const { as, addMember, sharedId, subnetId } = await cloud(t)
  await addMember('eve')
  const [admin, demo, eve] = [await as('admin'), await as('demo'), await as('eve')]
  const mine = await network(demo, '192.168.7.0/24')
  const port = await make(demo, 'ports', 'port', { network_id: mine.id })
  const outside = await network(admin, '203.0.113.0/24', { 'router:external': true })
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
  const { as, addMember, sharedId } = await cloud(t)
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

test('security groups: a default one for everybody, rules that make sense, and no deletion in use', async (t) => {
  const { as, sharedId } = await cloud(t)
  const demo = await as('demo')
  const [usual] = (await demo('GET', `${v2}/security-groups?name=default`)).body.security_groups
  assert.equal(usual.security_group_rules.length, 4)
  const group = await make(demo, 'security-groups', 'security_group', { name: 'web' })
  assert.deepEqual(
    group.security_group_rules.map(
      (rule: { direction: string; ethertype: string }) => `${rule.direction} ${rule.ethertype}`,
    ),
    ['egress IPv4', 'egress IPv6'],
  )
  const rule = {
    security_group_id: group.id,
    direction: 'ingress',
    protocol: 'tcp',
    port_range_min: 80,
    port_range_max: '443',
  }
  const made = await make(demo, 'security-group-rules', 'security_group_rule', {
    ...rule,
    remote_ip_prefix: '10.1.2.3/8',
  })
  assert.deepEqual(
    [made.port_range_max, made.remote_ip_prefix, made.ethertype],
    [443, '10.0.0.0/8', 'IPv4'],
  )
  const refused: readonly (readonly [number, string, object])[] = [
    [409, 'SecurityGroupRuleExists', { remote_ip_prefix: '10.0.0.0/8' }],
    [400, 'SecurityGroupInvalidPortRange', { port_range_min: 500 }],
    [400, 'SecurityGroupProtocolRequiredWithPorts', { protocol: null }],
    [400, 'SecurityGroupInvalidProtocolForPort', { protocol: 'gre' }],
    [400, 'SecurityGroupInvalidIcmpValue', { protocol: 'icmp' }],
    [
      400,
      'SecurityGroupRuleParameterConflict',
      { ethertype: 'IPv6', remote_ip_prefix: '10.0.0.0/8' },
    ],
    [
      400,
      'SecurityGroupRemoteGroupAndRemoteIpPrefix',
      { remote_ip_prefix: '10.0.0.0/8', remote_group_id: group.id },
    ],
    [400, 'HTTPBadRequest', { direction: 'up' }],
    [400, 'HTTPBadRequest', { protocol: 'nonsense' }],
    [400, 'HTTPBadRequest', { port_range_min: 70_000 }],
    [
      404,
      'SecurityGroupNotFound',
      { security_group_id: usual.id.replace(/^./, '0').replace(/.$/, '0') },
    ],
  ]
  for (const [status, type, fields] of refused) {
    const body = {
      security_group_rule: { ...rule, port_range_min: 81, port_range_max: 444, ...fields },
    }
    if (type === 'SecurityGroupRuleExists')
      Object.assign(body.security_group_rule, { port_range_min: 80, port_range_max: 443 })
    const answer = await demo('POST', `${v2}/security-group-rules`, { body })
    assert.deepEqual(refusal(answer), [status, type], JSON.stringify(fields))
  }
  const port = await make(demo, 'ports', 'port', {
    network_id: sharedId,
    security_groups: [group.id],
  })
  const path = `${v2}/security-groups/${group.id}`
  assert.deepEqual(refusal(await demo('DELETE', path)), [409, 'SecurityGroupInUse'])
  assert.equal((await demo('DELETE', `${v2}/ports/${port.id}`)).status, 204)
  assert.equal((await demo('DELETE', path)).status, 204)
  const last = await demo('DELETE', `${v2}/security-groups/${usual.id}`)
  assert.deepEqual(refusal(last), [409, 'SecurityGroupCannotRemoveDefault'])
})

test('addresses: pools, gateways and IPv6 are given as the subnet says', async (t) => {
  const { as } = await cloud(t)
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
  assert.deepEqual([first[0], second[0]].sort(), ['10.7.0.50', '10.7.0.51'])
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

test('lists are filtered, sorted, narrowed and paged', async (t) => {
  const { as } = await cloud(t)
  const demo = await as('demo')
  const { id, subnet } = await network(demo, '192.168.7.0/24')
  const answer = await demo('POST', `${v2}/ports`, {
    body: {
      ports: ['c', 'a', 'b'].map((name) => ({ network_id: id, name, device_id: `d-${name}` })),
    },
  })
  assert.equal(answer.status, 201)
  const [{ fixed_ips: fixedIps }] = answer.body.ports
  const names = async (query: string): Promise<readonly string[]> =>
    (await demo('GET', `${v2}/ports?${query}`)).body.ports.map(
      (port: { name: string }) => port.name,
    )
  assert.deepEqual(await names('sort_key=name&sort_dir=desc'), ['c', 'b', 'a'])
  assert.deepEqual(await names('name=a&name=c'), ['c', 'a'])
  assert.deepEqual(await names('device_id=d-b'), ['b'])
  assert.deepEqual(await names('admin_state_up=False'), [])
  assert.deepEqual(await names(`fixed_ips=ip_address%3D${fixedIps[0].ip_address}`), ['c'])
  assert.deepEqual((await names(`fixed_ips=subnet_id%3D${subnet}`)).length, 3)
  const narrow = await demo('GET', `${v2}/ports?fields=id&fields=name&name=a`)
  assert.deepEqual(Object.keys(narrow.body.ports[0]).sort(), ['id', 'name'])
  const first = await demo('GET', `${v2}/ports?limit=2&sort_key=name`)
  const next = new URL(
    first.body.ports_links.find((link: { rel: string }) => link.rel === 'next').href,
  )
  const rest = await demo('GET', next.pathname + next.search)
  assert.deepEqual(
    rest.body.ports.map((port: { name: string }) => port.name),
    ['c'],
  )
  assert.deepEqual(
    rest.body.ports_links.map((link: { rel: string }) => link.rel),
    ['previous'],
  )
  for (const query of [
    'limit=x',
    'limit=-1',
    'marker=x&limit=1',
    'sort_key=x',
    'sort_key=name&sort_dir=up',
  ]) {
    assert.deepEqual(
      refusal(await demo('GET', `${v2}/ports?${query}`)),
      [400, 'InvalidInput'],
      query,
    )
  }
})

test('bad bodies get a 400 in the form of the API, change nothing, and are never a 500', async (t) => {
  const { as, ask, sharedId } = await cloud(t)
  const demo = await as('demo')
  const port = { network_id: sharedId }
  const bodies: readonly (readonly [string, unknown])[] = [
    ['networks', 'x'],
    ['networks', '[]'],
    ['networks', `{"network":${'['.repeat(9000)}${']'.repeat(9000)}}`],
    ['networks', {}],
    ['networks', { network: [] }],
    ['networks', { networks: [1] }],
    ['networks', { network: { colour: 'red' } }],
    ['networks', { network: { status: 'ACTIVE' } }],
    ['networks', { network: { name: 1 } }],
    ['networks', { network: { name: 'a\u0000b' } }],
    ['networks', { network: { name: 'x'.repeat(256) } }],
    ['networks', { network: { mtu: 1e30 } }],
    ['networks', { network: { admin_state_up: 'yes' } }],
    ['ports', { port: {} }],
    ['ports', { port: { network_id: 'x' } }],
    ['ports', { port: { network_id: [] } }],
    ['ports', { port: { ...port, fixed_ips: 'x' } }],
    ['ports', { port: { ...port, fixed_ips: [{}] } }],
    ['ports', { port: { ...port, fixed_ips: [{ subnet_id: 'x' }] } }],
    ['ports', { port: { ...port, mac_address: 'x' } }],
    ['ports', { port: { ...port, 'binding:vnic_type': 'x' } }],
    ['ports', { port: { ...port, allowed_address_pairs: [{ ip_address: 'x' }] } }],
    ['subnets', { subnet: { network_id: sharedId } }],
    ['routers', { router: { routes: [{ destination: 'x' }] } }],
    ['routers', { router: { external_gateway_info: 'x' } }],
    ['floatingips', { floatingip: { floating_network_id: sharedId } }],
    ['security-groups', { security_group: { name: null } }],
  ]
  for (const [path, body] of bodies) {
    const answer = await demo('POST', `${v2}/${path}`, { body })
    const shown = `${path} ${JSON.stringify(body).slice(0, 80)}: ${answer.text}`
    assert.equal(answer.status, 400, shown)
    assert.equal(typeof answer.body.NeutronError.message, 'string', shown)
  }
  assert.equal((await demo('GET', `${v2}/networks`)).body.networks.length, 1)
  const large = await demo('POST', `${v2}/networks`, { body: 'x'.repeat(2_000_000) })
  assert.deepEqual([large.status, typeof large.body.NeutronError.message], [413, 'string'])
  assert.equal((await demo('GET', `${v2}/nothing`)).status, 404)
  assert.equal((await demo('PATCH', `${v2}/networks`)).status, 405)
  assert.equal((await ask('GET', `${v2}/networks`)).status, 401)
  assert.equal((await ask('GET', '/network')).body.versions[0].id, 'v2.0')
  assert.deepEqual((await demo('GET', `${v2}/agents`)).body, { agents: [] })
})
