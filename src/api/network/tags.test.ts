/** Tags over HTTP: who puts them on, what is found by them, and that they go with what has them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  make,
  makeNetwork,
  networkCloud,
  refusal,
  v2,
} from '../../../test/support/network-cloud.ts'
import { testDatabases } from '../../../test/support/stores.ts'

for (const { name, open } of testDatabases()) {
  test(`everything that can have tags gets them, is found by them and loses them (${name})`, async (t) => {
    const { as } = await networkCloud(t, await open(t))
    const demo = await as('demo')
    const { id, subnet } = await makeNetwork(demo, '192.168.7.0/24')
    const port = await make(demo, 'ports', 'port', { network_id: id })
    const router = await make(demo, 'routers', 'router', { name: 'r' })
    const group = await make(demo, 'security-groups', 'security_group', { name: 'web' })
    for (const [plural, one, path] of [
      ['networks', 'network', `networks/${id}`],
      ['subnets', 'subnet', `subnets/${subnet}`],
      ['ports', 'port', `ports/${port.id}`],
      ['routers', 'router', `routers/${router.id}`],
      ['security_groups', 'security_group', `security-groups/${group.id}`],
    ] as const) {
      const tags = `${v2}/${path}/tags`
      assert.equal((await demo('PUT', `${tags}/red`)).status, 201, path)
      assert.equal((await demo('PUT', `${tags}/red`)).status, 201, path)
      const put = await demo('PUT', tags, { body: { tags: ['red', 'blue'] } })
      assert.deepEqual([put.status, put.body.tags], [200, ['red', 'blue']])
      assert.deepEqual((await demo('GET', `${v2}/${path}`)).body[one].tags, ['blue', 'red'])
      const found = async (query: string): Promise<number> => {
        const list = path.split('/')[0]
        const { body } = await demo('GET', `${v2}/${list}?${query}`)
        return body[plural].filter((each: { tags: readonly string[] }) => each.tags.length > 0)
          .length
      }
      assert.equal(await found('tags=red,blue'), 1, path)
      assert.equal(await found('tags=red,green'), 0, path)
      assert.equal(await found('tags-any=red,green'), 1, path)
      assert.equal(await found('not-tags=red,green'), 1, path)
      assert.equal(await found('not-tags-any=red,green'), 0, path)
      assert.equal((await demo('GET', `${tags}/blue`)).status, 204)
      assert.deepEqual(refusal(await demo('GET', `${tags}/green`)), [404, 'TagNotFound'])
      assert.deepEqual(refusal(await demo('DELETE', `${tags}/green`)), [404, 'TagNotFound'])
      assert.equal((await demo('DELETE', `${tags}/blue`)).status, 204)
      assert.deepEqual((await demo('GET', tags)).body.tags, ['red'])
    }
    // What is deleted takes its tags along.
    assert.equal((await demo('DELETE', `${v2}/ports/${port.id}`)).status, 204)
    assert.equal((await demo('GET', `${v2}/ports/${port.id}/tags`)).status, 404)
  })
}

test('who may not change a record may not tag it, and who does not see it finds no tags', async (t) => {
  const { as, addMember, sharedId } = await networkCloud(t)
  await addMember('eve')
  const [demo, eve] = [await as('demo'), await as('eve')]
  const { id } = await makeNetwork(demo, '192.168.7.0/24')
  assert.deepEqual(refusal(await eve('PUT', `${v2}/networks/${id}/tags/x`)), [
    404,
    'NetworkNotFound',
  ])
  assert.deepEqual(refusal(await eve('PUT', `${v2}/networks/${sharedId}/tags/x`)), [
    403,
    'PolicyNotAuthorized',
  ])
  assert.equal((await eve('GET', `${v2}/networks/${sharedId}/tags`)).status, 200)
  const tags = `${v2}/networks/${id}/tags`
  for (const body of [{}, { tags: [''] }, { tags: ['x'.repeat(256)] }, { tags: 'red' }]) {
    assert.equal((await demo('PUT', tags, { body })).status, 400, JSON.stringify(body))
  }
  const many = Array.from({ length: 51 }, (_, i) => `t${i}`)
  assert.equal((await demo('PUT', tags, { body: { tags: many } })).status, 400)
})
