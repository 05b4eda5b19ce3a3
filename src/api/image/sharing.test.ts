/** Who sees which images, and who may do what with them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { imageCloud, makeImage, v2 } from '../../../test/support/image-cloud.ts'
import type { Ask } from '../../../test/support/services.ts'

test('another project sees what it may see and nothing else', async (t) => {
  const { as, addMember } = await imageCloud(t)
  const { projectId } = await addMember('eve')
  const [admin, demo, eve] = [await as('admin'), await as('demo'), await as('eve')]
  const ids = {
    private: await makeImage(demo, { visibility: 'private' }),
    shared: await makeImage(demo, { visibility: 'shared' }),
    community: await makeImage(demo, { visibility: 'community' }),
    public: await makeImage(admin, { visibility: 'public' }),
  }
  const sees = async (ask: Ask, id: string): Promise<number> =>
    (await ask('GET', `${v2}/${id}`)).status
  const lists = async (ask: Ask, query = ''): Promise<readonly string[]> => {
    const { body } = await ask('GET', `${v2}?name=i${query}`)
    const names = new Map(Object.entries(ids).map(([visibility, id]) => [id, visibility]))
    return body.images.map((image: { id: string }) => names.get(image.id)).toSorted()
  }
  assert.deepEqual(await lists(demo), ['community', 'private', 'public', 'shared'])
  assert.deepEqual(await lists(eve), ['public'])
  assert.deepEqual(await lists(eve, '&visibility=community'), ['community'])
  assert.deepEqual(await lists(admin), ['private', 'public', 'shared'])
  assert.equal(await sees(eve, ids.private), 404)
  assert.equal(await sees(eve, ids.shared), 404)
  assert.equal(await sees(eve, ids.community), 200)
  for (const [method, path] of [
    ['DELETE', `${v2}/${ids.private}`],
    ['GET', `${v2}/${ids.private}/file`],
    ['GET', `${v2}/${ids.shared}/members`],
    ['PUT', `${v2}/${ids.private}/tags/x`],
  ] as const) {
    assert.equal((await eve(method, path)).status, 404, path)
  }
  assert.equal((await eve('DELETE', `${v2}/${ids.public}`)).status, 403)

  // Shared: seen by id at once, listed when accepted.
  const members = `${v2}/${ids.shared}/members`
  assert.equal((await demo('POST', members, { body: { member: projectId } })).status, 200)
  assert.equal((await demo('POST', members, { body: { member: projectId } })).status, 409)
  assert.equal(await sees(eve, ids.shared), 200)
  assert.deepEqual(await lists(eve), ['public'])
  assert.deepEqual(await lists(eve, '&member_status=pending'), ['public', 'shared'])
  const answer = { body: { status: 'accepted' } }
  assert.equal((await demo('PUT', `${members}/${projectId}`, answer)).status, 403)
  assert.equal((await eve('PUT', `${members}/${projectId}`, answer)).body.status, 'accepted')
  assert.deepEqual(await lists(eve), ['public', 'shared'])
  assert.equal((await eve('DELETE', `${members}/${projectId}`)).status, 403)
  assert.equal((await demo('DELETE', `${members}/${projectId}`)).status, 204)
  assert.equal(await sees(eve, ids.shared), 404)
})

test('only an admin makes an image public, and only members make any', async (t) => {
  const { as, addMember } = await imageCloud(t)
  await addMember('rita', 'reader')
  const [demo, rita] = [await as('demo'), await as('rita')]
  assert.equal((await demo('POST', v2, { body: { name: 'x', visibility: 'public' } })).status, 403)
  assert.equal((await demo('POST', v2, { body: { name: 'x', owner: 'other' } })).status, 403)
  assert.equal((await rita('POST', v2, { body: { name: 'x' } })).status, 403)
  assert.equal((await rita('GET', v2)).status, 200)
})
