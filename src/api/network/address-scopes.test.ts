/** Scopes of addresses over HTTP: pools in one have no address in common. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { make, networkCloud, refusal, v2 } from '../../../test/support/network-cloud.ts'
import { testDatabases } from '../../../test/support/stores.ts'

for (const { name, open } of testDatabases()) {
  test(`a scope keeps the pools in it apart, and is told of networks that have addresses of it (${name})`, async (t) => {
    const { as } = await networkCloud(t, await open(t))
    const demo = await as('demo')
    const scope = await make(demo, 'address-scopes', 'address_scope', { name: 's', ip_version: 4 })
    assert.equal(scope.shared, false)
    const at = `${v2}/address-scopes/${scope.id}`
    const renamed = await demo('PUT', at, { body: { address_scope: { name: 't' } } })
    assert.deepEqual(renamed.body.address_scope, { ...scope, name: 't' })
    const { address_scopes: listed } = (await demo('GET', `${v2}/address-scopes?name=t`)).body
    assert.deepEqual(listed, [renamed.body.address_scope])

    const pool = await make(demo, 'subnetpools', 'subnetpool', {
      prefixes: ['10.0.0.0/16'],
      default_prefixlen: 24,
      address_scope_id: scope.id,
    })
    assert.equal(pool.address_scope_id, scope.id)
    const asked = async (fields: object) =>
      refusal(
        await demo('POST', `${v2}/subnetpools`, {
          body: { subnetpool: { address_scope_id: scope.id, ...fields } },
        }),
      )
    const conflict = [409, 'AddressScopePrefixConflict']
    assert.deepEqual(await asked({ prefixes: ['10.0.4.0/24'] }), conflict)
    assert.deepEqual(await asked({ prefixes: ['fd00::/48'] }), [
      400,
      'IllegalSubnetPoolIpVersionAssociationToAddressScope',
    ])
    const other = await make(demo, 'subnetpools', 'subnetpool', { prefixes: ['10.0.0.0/12'] })
    const change = async (id: string, fields: object) =>
      await demo('PUT', `${v2}/subnetpools/${id}`, { body: { subnetpool: fields } })
    assert.deepEqual(refusal(await change(other.id, { address_scope_id: scope.id })), conflict)

    const network = await make(demo, 'networks', 'network', {})
    assert.equal(network.ipv4_address_scope, null)
    const from = { network_id: network.id, ip_version: 4, subnetpool_id: pool.id }
    await make(demo, 'subnets', 'subnet', from)
    const shown = (await demo('GET', `${v2}/networks/${network.id}`)).body.network
    assert.deepEqual([shown.ipv4_address_scope, shown.ipv6_address_scope], [scope.id, null])
    const [same] = (await demo('GET', `${v2}/networks?id=${network.id}`)).body.networks
    assert.equal(same.ipv4_address_scope, scope.id)

    assert.deepEqual(refusal(await demo('DELETE', at)), [409, 'AddressScopeInUse'])
    assert.equal((await change(pool.id, { address_scope_id: null })).status, 200)
    const seen = { headers: { 'If-Match': 'revision_number=1' } }
    assert.deepEqual(refusal(await demo('DELETE', at, seen)), [400, 'BadRequest'])
    assert.equal((await demo('DELETE', at)).status, 204)
    assert.deepEqual(refusal(await demo('GET', at)), [404, 'AddressScopeNotFound'])
  })
}

test('a scope is shared by admins, for good; who uses it does not change what is in it', async (t) => {
  const { as } = await networkCloud(t)
  const [admin, demo] = [await as('admin'), await as('demo')]
  const own = { name: 's', ip_version: 4 }
  const wish = { body: { address_scope: { ...own, shared: true } } }
  assert.equal((await demo('POST', `${v2}/address-scopes`, wish)).status, 403)
  const hidden = await make(admin, 'address-scopes', 'address_scope', own)
  const shared = await make(admin, 'address-scopes', 'address_scope', { ...own, shared: true })
  const at = (id: string) => `${v2}/address-scopes/${id}`
  assert.equal((await demo('GET', at(hidden.id))).status, 404)
  assert.equal((await demo('GET', at(shared.id))).status, 200)
  assert.equal((await demo('DELETE', at(shared.id))).status, 403)
  const unshared = { body: { address_scope: { shared: false } } }
  assert.deepEqual(refusal(await admin('PUT', at(shared.id), unshared)), [
    400,
    'AddressScopeUpdateError',
  ])
  const fields = { prefixes: ['10.0.0.0/16'], address_scope_id: hidden.id }
  assert.deepEqual(
    refusal(await demo('POST', `${v2}/subnetpools`, { body: { subnetpool: fields } })),
    [400, 'IllegalSubnetPoolAssociationToAddressScope'],
  )
  const pool = await make(demo, 'subnetpools', 'subnetpool', {
    ...fields,
    address_scope_id: shared.id,
  })
  const grown = { body: { subnetpool: { prefixes: ['10.0.0.0/15'] } } }
  assert.deepEqual(refusal(await demo('PUT', `${v2}/subnetpools/${pool.id}`, grown)), [
    400,
    'IllegalSubnetPoolUpdate',
  ])
})
