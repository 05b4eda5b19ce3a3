/** What networks, ports and floating addresses are known by, over HTTP. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { make, makeNetwork, networkCloud, v2 } from '../../../test/support/network-cloud.ts'
import { testDatabases } from '../../../test/support/stores.ts'

for (const { name, open } of testDatabases()) {
  test(`domains and names are kept, and a port says what its addresses are known by (${name})`, async (t) => {
    const { as } = await networkCloud(t, await open(t))
    const admin = await as('admin')
    const network = await make(admin, 'networks', 'network', { dns_domain: 'Example.ORG.' })
    assert.equal(network.dns_domain, 'example.org.')
    const at = `${v2}/networks/${network.id}`
    const change = async (dns_domain: string) =>
      await admin('PUT', at, { body: { network: { dns_domain } } })
    assert.equal((await change('no-dot-at-its-end')).status, 400)
    assert.equal((await change('-bad.example.')).status, 400)
    assert.equal((await change('')).body.network.dns_domain, '')
    assert.equal((await admin('GET', at)).body.network.dns_domain, '')

    await make(admin, 'subnets', 'subnet', {
      network_id: network.id,
      ip_version: 4,
      cidr: '10.1.0.0/24',
    })
    const port = await make(admin, 'ports', 'port', { network_id: network.id, dns_name: 'Web' })
    const [{ ip_address }] = port.fixed_ips
    assert.equal(port.dns_name, 'web')
    assert.deepEqual(port.dns_assignment, [
      { hostname: 'web', ip_address, fqdn: 'web.openstacklocal.' },
    ])
    const unnamed = { body: { port: { dns_name: '' } } }
    const { hostname } = (await admin('PUT', `${v2}/ports/${port.id}`, unnamed)).body.port
      .dns_assignment[0]
    assert.equal(hostname, `host-${ip_address.replaceAll('.', '-')}`)
    const wrong = { body: { port: { network_id: network.id, dns_name: 'two words' } } }
    assert.equal((await admin('POST', `${v2}/ports`, wrong)).status, 400)

    const outside = await makeNetwork(admin, '203.0.113.0/24', { 'router:external': true })
    const names = { dns_name: 'web', dns_domain: 'example.org.' }
    const float = await make(admin, 'floatingips', 'floatingip', {
      floating_network_id: outside.id,
      ...names,
    })
    const shown = (await admin('GET', `${v2}/floatingips/${float.id}`)).body.floatingip
    assert.deepEqual([shown.dns_name, shown.dns_domain], ['web', 'example.org.'])
    const renamed = { body: { floatingip: { dns_name: 'other' } } }
    assert.equal((await admin('PUT', `${v2}/floatingips/${float.id}`, renamed)).status, 400)
  })
}
