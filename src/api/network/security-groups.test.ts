/** Security groups over HTTP. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { make, networkCloud, refusal, v2 } from '../../../test/support/network-cloud.ts'

test('security groups: a default one for everybody, rules that make sense, and no deletion in use', async (t) => {
  const { as, sharedId } = await networkCloud(t)
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
      'SecurityGroupMultipleRemoteEntites',
      { remote_ip_prefix: '10.0.0.0/8', remote_group_id: group.id },
    ],
    [400, 'HTTPBadRequest', { direction: 'up' }],
    [400, 'HTTPBadRequest', { protocol: 'nonsense' }],
    [400, 'SecurityGroupInvalidPortValue', { port_range_min: 70_000 }],
    [404, 'SecurityGroupNotFound', { security_group_id: '00000000-0000-4000-8000-000000000000' }],
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
  // Who takes a project away takes this away as well.
  assert.equal(
    (await (await as('admin'))('DELETE', `${v2}/security-groups/${usual.id}`)).status,
    204,
  )
})
