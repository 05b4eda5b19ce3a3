/** Conditions on revisions over HTTP: who has not seen the last change makes none. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  make,
  makeNetwork,
  networkCloud,
  refusal,
  v2,
} from '../../../test/support/network-cloud.ts'

import type { Ask } from '../../../test/support/services.ts'
import { testDatabases } from '../../../test/support/stores.ts'
import { seenIn } from './conditions.ts'

const outdated = [412, 'RevisionNumberConstraintFailed']

/** One of each kind that counts its changes: where it is, and what a body calls it. */
async function oneOfEach(admin: Ask): Promise<readonly (readonly [string, string, string])[]> {
  const outside = await makeNetwork(admin, '203.0.113.0/24', { 'router:external': true })
  const lone = await make(admin, 'networks', 'network', {})
  const wide = await make(admin, 'networks', 'network', {})
  const fields = { network_id: wide.id, ip_version: 4, cidr: '10.1.0.0/24' }
  const made = async (path: string, name: string, said: object) =>
    [path, name, (await make(admin, path, name, said)).id] as const
  return [
    ['networks', 'network', lone.id],
    await made('subnets', 'subnet', fields),
    await made('ports', 'port', { network_id: outside.id }),
    await made('routers', 'router', {}),
    await made('floatingips', 'floatingip', { floating_network_id: outside.id }),
    await made('security-groups', 'security_group', { name: 'g' }),
    await made('subnetpools', 'subnetpool', { name: 'p', prefixes: ['10.8.0.0/16'] }),
  ]
}

for (const { name, open } of testDatabases()) {
  test(`a record is changed and deleted as its caller saw it, or not at all (${name})`, async (t) => {
    const { as } = await networkCloud(t, await open(t))
    const admin = await as('admin')
    for (const [path, word, id] of await oneOfEach(admin)) {
      const at = `${v2}/${path}/${id}`
      const change = async (description: string, revision: number | null) =>
        await admin('PUT', at, {
          body: { [word]: { description } },
          headers: revision === null ? {} : { 'If-Match': `revision_number=${revision}` },
        })
      const first = (await admin('GET', at)).body[word].revision_number
      assert.equal((await change('one', null)).status, 200, path)
      assert.deepEqual(refusal(await change('two', first)), outdated, path)
      const seen = (await admin('GET', at)).body[word]
      assert.equal(seen.description, 'one')
      const changed = await change('three', seen.revision_number)
      assert.equal(changed.body[word].description, 'three')
      const stale = { headers: { 'If-Match': `revision_number=${seen.revision_number}` } }
      assert.deepEqual(refusal(await admin('DELETE', at, stale)), outdated, path)
      const last = changed.body[word].revision_number
      const right = { headers: { 'If-Match': `"revision_number=${last}"` } }
      assert.equal((await admin('DELETE', at, right)).status, 204, path)
    }
  })
}

test('a condition is one number, and other conditions are not on revisions', () => {
  const of = (header: string) => seenIn({ headers: { 'if-match': header } })
  assert.equal(seenIn({ headers: {} }), null)
  assert.equal(of('revision_number=12'), 12)
  assert.equal(of('"a", "revision_number=3"'), 3)
  assert.equal(of('*'), null)
  for (const wrong of [
    'revision_number=',
    'revision_number=x',
    'revision_number=1,revision_number=2',
  ]) {
    assert.throws(() => of(wrong), /Bad if-match request/, wrong)
  }
})
