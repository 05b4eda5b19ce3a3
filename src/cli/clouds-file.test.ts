/** Reading clouds.yaml, also as other people write it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMapping, textAt } from './clouds-file.ts'

const file = `---
# made by hand
clouds:
  berth-admin:   # the whole of it
    auth:
      auth_url: http://127.0.0.1:8774/identity/v3
      username: admin
      password: 'it''s a #secret'
      project_name: "the \\"project\\""
    region_name: RegionOne
    identity_api_version: 3
  empty:
  other:
    auth: {}
cache:
  max_age: 5
`

test('texts are found by their path, plain and quoted', () => {
  const mapping = parseMapping(file)
  const auth = (name: string): string | null =>
    textAt(mapping, 'clouds', 'berth-admin', 'auth', name)
  assert.equal(auth('auth_url'), 'http://127.0.0.1:8774/identity/v3')
  assert.equal(auth('password'), "it's a #secret")
  assert.equal(auth('project_name'), 'the "project"')
  assert.equal(textAt(mapping, 'clouds', 'berth-admin', 'identity_api_version'), '3')
  assert.equal(textAt(mapping, 'cache', 'max_age'), '5')
})

test('what is not there, and what is no text, is null', () => {
  const mapping = parseMapping(file)
  assert.equal(textAt(mapping, 'clouds', 'nobody', 'auth'), null)
  assert.equal(textAt(mapping, 'clouds', 'empty', 'auth'), null)
  assert.equal(textAt(mapping, 'clouds'), null)
  assert.equal(textAt(mapping, 'constructor', 'name'), null)
})

test('a line that is not understood is named', () => {
  assert.throws(() => parseMapping('clouds:\n  - berth\n'), { kind: 'invalid', message: /line 2/ })
})
