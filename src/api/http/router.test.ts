import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRouter } from './router.ts'

const route = openRouter<string>([
  ['GET', '/servers', 'list'],
  ['POST', '/servers', 'create'],
  ['GET', '/servers/detail', 'detail'],
  ['GET', '/servers/{id}', 'show'],
  ['DELETE', '/servers/{id}', 'delete'],
  ['PUT', '/servers/{id}/metadata/{key}', 'set'],
  ['GET', '/servers/detail/extra', 'extra'],
  ['HEAD', '/tokens', 'check'],
  ['GET', '/tokens', 'tokens'],
  ['GET', '', 'root'],
  ['GET', '/', 'index'],
])

test('a route is found by method and path, with its parameters decoded', () => {
  assert.deepEqual(route('PUT', '/servers/a%2Fb/metadata/k%20y'), {
    kind: 'found',
    handler: 'set',
    params: { id: 'a/b', key: 'k y' },
    template: '/servers/{id}/metadata/{key}',
  })
  const found = (method: string, path: string): string => {
    const match = route(method, path)
    return match.kind === 'found' ? match.handler : match.kind
  }
  assert.equal(found('GET', '/servers'), 'list')
  assert.equal(found('GET', '/servers/detail'), 'detail')
  assert.equal(found('GET', '/servers/detail/extra'), 'extra')
  assert.equal(found('GET', '/servers/x'), 'show')
  assert.equal(found('PUT', '/servers/detail/metadata/k'), 'set')
  assert.equal(found('GET', ''), 'root')
  assert.equal(found('GET', '/'), 'index')
})

test('HEAD is GET unless a route says otherwise', () => {
  const head = (path: string): string => {
    const match = route('HEAD', path)
    return match.kind === 'found' ? match.handler : match.kind
  }
  assert.equal(head('/servers/x'), 'show')
  assert.equal(head('/tokens'), 'check')
})

test('a wrong method is told apart from an unknown path', () => {
  assert.deepEqual(route('PATCH', '/servers'), { kind: 'wrong-method', allowed: ['GET', 'POST'] })
  for (const path of [
    '/server',
    '/servers/',
    '/servers/a/',
    '//servers',
    '/servers/%zz',
    '/servers/a/b',
  ]) {
    assert.equal(route('GET', path).kind, 'unknown', path)
  }
})

test('parameters with the names of object properties are plain text', () => {
  const match = route('GET', '/servers/__proto__')
  assert.ok(match.kind === 'found' && match.params['id'] === '__proto__')
})
