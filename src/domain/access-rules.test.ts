import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPattern, letsPass, pathMatches } from './access-rules.ts'

test('a star and a name are one whole segment, and two stars are anything', () => {
  for (const [pattern, path, matches] of [
    ['/v2.1/servers', '/v2.1/servers', true],
    ['/v2.1/servers', '/v2x1/servers', false],
    ['/v2.1/servers', '/v2.1/servers/', false],
    ['/v2.1/servers/*', '/v2.1/servers/a', true],
    ['/v2.1/servers/*', '/v2.1/servers/', false],
    ['/v2.1/servers/*', '/v2.1/servers/a/action', false],
    ['/v2.1/servers/{server_id}/ips', '/v2.1/servers/a/ips', true],
    ['/v2.1/servers/{server_id}/ips', '/v2.1/servers/a/b/ips', false],
    ['/v2.1/s*s', '/v2.1/servers', true],
    ['/**', '/', true],
    ['/**', '/a/b', true],
    ['/**/ips', '/v2.1/servers/a/ips', true],
    ['/**/ips', '/v2.1/servers/a/ipsum', false],
    ['/a**', '/a', true],
  ] as const) {
    assert.equal(pathMatches(path, pattern), matches, `${pattern} ${path}`)
  }
})

test('a pattern that a regular expression would try forever is compared at once', () => {
  const pattern = `/${'**a'.repeat(70)}b`
  assert.equal(pathMatches(`/${'a'.repeat(2000)}`, pattern), false)
  assert.equal(pathMatches(`/${'a'.repeat(2000)}b`, pattern), true)
})

test('a rule lets its own service, method and path pass, and no path that may mean another one', () => {
  const rules = [{ id: '1', service: 'compute', method: 'GET', path: '/v2.1/servers/**' }]
  const ask = (path: string, method = 'GET', types = ['compute']): boolean =>
    letsPass(rules, { types, method, paths: [path, `/compute${path}`] })
  assert.equal(ask('/v2.1/servers/a'), true)
  assert.equal(ask('/v2.1/servers/a', 'HEAD'), false)
  assert.equal(ask('/v2.1/servers/a', 'GET', ['image']), false)
  assert.equal(ask('/v2.1/servers/a', 'GET', []), false)
  for (const path of [
    '/v2.1/servers/../flavors',
    '/v2.1/servers/%2E%2e/x',
    '/v2.1/servers/a%2Fb',
  ]) {
    assert.equal(ask(path), false, path)
  }
})

test('a pattern has a slash before it and braces that belong together', () => {
  assert.deepEqual(['/a/{b}', '/', 'a', '/a{', '/a}', '/{a{b}}'].map(isPattern), [
    true,
    true,
    false,
    false,
    false,
    false,
  ])
})
