import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byFixedToken } from './noauth.ts'

test('a fixed token says who, where, and with which roles', async () => {
  assert.equal(await byFixedToken({}), null)
  assert.equal(await byFixedToken({ 'x-auth-token': '' }), null)
  const admin = await byFixedToken({ 'x-auth-token': 'admin' })
  assert.equal(admin?.projectId, 'admin')
  assert.deepEqual([...(admin?.roles ?? [])], ['admin', 'manager', 'member', 'reader'])
  const plain = await byFixedToken({ 'x-auth-token': 'ann:shop' })
  assert.deepEqual([plain?.userId, plain?.projectId, plain?.roles.size], ['ann', 'shop', 0])
  const reader = await byFixedToken({ 'x-auth-token': 'admin', 'x-roles': 'Reader, x' })
  assert.deepEqual([...(reader?.roles ?? [])], ['reader', 'x'])
  const system = await byFixedToken({ 'x-auth-token': 'admin', 'openstack-system-scope': 'all' })
  assert.deepEqual([system?.projectId, system?.systemScoped], [null, true])
  const kept = await byFixedToken({ 'x-auth-token': 'admin', 'x-project-id': 'other' })
  assert.equal(kept?.projectId, 'other')
})
