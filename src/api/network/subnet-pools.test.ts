/** Subnet pools over HTTP: blocks that do not overlap, in lengths and amounts that the pool allows. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { make, networkCloud, refusal, v2 } from '../../../test/support/network-cloud.ts'
import { testDatabases } from '../../../test/support/stores.ts'

for (const { name, open } of testDatabases()) {
  test(`subnets get blocks from a pool, which stays until they have gone (${name})`, async (t) => {
    const { as } = await networkCloud(t, await open(t))
    const demo = await as('demo')
    const pool = await make(demo, 'subnetpools', 'subnetpool', {
      name: 'p',
      prefixes: ['10.8.0.0/22', '10.8.1.0/24'],
      default_prefixlen: '24',
      max_prefixlen: 26,
    })
    assert.deepEqual(pool.prefixes, ['10.8.0.0/22'])
    const network = await make(demo, 'networks', 'network', {})
    const from = { network_id: network.id, ip_version: 4, subnetpool_id: pool.id }
    const made = async (fields: object) =>
      (await make(demo, 'subnets', 'subnet', { ...from, ...fields })).cidr
    const asked = async (fields: object) =>
      refusal(await demo('POST', `${v2}/subnets`, { body: { subnet: { ...from, ...fields } } }))
    assert.equal(await made({}), '10.8.0.0/24')
    assert.equal(await made({ cidr: '10.8.2.0/25' }), '10.8.2.0/25')
    assert.equal(await made({}), '10.8.1.0/24')
    // What is left between the two is too small for a whole one.
    assert.equal(await made({}), '10.8.3.0/24')
    assert.deepEqual(await asked({}), [409, 'SubnetAllocationError'])
    assert.equal(await made({ prefixlen: 26 }), '10.8.2.128/26')
    assert.deepEqual(await asked({ prefixlen: 27 }), [400, 'MaxPrefixSubnetAllocationError'])
    assert.deepEqual(await asked({ prefixlen: 7 }), [400, 'MinPrefixSubnetAllocationError'])
    assert.deepEqual(await asked({ cidr: '10.8.2.0/26' }), [409, 'SubnetAllocationError'])
    assert.deepEqual(await asked({ cidr: '10.9.0.0/24' }), [409, 'SubnetAllocationError'])
    assert.deepEqual(await asked({ ip_version: 6 }), [400, 'BadRequest'])
    assert.equal((await asked({ subnetpool_id: null }))[0], 400)
    const path = `${v2}/subnetpools/${pool.id}`
    assert.deepEqual(refusal(await demo('DELETE', path)), [409, 'SubnetPoolDeleteError'])
    const { subnets } = (await demo('GET', `${v2}/subnets?subnetpool_id=${pool.id}`)).body
    assert.equal(subnets.length, 5)
    for (const { id } of subnets) {
      assert.equal((await demo('DELETE', `${v2}/subnets/${id}`)).status, 204)
    }
    assert.equal((await demo('DELETE', path)).status, 204)
  })
}

for (const { name, open } of testDatabases()) {
  test(`prefixes are added to a pool and taken out of it where no subnet is (${name})`, async (t) => {
    const { as } = await networkCloud(t, await open(t))
    const demo = await as('demo')
    const pool = await make(demo, 'subnetpools', 'subnetpool', { prefixes: ['10.0.0.0/8'] })
    const change = async (verb: string, prefixes: readonly string[]) =>
      await demo('PUT', `${v2}/subnetpools/${pool.id}/${verb}`, { body: { prefixes } })
    assert.deepEqual((await change('add_prefixes', ['192.168.0.0/16', '10.4.0.0/16'])).body, {
      prefixes: ['10.0.0.0/8', '192.168.0.0/16'],
    })
    assert.deepEqual((await change('remove_prefixes', ['172.16.0.0/12'])).body, {
      prefixes: ['10.0.0.0/8', '192.168.0.0/16'],
    })
    const network = await make(demo, 'networks', 'network', {})
    const from = { network_id: network.id, ip_version: 4, subnetpool_id: pool.id }
    await make(demo, 'subnets', 'subnet', { ...from, cidr: '10.1.2.0/24' })
    const inUse = [400, 'IllegalSubnetPoolPrefixUpdate']
    assert.deepEqual(refusal(await change('remove_prefixes', ['10.1.0.0/16'])), inUse)
    const left = (await change('remove_prefixes', ['10.128.0.0/10', '192.168.0.0/16'])).body
    assert.deepEqual(left, { prefixes: ['10.0.0.0/9', '10.192.0.0/10'] })
    const shown = (await demo('GET', `${v2}/subnetpools/${pool.id}`)).body.subnetpool
    assert.deepEqual([shown.prefixes, shown.revision_number], [left.prefixes, 3])
    assert.equal((await change('remove_prefixes', [])).status, 400)
    assert.deepEqual(refusal(await change('add_prefixes', ['fd00::/48'])), [400, 'InvalidInput'])
  })
}

test('a pool grows, and its bounds must make sense', async (t) => {
  const { as } = await networkCloud(t)
  const demo = await as('demo')
  const asked = async (fields: object) =>
    refusal(await demo('POST', `${v2}/subnetpools`, { body: { subnetpool: fields } }))
  const bounds = 'IllegalSubnetPoolPrefixBounds'
  for (const [fields, type] of [
    [{ name: 'none' }, 'HTTPBadRequest'],
    [{ prefixes: [] }, 'InvalidInput'],
    [{ prefixes: ['nonsense'] }, 'InvalidInput'],
    [{ prefixes: ['10.0.0.0/8', 'fd00::/48'] }, 'InvalidInput'],
    [{ prefixes: ['10.0.0.0/8'], min_prefixlen: 24, max_prefixlen: 20 }, bounds],
    [{ prefixes: ['10.0.0.0/8'], max_prefixlen: 33 }, bounds],
    [{ prefixes: ['10.0.0.0/8'], default_prefixlen: 4 }, bounds],
  ] as const) {
    assert.deepEqual(await asked(fields), [400, type], JSON.stringify(fields))
  }
  const pool = await make(demo, 'subnetpools', 'subnetpool', { prefixes: ['10.8.0.0/24'] })
  const path = `${v2}/subnetpools/${pool.id}`
  const put = async (prefixes: readonly string[]) =>
    await demo('PUT', path, { body: { subnetpool: { prefixes } } })
  assert.deepEqual(refusal(await put(['10.9.0.0/24'])), [400, 'IllegalSubnetPoolPrefixUpdate'])
  const grown = await put(['10.8.0.0/23'])
  assert.deepEqual(grown.body.subnetpool.prefixes, ['10.8.0.0/23'])
})

test('a project has its share of a shared pool, and the default one need not be named', async (t) => {
  const { as, addMember } = await networkCloud(t)
  await addMember('eve')
  const [admin, demo, eve] = [await as('admin'), await as('demo'), await as('eve')]
  const wish = { prefixes: ['10.8.0.0/16'], default_prefixlen: 25, default_quota: 256 }
  const common = { ...wish, shared: true, is_default: true }
  assert.deepEqual(
    refusal(await demo('POST', `${v2}/subnetpools`, { body: { subnetpool: common } })),
    [403, 'PolicyNotAuthorized'],
  )
  const pool = await make(admin, 'subnetpools', 'subnetpool', common)
  const second = { body: { subnetpool: { ...common, prefixes: ['10.9.0.0/16'] } } }
  assert.deepEqual(refusal(await admin('POST', `${v2}/subnetpools`, second)), [400, 'InvalidInput'])
  const fields = { ip_version: 4, use_default_subnetpool: true }
  const mine = (await make(demo, 'networks', 'network', {})).id
  const subnet = async () =>
    await demo('POST', `${v2}/subnets`, { body: { subnet: { ...fields, network_id: mine } } })
  assert.equal((await subnet()).body.subnet.subnetpool_id, pool.id)
  assert.equal((await subnet()).status, 201)
  assert.deepEqual(refusal(await subnet()), [409, 'SubnetPoolQuotaExceeded'])
  // Others have a share of their own.
  const theirs = (await make(eve, 'networks', 'network', {})).id
  const other = { body: { subnet: { ...fields, network_id: theirs } } }
  assert.equal((await eve('POST', `${v2}/subnets`, other)).body.subnet.cidr, '10.8.1.0/25')
  assert.equal((await eve('DELETE', `${v2}/subnetpools/${pool.id}`)).status, 403)
})
