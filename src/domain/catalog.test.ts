import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endpointUrl } from './catalog.ts'

test('an address tells the project and the user of the token, in both spellings', () => {
  const holder = { userId: 'u', projectId: 'p' }
  assert.equal(endpointUrl('http://x/AUTH_$(project_id)s', holder), 'http://x/AUTH_p')
  assert.equal(endpointUrl('http://x/%(tenant_id)s/%(user_id)s', holder), 'http://x/p/u')
  assert.equal(endpointUrl('http://x/$1', holder), 'http://x/$1')
})

test('an address that needs what a token does not have, or what nobody knows, is none', () => {
  const holder = { userId: 'u', projectId: null }
  assert.equal(endpointUrl('http://x/$(project_id)s', holder), null)
  assert.equal(endpointUrl('http://x/$(admin_token)s', holder), null)
})
