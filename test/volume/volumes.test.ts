/** Volumes through the API: what their owners, others and operators can do with them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Ask } from '../support/services.ts'
import { testDatabases } from '../support/stores.ts'
import { volumeCloud } from '../support/volume-cloud.ts'

const nobody = '11111111-2222-4333-8444-555555555555'

async function made(ask: Ask, volume: object): Promise<string> {
  const answer = await ask('POST', '/volumes', { body: { volume: { size: 1, ...volume } } })
  assert.equal(answer.status, 202, answer.text)
  assert.equal(answer.body.volume.status, 'creating')
  return answer.body.volume.id
}

test('the document of versions needs no token, and says how far they go', async (t) => {
  const { services } = await volumeCloud(t)
  for (const [path, status] of [
    ['/volume', 300],
    ['/volume/v3/', 200],
  ] as const) {
    const answer = await services.ask('GET', path)
    assert.equal(answer.status, status)
    assert.equal(answer.body.versions[0].id, 'v3.0')
    assert.equal(answer.body.versions[0].version, '3.70')
  }
  assert.equal((await services.ask('GET', '/volume/v3/volumes')).status, 401)
})

test('a volume is made, shown, described, extended and deleted', async (t) => {
  const cloud = await volumeCloud(t)
  const demo = cloud.at(60, await cloud.services.as('demo'))
  const id = await made(demo, { name: 'disk', metadata: { a: 'b' }, size: '2' })

  const shown = await demo('GET', `/volumes/${id}`)
  assert.equal(shown.headers.get('openstack-api-version'), 'volume 3.60')
  const { status, size, bootable, metadata, volume_type: type } = shown.body.volume
  assert.deepEqual(
    { status, size, bootable, metadata, type },
    { status: 'available', size: 2, bootable: 'false', metadata: { a: 'b' }, type: '__DEFAULT__' },
  )
  assert.equal('os-vol-host-attr:host' in shown.body.volume, false)

  const described = await demo('PUT', `/volumes/${id}`, {
    body: { volume: { name: 'other', description: 'what' } },
  })
  assert.equal(described.body.volume.name, 'other')
  assert.equal((await demo('PUT', `/volumes/${id}`, { body: { volume: {} } })).status, 400)

  const act = async (body: object): Promise<number> =>
    (await demo('POST', `/volumes/${id}/action`, { body })).status
  assert.equal(await act({ 'os-extend': { new_size: 2 } }), 400)
  assert.equal(await act({ 'os-extend': { new_size: 3 } }), 202)
  assert.equal(await act({ 'os-set_bootable': { bootable: true } }), 200)
  assert.equal(await act({ 'os-update_readonly_flag': { readonly: true } }), 202)
  assert.equal(await act({ 'no-such': {} }), 400)
  const changed = (await demo('GET', `/volumes/${id}`)).body.volume
  assert.deepEqual(
    [changed.size, changed.bootable, changed.metadata],
    [3, 'true', { a: 'b', readonly: 'True' }],
  )

  assert.equal((await demo('DELETE', `/volumes/${id}`)).status, 202)
  const gone = await demo('GET', `/volumes/${id}`)
  assert.deepEqual(gone.body, {
    itemNotFound: { code: 404, message: `Volume ${id} could not be found.` },
  })
})

test('what is made from an image, a snapshot or another volume is as large as what is on it', async (t) => {
  const cloud = await volumeCloud(t)
  const demo = cloud.at(66, await cloud.services.as('demo'))
  const tooSmall = await demo('POST', '/volumes', {
    body: { volume: { size: 1, imageRef: cloud.image } },
  })
  assert.equal(tooSmall.status, 400)
  assert.match(tooSmall.body.badRequest.message, /Size of specified image 2GB is larger/)
  const fromImage = await made(demo, { size: 3, imageRef: cloud.image })
  const shown = (await demo('GET', `/volumes/${fromImage}`)).body.volume
  assert.equal(shown.bootable, 'true')
  assert.equal(shown.volume_image_metadata.image_id, cloud.image)

  const body = { snapshot: { volume_id: fromImage, name: 'snap' } }
  const { snapshot } = (await demo('POST', '/snapshots', { body })).body
  const copy = await demo('POST', '/volumes', { body: { volume: { snapshot_id: snapshot.id } } })
  assert.deepEqual(
    [copy.body.volume.size, copy.body.volume.bootable, copy.body.volume.snapshot_id],
    [3, 'true', snapshot.id],
  )
  const smaller = { volume: { size: 2, source_volid: fromImage } }
  assert.equal((await demo('POST', '/volumes', { body: smaller })).status, 400)
  const missing = { volume: { size: 9, snapshot_id: nobody } }
  assert.equal((await demo('POST', '/volumes', { body: missing })).status, 404)
  const noImage = { volume: { size: 9, imageRef: nobody } }
  assert.equal((await demo('POST', '/volumes', { body: noImage })).status, 400)
  assert.equal((await demo('POST', '/volumes', { body: { volume: {} } })).status, 400)

  assert.equal((await demo('DELETE', `/volumes/${fromImage}`)).status, 400)
  assert.equal((await demo('DELETE', `/volumes/${fromImage}?cascade=true`)).status, 202)
  assert.equal((await demo('GET', `/snapshots/${snapshot.id}`)).status, 404)
})

test('a list is filtered, sorted and comes in pages; each project sees its own', async (t) => {
  const cloud = await volumeCloud(t)
  await cloud.services.addMember('other')
  const demo = cloud.at(60, await cloud.services.as('demo'))
  const other = cloud.at(60, await cloud.services.as('other'))
  const admin = cloud.at(60, await cloud.services.as('admin'))
  const ids = [
    await made(demo, { name: 'a', size: 3 }),
    await made(demo, { name: 'b', size: 1, metadata: { key: 'value' } }),
    await made(demo, { name: 'c', size: 2 }),
  ]
  await made(other, { name: 'theirs' })
  const names = async (ask: Ask, query: string): Promise<readonly string[]> => {
    const answer = await ask('GET', `/volumes/detail${query}`)
    assert.equal(answer.status, 200, answer.text)
    return answer.body.volumes.map((each: { name: string }) => each.name)
  }
  assert.deepEqual(await names(demo, ''), ['c', 'b', 'a'])
  assert.deepEqual(await names(demo, '?sort=size:asc'), ['b', 'c', 'a'])
  assert.deepEqual(await names(demo, '?sort_key=name&sort_dir=asc'), ['a', 'b', 'c'])
  assert.deepEqual(await names(demo, '?name=b'), ['b'])
  assert.deepEqual(await names(demo, `?metadata=${encodeURIComponent("{'key': 'value'}")}`), ['b'])
  assert.deepEqual(await names(demo, '?all_tenants=1'), ['c', 'b', 'a'])
  assert.deepEqual(await names(admin, ''), [])
  assert.deepEqual(await names(admin, '?all_tenants=1'), ['theirs', 'c', 'b', 'a'])
  const page = await demo('GET', '/volumes?limit=2')
  assert.equal(page.body.volumes.length, 2)
  assert.match(page.body.volumes_links[0].href, new RegExp(`marker=${ids[1]}`))
  assert.deepEqual(await names(demo, `?limit=2&marker=${ids[1]}`), ['a'])
  assert.equal((await demo('GET', '/volumes?sort=nothing')).status, 400)
  assert.equal((await demo('GET', '/volumes?limit=-1')).status, 400)
  const strange = await other('GET', `/volumes/${ids[0]}`)
  assert.equal(strange.status, 404)
  assert.equal((await other('DELETE', `/volumes/${ids[0]}`)).status, 404)
})

test('the project in the path is the one of the token, or the address is wrong', async (t) => {
  const cloud = await volumeCloud(t)
  const { demo } = cloud.services.seeded.projects
  const ask = await cloud.services.as('demo')
  const own = await ask('GET', `/volume/v3/${demo}/volumes`)
  assert.equal(own.status, 200)
  assert.equal((await ask('GET', `/volume/v3/${nobody}/volumes`)).status, 400)
})

test('versions are spoken that are there, and what came later is not there before', async (t) => {
  const cloud = await volumeCloud(t)
  const demo = await cloud.services.as('demo')
  const status = async (version: string, path: string): Promise<number> =>
    (await demo('GET', `/volume/v3${path}`, { headers: { 'OpenStack-API-Version': version } }))
      .status
  assert.equal(await status('volume 3.999', '/volumes'), 406)
  assert.equal(await status('volume what', '/volumes'), 400)
  assert.equal(await status('volume latest', '/volumes'), 200)
  assert.equal(await status('compute 2.1', '/volumes'), 200)
  assert.equal(await status('volume 3.26', '/attachments'), 404)
  assert.equal(await status('volume 3.27', '/attachments'), 200)
})

test('a reader changes nothing, and only operators do what is theirs', async (t) => {
  const cloud = await volumeCloud(t)
  const { services } = cloud
  await services.addMember('reading', 'reader')
  const reader = cloud.at(60, await services.as('reading'))
  assert.equal((await reader('GET', '/volumes')).status, 200)
  const refused = await reader('POST', '/volumes', { body: { volume: { size: 1 } } })
  assert.equal(refused.status, 403)
  assert.equal(refused.body.forbidden.code, 403)
  const demo = cloud.at(60, await services.as('demo'))
  const id = await made(demo, {})
  const force = { body: { 'os-force_delete': {} } }
  assert.equal((await demo('POST', `/volumes/${id}/action`, force)).status, 403)
  assert.equal((await demo('GET', '/os-services')).status, 403)
  const type = { body: { volume_type: { name: 'fast' } } }
  assert.equal((await demo('POST', '/types', type)).status, 403)
  const admin = cloud.at(60, await services.as('admin'))
  assert.equal((await admin('POST', `/volumes/${id}/action`, force)).status, 202)
})

for (const { name, open } of testDatabases()) {
  test(`on ${name}: of many that ask at once as many get a volume as there is room for`, async (t) => {
    const cloud = await volumeCloud(t, open)
    const admin = cloud.at(60, await cloud.services.as('admin'))
    const demo = cloud.at(60, await cloud.services.as('demo'))
    const { demo: project } = cloud.services.seeded.projects
    const body = { quota_set: { volumes: 5, gigabytes: 7 } }
    assert.equal((await admin('PUT', `/os-quota-sets/${project}`, { body })).status, 200)
    const wish = { body: { volume: { size: 2 } } }
    const answers = await Promise.all(
      Array.from({ length: 12 }, async () => await demo('POST', '/volumes', wish)),
    )
    const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b)
    assert.deepEqual(statuses, [...Array(3).fill(202), ...Array(9).fill(413)])
    const full = answers.find(({ status }) => status === 413)
    assert.match(full?.body.overLimit.message, /exceeds allowed gigabytes quota/)
    const use = (await demo('GET', `/os-quota-sets/${project}?usage=True`)).body.quota_set
    assert.deepEqual(use.gigabytes, { limit: 7, in_use: 6, reserved: 0 })
    assert.deepEqual(use.volumes, { limit: 5, in_use: 3, reserved: 0 })
    const limits = (await demo('GET', '/limits')).body.limits.absolute
    assert.equal(limits.totalGigabytesUsed, 6)
  })

  test(`on ${name}: of many that would have a volume one gets it`, async (t) => {
    const cloud = await volumeCloud(t, open)
    const demo = cloud.at(60, await cloud.services.as('demo'))
    const id = await made(demo, {})
    const body = { attachment: { volume_uuid: id, instance_uuid: nobody } }
    const answers = await Promise.all(
      Array.from({ length: 8 }, async () => await demo('POST', '/attachments', { body })),
    )
    const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b)
    assert.deepEqual(statuses, [200, ...Array(7).fill(400)])
    assert.equal((await demo('GET', `/volumes/${id}`)).body.volume.status, 'reserved')
  })
}
