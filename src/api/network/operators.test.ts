/** What operators and scripts say of networks and routers, in the words of the clients that send it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { make, networkCloud, refusal, v2 } from '../../../test/support/network-cloud.ts'

const carrier = (type: string, physical?: string, segment?: number | string): object => ({
  'provider:network_type': type,
  ...(physical === undefined ? {} : { 'provider:physical_network': physical }),
  ...(segment === undefined ? {} : { 'provider:segmentation_id': segment }),
})

test('an admin says what carries a network, and no two are carried by the same', async (t) => {
  const { as } = await networkCloud(t)
  const [admin, demo] = [await as('admin'), await as('demo')]
  const flat = await make(admin, 'networks', 'network', carrier('flat', 'physnet1'))
  assert.deepEqual(
    [flat['provider:network_type'], flat['provider:segmentation_id']],
    ['flat', null],
  )
  // Some clients send numbers as text.
  const vlan = await make(admin, 'networks', 'network', carrier('vlan', 'physnet1', '5'))
  assert.equal(vlan['provider:segmentation_id'], 5)
  for (const type of ['local', 'local']) await make(admin, 'networks', 'network', carrier(type))
  const asked = async (ask: typeof admin, fields: object) =>
    refusal(await ask('POST', `${v2}/networks`, { body: { network: fields } }))
  assert.deepEqual(await asked(admin, carrier('flat', 'physnet1')), [409, 'Conflict'])
  assert.deepEqual(await asked(admin, carrier('vlan', 'physnet1', 5)), [409, 'Conflict'])
  assert.deepEqual(await asked(demo, carrier('flat', 'physnet2')), [403, 'PolicyNotAuthorized'])
  for (const wrong of [
    carrier('flat'),
    carrier('flat', 'physnet2', 7),
    carrier('vlan', 'physnet2'),
    carrier('vlan', 'physnet2', 4095),
    carrier('vxlan', 'physnet2', 7),
    carrier('pigeon'),
    { 'provider:physical_network': 'physnet2' },
  ]) {
    assert.equal((await asked(admin, wrong))[0], 400, JSON.stringify(wrong))
  }
  await make(admin, 'networks', 'network', carrier('vlan', 'physnet2', 5))
  const seen = (await demo('GET', `${v2}/networks`)).body.networks
  assert.equal(
    seen.some((each: object) => Object.hasOwn(each, 'provider:network_type')),
    false,
  )
})

test('a size of packets is a number, also as text', async (t) => {
  const { as } = await networkCloud(t)
  const demo = await as('demo')
  const { id } = await make(demo, 'networks', 'network', { mtu: '1400' })
  const path = `${v2}/networks/${id}`
  assert.equal((await demo('GET', path)).body.network.mtu, 1400)
  for (const mtu of ['many', '67', '-1400', '1400.5', true, null]) {
    const answer = await demo('PUT', path, { body: { network: { mtu } } })
    assert.equal(answer.status, 400, String(mtu))
  }
})

test('routes are added to a router and taken away without touching the others', async (t) => {
  const { as } = await networkCloud(t)
  const demo = await as('demo')
  const { id } = await make(demo, 'routers', 'router', { name: 'r' })
  const route = (number: number) => ({ destination: `10.${number}.0.0/16`, nexthop: '10.0.0.9' })
  const change = async (verb: string, routes: readonly object[]) =>
    (await demo('PUT', `${v2}/routers/${id}/${verb}`, { body: { router: { routes } } })).body.router
      .routes
  assert.deepEqual(await change('add_extraroutes', [route(1), route(2)]), [route(1), route(2)])
  assert.deepEqual(await change('add_extraroutes', [route(2), route(3)]), [1, 2, 3].map(route))
  assert.deepEqual(await change('remove_extraroutes', [route(2), route(9)]), [1, 3].map(route))
  const nonsense = { body: { router: { routes: [{ destination: 'x', nexthop: 'y' }] } } }
  const wrong = await demo('PUT', `${v2}/routers/${id}/add_extraroutes`, nonsense)
  assert.equal(wrong.status, 400)
})
