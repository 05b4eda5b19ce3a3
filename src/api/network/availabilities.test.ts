/** How many addresses there are and are taken, over HTTP. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { make, makeNetwork, networkCloud, v2 } from '../../../test/support/network-cloud.ts'
import { testDatabases } from '../../../test/support/stores.ts'

const path = `${v2}/network-ip-availabilities`

for (const { name, open } of testDatabases()) {
  test(`operators see how many addresses networks have and have given (${name})`, async (t) => {
    const { as } = await networkCloud(t, await open(t))
    const [admin, demo] = [await as('admin'), await as('demo')]
    const { id, subnet } = await makeNetwork(admin, '10.1.0.0/24')
    const six = await make(admin, 'subnets', 'subnet', {
      network_id: id,
      ip_version: 6,
      cidr: 'fd00::/112',
    })
    await make(admin, 'ports', 'port', { network_id: id, fixed_ips: [{ subnet_id: subnet }] })
    await make(admin, 'ports', 'port', { network_id: id })
    const of = (await admin('GET', `${path}/${id}`)).body.network_ip_availability
    assert.deepEqual([of.network_id, of.total_ips, of.used_ips], [id, 253 + 65_534, 3])
    const four = { subnet_id: subnet, ip_version: 4, cidr: '10.1.0.0/24', total_ips: 253 }
    assert.deepEqual(of.subnet_ip_availability, [
      { ...four, subnet_name: '', used_ips: 2 },
      {
        subnet_id: six.id,
        ip_version: 6,
        cidr: 'fd00::/112',
        total_ips: 65_534,
        subnet_name: '',
        used_ips: 1,
      },
    ])
    const list = async (query: string) =>
      (await admin('GET', `${path}?${query}`)).body.network_ip_availabilities
    assert.deepEqual(await list(`network_id=${id}`), [of])
    const [sixes, ...none] = await list('ip_version=6')
    assert.deepEqual([sixes.network_id, sixes.used_ips, none], [id, 1, []])
    assert.deepEqual((await demo('GET', path)).body, { network_ip_availabilities: [] })
    assert.equal((await demo('GET', `${path}/${id}`)).status, 404)
  })
}
