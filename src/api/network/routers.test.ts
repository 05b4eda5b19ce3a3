/** Gateways of routers over HTTP: which addresses they have outside, and that those they keep stay theirs. */
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
  test(`a gateway gets more addresses and keeps those it has (${name})`, async (t) => {
    const { as } = await networkCloud(t, await open(t))
    const admin = await as('admin')
    const outside = await makeNetwork(admin, '203.0.113.0/24', { 'router:external': true })
    const other = await make(admin, 'subnets', 'subnet', {
      network_id: outside.id,
      ip_version: 4,
      cidr: '198.51.100.0/24',
    })
    const info = (external_fixed_ips: readonly object[]) => ({
      external_gateway_info: { network_id: outside.id, external_fixed_ips },
    })
    const router = await make(admin, 'routers', 'router', info([]))
    const [first] = router.external_gateway_info.external_fixed_ips
    assert.equal(first.subnet_id, outside.subnet)
    const change = async (wishes: readonly object[]) =>
      await admin('PUT', `${v2}/routers/${router.id}`, { body: { router: info(wishes) } })
    const after = async (wishes: readonly object[]): Promise<readonly (typeof first)[]> => {
      const { status, body, text } = await change(wishes)
      assert.equal(status, 200, text)
      return body.router.external_gateway_info.external_fixed_ips
    }
    // Whoever says a subnet again and leaves the address out says nothing new.
    assert.deepEqual(await after([first, { subnet_id: outside.subnet }]), [first])
    const two = await after([{ subnet_id: other.id }, first])
    assert.equal(two.length, 2)
    assert.ok(two.some(({ ip_address }) => ip_address === first.ip_address))
    assert.ok(two.some(({ subnet_id }) => subnet_id === other.id))
    const named = { subnet_id: outside.subnet, ip_address: '203.0.113.77' }
    const three = await after([...two, named])
    const addresses = new Set(two.map(({ ip_address }) => ip_address)).add('203.0.113.77')
    assert.deepEqual(new Set(three.map(({ ip_address }) => ip_address)), addresses)
    assert.deepEqual(await after([]), three)
    assert.deepEqual(await after([named]), [named])
    const wayOut = { subnet_id: outside.subnet, ip_address: '203.0.113.1' }
    assert.deepEqual(refusal(await change([wayOut])), [400, 'BadRequest'])

    // A floating address that leads through the gateway stays where it leads.
    const inside = await makeNetwork(admin, '192.168.7.0/24')
    const port = await make(admin, 'ports', 'port', { network_id: inside.id })
    const joined = { body: { subnet_id: inside.subnet } }
    await admin('PUT', `${v2}/routers/${router.id}/add_router_interface`, joined)
    const float = await make(admin, 'floatingips', 'floatingip', {
      floating_network_id: outside.id,
      port_id: port.id,
    })
    assert.equal((await after([named, { subnet_id: other.id }])).length, 2)
    const shown = (await admin('GET', `${v2}/floatingips/${float.id}`)).body.floatingip
    assert.equal(shown.router_id, router.id)
  })
}
