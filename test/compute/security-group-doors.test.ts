import assert from 'node:assert/strict'
import { test } from 'node:test'
import { computeApi } from '../support/compute-api.ts'
import type { Answered, Caller, ComputeApi } from '../support/compute-api.ts'
import { messageOf, nobody } from '../support/compute-surroundings.ts'

const told = (answer: Answered): readonly [number, string] => [answer.status, messageOf(answer)]

async function makeGroup(api: ComputeApi, name: string, as: Caller = 'member'): Promise<string> {
  const body = { security_group: { name, description: `the ${name} group` } }
  return (await api.ask('POST', '/os-security-groups', { as, body })).body.security_group.id
}

async function namesFor(api: ComputeApi, query = '', as: Caller = 'member') {
  const { security_groups: all } = (await api.ask('GET', `/os-security-groups${query}`, { as }))
    .body
  return all.map(({ name }: { name: string }) => name)
}

test('security groups are made, listed in order, changed and deleted until 2.35', async (t) => {
  const api = await computeApi(t)
  const id = await makeGroup(api, 'web')
  assert.deepEqual(await namesFor(api), ['default', 'web'])
  assert.deepEqual(await namesFor(api, '?limit=1'), ['default'])
  assert.deepEqual(await namesFor(api, '?offset=1&limit=5'), ['web'])
  assert.equal((await api.ask('GET', '/os-security-groups?limit=-1')).status, 400)
  const path = `/os-security-groups/${id}`
  const words = { name: 'front', description: 'the front' }
  const changed = await api.ask('PUT', path, { body: { security_group: words } })
  assert.equal(changed.body.security_group.name, 'front')
  const blank = await api.ask('PUT', path, { body: { security_group: { ...words, name: ' x ' } } })
  assert.equal(blank.body.security_group.name, ' x ')
  assert.equal((await api.ask('GET', path, { as: 'other' })).status, 404)
  const bad = await api.ask('GET', '/os-security-groups/what')
  assert.deepEqual(told(bad), [400, 'Security group id should be uuid'])
  assert.equal((await api.ask('DELETE', path, { as: 'reader' })).status, 403)
  assert.equal((await api.ask('DELETE', path)).status, 202)
  assert.equal((await api.ask('DELETE', path)).status, 404)
  const own = (await api.ask('GET', '/os-security-groups')).body.security_groups[0]
  assert.equal((await api.ask('DELETE', `/os-security-groups/${own.id}`)).status, 400)
  const taken = { security_group: { name: 'default', description: 'another' } }
  assert.equal((await api.ask('POST', '/os-security-groups', { body: taken })).status, 403)
  assert.equal((await api.ask('GET', '/os-security-groups', { at: 36 })).status, 404)
})

test('an admin sees everybody’s security groups when asking for them', async (t) => {
  const api = await computeApi(t)
  await makeGroup(api, 'ours')
  await makeGroup(api, 'theirs', 'other')
  const seen = async (as: Caller, query: string): Promise<readonly string[]> =>
    (await namesFor(api, query, as)).filter((name: string) => name !== 'default')
  assert.deepEqual(await seen('admin', ''), ['ours'])
  assert.deepEqual(await seen('admin', '?all_tenants=1'), ['ours', 'theirs'])
  assert.deepEqual(await seen('member', '?all_tenants=1'), ['ours'])
})

const tcp = { ip_protocol: 'TCP', from_port: '22', to_port: 80, cidr: '10.0.0.0/8' }

const addRule = async (api: ComputeApi, group: string, wish: object): Promise<Answered> =>
  await api.ask('POST', '/os-security-group-rules', {
    body: { security_group_rule: { parent_group_id: group, ...wish } },
  })

test('a rule says what may come in, and from where', async (t) => {
  const api = await computeApi(t)
  const group = await makeGroup(api, 'web')
  const other = await makeGroup(api, 'inside')
  const made = (await addRule(api, group, tcp)).body.security_group_rule
  const { id, ...shown } = made
  assert.deepEqual(shown, {
    parent_group_id: group,
    ip_protocol: 'tcp',
    from_port: 22,
    to_port: 80,
    group: {},
    ip_range: { cidr: '10.0.0.0/8' },
  })
  const inner = (await addRule(api, group, { ip_protocol: 'udp', group_id: other })).body
  const { from_port: from, to_port: to, group: remote } = inner.security_group_rule
  assert.deepEqual([from, to], [1, 65_535])
  assert.deepEqual(remote, { name: 'inside', tenant_id: 'project-1' })
  const icmp = { ip_protocol: 'icmp', from_port: -1, to_port: -1 }
  const ping = (await addRule(api, group, icmp)).body.security_group_rule
  assert.deepEqual([ping.from_port, ping.ip_range], [-1, { cidr: '0.0.0.0/0' }])
  const path = `/os-security-group-rules/${id}`
  assert.equal((await api.ask('DELETE', path, { as: 'reader' })).status, 403)
  assert.equal((await api.ask('DELETE', path, { as: 'other' })).status, 404)
  assert.equal((await api.ask('DELETE', path)).status, 202)
  assert.equal((await api.ask('DELETE', '/os-security-group-rules/what')).status, 400)
  assert.equal((await api.ask('DELETE', path, { at: 36 })).status, 404)
})

test('a rule that says too little, or what cannot be, is refused', async (t) => {
  const api = await computeApi(t)
  const group = await makeGroup(api, 'web')
  const icmp = { ip_protocol: 'icmp', from_port: 0, to_port: 0 }
  const range = 'Invalid port range'
  const input = 'Invalid input received:'
  for (const [wish, message] of [
    [{}, 'Not enough parameters to build a valid rule.'],
    [{ ...tcp, ip_protocol: 'gre' }, 'Invalid IP protocol gre.'],
    [{ ...tcp, from_port: 90 }, `${range} 90:80. Former value cannot be greater than the later`],
    [{ ...tcp, from_port: 0 }, `${range} 0:80. Valid TCP ports should be between 1-65535`],
    [{ ...tcp, to_port: 70_000 }, `${range} 22:70000. Valid TCP ports should be between 1-65535`],
    [{ ...tcp, from_port: 'x' }, `${input} To and From ports must be integers`],
    [{ ...icmp, from_port: 256 }, `${range} 256:0. For ICMP, the type:code must be valid`],
    [{ ...icmp, to_port: {} }, `${input} Type and Code must be integers for ICMP protocol type`],
    [{ ...tcp, cidr: 'what' }, 'what is not a valid IP network.'],
    [{ ...tcp, cidr: '10.0.0.0/0' }, 'Bad prefix for network in cidr 10.0.0.0/0'],
  ] as const) {
    assert.deepEqual(told(await addRule(api, group, wish)), [400, message])
  }
  assert.equal((await addRule(api, group, { ...tcp, group_id: nobody })).status, 404)
  assert.equal((await addRule(api, nobody, tcp)).status, 404)
  assert.equal((await addRule(api, group, tcp)).status, 200)
  const again = await addRule(api, group, { ...tcp, ip_protocol: 'tcp' })
  assert.deepEqual(told(again), [400, `This rule already exists in group ${group}`])
  assert.equal((await addRule(api, group, tcp)).status, 403, 'the same rule in other words')
})
