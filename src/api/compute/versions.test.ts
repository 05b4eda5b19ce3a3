import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askedVersion } from './versions.ts'

const newest = 104
const asked = (headers: Record<string, string>) => askedVersion(headers, newest)

test('who names no version speaks the oldest', () => {
  assert.deepEqual(asked({}), { kind: 'version', minor: 1 })
  assert.deepEqual(asked({ 'openstack-api-version': 'placement 1.39' }), {
    kind: 'version',
    minor: 1,
  })
})

test('both headers name a version, and the newer header wins', () => {
  assert.deepEqual(asked({ 'x-openstack-nova-api-version': '2.90' }), {
    kind: 'version',
    minor: 90,
  })
  assert.deepEqual(
    asked({ 'openstack-api-version': 'compute 2.53', 'x-openstack-nova-api-version': '2.90' }),
    { kind: 'version', minor: 53 },
  )
})

test('of versions for several services, the last one for this service counts', () => {
  const header = 'compute 2.10, placement 1.39, COMPUTE 2.11'
  assert.deepEqual(asked({ 'openstack-api-version': header }), { kind: 'version', minor: 11 })
})

test('the latest version is the newest', () => {
  assert.deepEqual(asked({ 'openstack-api-version': 'compute latest' }), {
    kind: 'version',
    minor: newest,
  })
})

test('what is no version is told apart from a version that there is not', () => {
  for (const text of ['abc', '2', '2.', '2.01', '02.1', '2.1.1', '-2.1', '2.x']) {
    assert.deepEqual(
      asked({ 'x-openstack-nova-api-version': text }),
      { kind: 'malformed', text },
      text,
    )
  }
  for (const text of ['2.0', '2.105', '1.1', '3.1', '2.999']) {
    assert.deepEqual(
      asked({ 'x-openstack-nova-api-version': text }),
      { kind: 'unsupported', text },
      text,
    )
  }
})
