import { equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import type { Identity } from '../identity.ts'
import type { ProjectId, UserId } from '../ids.ts'
import { parsePolicyFile } from './policy-file.ts'
import { openPolicy } from './policy.ts'
import type { PlacementRule } from './policy.ts'

const usages = { projectId: 'p1', userId: null }

test('admins and services may do what is theirs; readers may see what their own project uses', () => {
  const policy = openPolicy()
  equal(policy.allows(caller('admin'), 'placement:resource_providers:list'), true)
  equal(policy.allows(caller('service'), 'placement:resource_providers:list'), true)
  equal(policy.allows(caller('reader'), 'placement:resource_providers:list'), false)
  equal(policy.allows(caller('reader'), 'placement:usages', usages), true)
  equal(policy.allows({ ...caller('reader'), projectId: null }, 'placement:usages', usages), false)
  equal(policy.allows(caller('reader'), 'placement:usages', { ...usages, projectId: 'p2' }), false)
})

test('a token for the whole system may do nothing, whatever its roles', () => {
  const system = { ...caller('admin'), systemScoped: true, projectId: null }
  equal(openPolicy().allows(system, 'placement:resource_providers:list'), false)
})

test('only services reshape, and admins while old defaults count', () => {
  const rule: PlacementRule = 'placement:reshaper:reshape'
  equal(openPolicy().allows(caller('admin'), rule), true)
  equal(openPolicy({ newDefaultsOnly: true }).allows(caller('admin'), rule), false)
  equal(openPolicy({ newDefaultsOnly: true }).allows(caller('service'), rule), true)
})

test('an operator replaces rules, and may build them from others', () => {
  const overrides = parsePolicyFile(`
# who may look
"placement:resource_providers:list": "@"
'placement:resource_providers:show': 'rule:lookers and not role:banned'
placement:traits:list: "!"
"lookers": "role:looker or (role:reader and project_id:%(project_id)s)"  # a rule of our own
`)
  const policy = openPolicy({ overrides })
  equal(policy.allows(caller(), 'placement:resource_providers:list'), true)
  equal(policy.allows(caller('looker'), 'placement:resource_providers:show'), true)
  equal(policy.allows(caller('reader'), 'placement:resource_providers:show'), true)
  equal(policy.allows(caller('reader', 'banned'), 'placement:resource_providers:show'), false)
  equal(policy.allows(caller('admin'), 'placement:traits:list'), false)
  equal(policy.allows(caller('admin'), 'placement:traits:show'), true)
})

test('a policy file may be JSON', () => {
  const overrides = parsePolicyFile('{"placement:usages": "role:auditor"}')
  equal(openPolicy({ overrides }).allows(caller('auditor'), 'placement:usages'), true)
})

test('what is no rule is refused when it is read', () => {
  for (const rule of [
    'role:admin or',
    '(role:admin',
    'role:admin)',
    'nonsense',
    'not',
    'and role:a',
  ]) {
    throws(() => openPolicy({ overrides: { 'placement:usages': rule } }), /no policy rule/)
  }
  throws(() => parsePolicyFile('just words'), /no rule/)
  throws(() => parsePolicyFile('{"a": 1}'), /must be a text/)
})

test('rules that refer to each other in a circle let nobody pass', () => {
  const policy = openPolicy({
    overrides: { 'placement:usages': 'rule:a', a: 'rule:b', b: 'rule:a' },
  })
  equal(policy.allows(caller('admin'), 'placement:usages'), false)
})

function caller(...roles: string[]): Identity {
  return {
    // Ids of tests are plain words; at run time an id is a string.
    userId: 'u1' as UserId,
    userName: 'u1',
    projectId: 'p1' as ProjectId,
    systemScoped: false,
    roles: new Set(roles),
  }
}
