/** Groups of addresses over HTTP, and rules that speak of them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { make, networkCloud, refusal, v2 } from '../../../test/support/network-cloud.ts'
import { testDatabases } from '../../../test/support/stores.ts'

for (const { name, open } of testDatabases()) {
  test(`addresses are added to a group and taken out, and a rule keeps it (${name})`, async (t) => {
    const { as } = await networkCloud(t, await open(t))
    const [admin, demo] = [await as('admin'), await as('demo')]
    const group = await make(demo, 'address-groups', 'address_group', {
      name: 'a',
      addresses: ['192.168.1.1', '10.1.2.3/16', '10.1.0.0/16'],
    })
    assert.deepEqual(group.addresses, ['192.168.1.1/32', '10.1.0.0/16'])
    const at = `${v2}/address-groups/${group.id}`
    const change = async (verb: string, addresses: readonly string[]) =>
      await demo('PUT', `${at}/${verb}`, { body: { addresses } })
    const more = (await change('add_addresses', ['fd00::/8'])).body.address_group
    assert.deepEqual(more.addresses, ['192.168.1.1/32', '10.1.0.0/16', 'fd00::/8'])
    assert.deepEqual(refusal(await change('add_addresses', ['fd00::/8'])), [
      400,
      'AddressesAlreadyExist',
    ])
    assert.deepEqual(refusal(await change('remove_addresses', ['fd00::/16'])), [
      404,
      'AddressesNotFound',
    ])
    assert.equal((await change('add_addresses', ['nowhere'])).status, 400)
    const less = (await change('remove_addresses', ['10.1.0.0/16'])).body.address_group
    assert.deepEqual(less.addresses, ['192.168.1.1/32', 'fd00::/8'])
    const renamed = { address_group: { name: 'b', description: 'd' } }
    const stale = { body: renamed, headers: { 'If-Match': 'revision_number=1' } }
    assert.equal((await demo('PUT', at, stale)).status, 412)
    assert.equal((await demo('PUT', at, { body: renamed })).body.address_group.name, 'b')
    const [listed] = (await demo('GET', `${v2}/address-groups?name=b`)).body.address_groups
    assert.deepEqual(listed, (await demo('GET', at)).body.address_group)

    const secured = await make(demo, 'security-groups', 'security_group', { name: 'g' })
    const rule = {
      security_group_id: secured.id,
      direction: 'ingress',
      remote_address_group_id: group.id,
    }
    const { id, remote_address_group_id } = await make(
      demo,
      'security-group-rules',
      'security_group_rule',
      rule,
    )
    assert.equal(remote_address_group_id, group.id)
    const asked = async (fields: object) =>
      refusal(
        await demo('POST', `${v2}/security-group-rules`, {
          body: { security_group_rule: { ...rule, ...fields } },
        }),
      )
    assert.deepEqual(await asked({}), [409, 'SecurityGroupRuleExists'])
    assert.deepEqual(await asked({ remote_ip_prefix: '10.0.0.0/8' }), [
      400,
      'SecurityGroupMultipleRemoteEntites',
    ])
    const hidden = await make(admin, 'address-groups', 'address_group', { name: 'hidden' })
    assert.deepEqual(await asked({ remote_address_group_id: hidden.id }), [
      404,
      'AddressGroupNotFound',
    ])
    assert.deepEqual(refusal(await demo('DELETE', at)), [409, 'AddressGroupInUse'])
    assert.equal((await demo('DELETE', `${v2}/security-group-rules/${id}`)).status, 204)
    assert.equal((await demo('DELETE', at)).status, 204)
    assert.deepEqual(refusal(await demo('GET', at)), [404, 'AddressGroupNotFound'])
  })
}
