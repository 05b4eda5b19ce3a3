/** Lists of the network, and bodies that nobody should send. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeNetwork, networkCloud, refusal, v2 } from '../../../test/support/network-cloud.ts'

test('lists are filtered, sorted, narrowed and paged', async (t) => {
  const { as } = await networkCloud(t)
  const demo = await as('demo')
  const { id, subnet } = await makeNetwork(demo, '192.168.7.0/24')
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
  assert.deepEqual(Object.keys(narrow.body.ports[0]).toSorted(), ['id', 'name'])
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
  const { as, ask, sharedId } = await networkCloud(t)
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
