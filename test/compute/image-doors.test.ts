import assert from 'node:assert/strict'
import { test } from 'node:test'
import { computeApi } from '../support/compute-api.ts'
import { addImage, messageOf, nobody } from '../support/compute-surroundings.ts'

const idsIn = (list: readonly { readonly id: string }[]): readonly string[] =>
  list.map(({ id }) => id)

test('images are listed, shown and deleted until 2.35', async (t) => {
  const api = await computeApi(t)
  const first = await addImage(api, {
    name: 'a',
    properties: { os: 'linux', image_type: 'base', instance_uuid: nobody },
  })
  const fields = { name: 'b', minMemoryMb: 64, properties: { auto_disk_config: 'true' } }
  const second = await addImage(api, fields)
  await addImage(api, { name: 'private' }, 'other')
  const { images } = (await api.ask('GET', '/images')).body
  assert.deepEqual(idsIn(images), [second, first])
  assert.deepEqual(Object.keys(images[0]), ['id', 'name', 'links'])
  const { image } = (await api.ask('GET', `/images/${second}`)).body
  assert.deepEqual(
    [image.status, image.progress, image.minRam, image['OS-EXT-IMG-SIZE:size']],
    ['ACTIVE', 100, 64, 6],
  )
  assert.equal(image['OS-DCF:diskConfig'], 'AUTO')
  assert.equal((await api.ask('GET', `/images/${first}`)).body.image.server.id, nobody)
  const ask = async (query: string): Promise<readonly string[]> =>
    idsIn((await api.ask('GET', `/images/detail?${query}`)).body.images)
  assert.deepEqual(await ask('name=a'), [first])
  assert.deepEqual(await ask('property-os=linux'), [first])
  assert.deepEqual(await ask('type=base'), [first])
  assert.deepEqual(await ask(`server=http://cloud/servers/${nobody}`), [first])
  assert.deepEqual(await ask('minRam=64'), [second])
  assert.deepEqual(await ask('status=active'), [second, first])
  assert.deepEqual(await ask('status=SAVING'), [])
  assert.deepEqual(await ask('changes-since=2100-01-01T00:00:00Z'), [])
})

test('images come in pages, and belong to their project', async (t) => {
  const api = await computeApi(t)
  const first = await addImage(api, { name: 'a' })
  const second = await addImage(api, { name: 'b' })
  const page = await api.ask('GET', '/images?limit=1')
  assert.deepEqual(idsIn(page.body.images), [second])
  assert.match(page.body.images_links[0].href, new RegExp(`limit=1&marker=${second}$`))
  assert.deepEqual(idsIn((await api.ask('GET', `/images?marker=${second}`)).body.images), [first])
  assert.equal((await api.ask('GET', '/images?limit=0')).status, 400)
  assert.equal((await api.ask('GET', `/images?marker=${nobody}`)).status, 400)
  assert.equal((await api.ask('DELETE', `/images/${first}`, { as: 'reader' })).status, 403)
  assert.equal((await api.ask('DELETE', `/images/${first}`, { as: 'other' })).status, 404)
  assert.equal((await api.ask('DELETE', `/images/${first}`)).status, 204)
  assert.equal((await api.ask('GET', `/images/${first}`)).status, 404)
  for (const path of ['/images', '/images/detail', `/images/${second}`]) {
    assert.equal((await api.ask('GET', path, { at: 35 })).status, 200)
    assert.equal((await api.ask('GET', path, { at: 36 })).status, 404)
  }
})

test('what is said of an image is read and changed until 2.38', async (t) => {
  const api = await computeApi(t)
  const id = await addImage(api, { properties: { a: '1' } })
  const path = `/images/${id}/metadata`
  const at = 38
  assert.deepEqual((await api.ask('GET', path, { at })).body, { metadata: { a: '1' } })
  const merged = await api.ask('POST', path, { at, body: { metadata: { b: '2' } } })
  assert.deepEqual(merged.body, { metadata: { a: '1', b: '2' } })
  const set = await api.ask('PUT', `${path}/b`, { at, body: { meta: { b: '3' } } })
  assert.deepEqual(set.body, { meta: { b: '3' } })
  assert.deepEqual((await api.ask('GET', `${path}/b`, { at })).body, { meta: { b: '3' } })
  const wrong = await api.ask('PUT', `${path}/b`, { at, body: { meta: { c: '3' } } })
  assert.deepEqual([wrong.status, messageOf(wrong)], [400, 'Request body and URI mismatch'])
  assert.equal((await api.ask('DELETE', `${path}/b`, { at })).status, 204)
  assert.equal((await api.ask('DELETE', `${path}/b`, { at })).status, 404)
  assert.equal((await api.ask('GET', `${path}/b`, { at })).status, 404)
  const replaced = await api.ask('PUT', path, { at, body: { metadata: { z: '9' } } })
  assert.deepEqual(replaced.body, { metadata: { z: '9' } })
  const many = Object.fromEntries(Array.from({ length: 129 }, (_, n) => [`k${n}`, 'v']))
  const over = await api.ask('PUT', path, { at, body: { metadata: many } })
  assert.deepEqual([over.status, messageOf(over)], [403, 'Image metadata limit exceeded'])
  const reading = { at, as: 'reader', body: { metadata: {} } } as const
  assert.equal((await api.ask('PUT', path, reading)).status, 403)
  assert.equal((await api.ask('GET', path, { at, as: 'other' })).status, 404)
  assert.equal((await api.ask('GET', path, { at: 39 })).status, 404)
})
