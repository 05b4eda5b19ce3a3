/** Subnets that are for some owners' ports only, over HTTP. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { make, networkCloud, refusal, v2 } from '../../../test/support/network-cloud.ts'
import { testDatabases } from '../../../test/support/stores.ts'

for (const { name, open } of testDatabases()) {
  test(`a port gets an address of a subnet that is for its owner, else of one that is everybody's (${name})`, async (t) => {
    const { as } = await networkCloud(t, await open(t))
    const admin = await as('admin')
    const network = await make(admin, 'networks', 'network', {})
    const subnet = async (cidr: string, service_types?: readonly string[]) =>
      await make(admin, 'subnets', 'subnet', {
        network_id: network.id,
        ip_version: 4,
        cidr,
        ...(service_types === undefined ? {} : { service_types }),
      })
    const forDhcp = await subnet('10.1.0.0/24', ['network:dhcp'])
    assert.deepEqual(forDhcp.service_types, ['network:dhcp'])
    const port = async (fields: object) =>
      (await make(admin, 'ports', 'port', { network_id: network.id, ...fields })).fixed_ips
    // There is nothing here for others yet.
    assert.deepEqual(await port({}), [])
    const common = await subnet('10.2.0.0/24')
    const forServers = await subnet('10.3.0.0/24', ['compute:nova', 'compute:az2'])
    const on = async (fields: object) => (await port(fields))[0].subnet_id
    assert.equal(await on({}), common.id)
    assert.equal(await on({ device_owner: 'compute:az2' }), forServers.id)
    assert.equal(await on({ device_owner: 'compute:elsewhere' }), common.id)
    assert.equal(await on({ device_owner: 'network:dhcp' }), forDhcp.id)
    assert.equal(await on({ fixed_ips: [{ subnet_id: forDhcp.id }] }), forDhcp.id)

    const at = `${v2}/subnets/${forDhcp.id}`
    const change = async (types: readonly string[]) =>
      await admin('PUT', at, { body: { subnet: { service_types: types } } })
    assert.deepEqual(refusal(await change(['dhcp'])), [400, 'InvalidSubnetServiceType'])
    assert.equal((await change(['network:floatingip'])).status, 200)
    assert.deepEqual((await admin('GET', at)).body.subnet.service_types, ['network:floatingip'])
    assert.equal(await on({ device_owner: 'network:dhcp' }), common.id)
  })
}
