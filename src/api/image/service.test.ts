/** Images over HTTP: bytes that come back as they went in. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { once } from 'node:events'
import { test } from 'node:test'
import { formats, imageCloud, makeImage, v2 } from '../../../test/support/image-cloud.ts'
import { openEmbedded, testDatabases } from '../../../test/support/stores.ts'

const octets = { 'Content-Type': 'application/octet-stream' }
const patch = { 'Content-Type': 'application/openstack-images-v2.1-json-patch' }

for (const { name, open } of testDatabases()) {
  test(`${name}: bytes come back as they went in, with their checksums`, async (t) => {
    const { as, origin, folder } = await imageCloud(t, await open(t))
    const demo = await as('demo')
    const made = await demo('POST', v2, { body: { name: 'disk', ...formats, colour: 'red' } })
    assert.equal(made.status, 201)
    assert.equal(made.body.status, 'queued')
    assert.equal(made.body.colour, 'red')
    assert.equal(made.body.visibility, 'shared')
    assert.equal(made.headers.get('location'), `${origin}${v2}/${made.body.id}`)
    const path = `${v2}/${made.body.id}`
    assert.equal((await demo('GET', `${path}/file`)).status, 204)
    const bytes = Buffer.alloc(3_000_000, 'berth')
    assert.equal((await demo('PUT', `${path}/file`, { body: bytes, headers: octets })).status, 204)
    const shown = (await demo('GET', path)).body
    assert.equal(shown.status, 'active')
    assert.equal(shown.size, bytes.length)
    assert.equal(shown.checksum, createHash('md5').update(bytes).digest('hex'))
    assert.equal(shown.os_hash_value, createHash('sha512').update(bytes).digest('hex'))
    const back = await demo('GET', `${path}/file`)
    assert.equal(back.headers.get('content-md5'), shown.checksum)
    assert.equal(back.text, bytes.toString())
    assert.equal((await demo('PUT', `${path}/file`, { body: bytes, headers: octets })).status, 409)
    const before = (await readdir(folder)).length
    assert.equal((await demo('DELETE', path)).status, 204)
    assert.equal((await demo('GET', path)).status, 404)
    assert.equal((await readdir(folder)).length, before - 1)
  })
}

test('an upload that breaks off leaves the image queued and no file', async (t) => {
  const { as, origin, folder } = await imageCloud(t, await openEmbedded(t))
  const demo = await as('demo')
  const id = await makeImage(demo)
  const before = await readdir(folder)
  const url = new URL(`${origin}${v2}/${id}/file`)
  const headers = { ...octets, 'X-Auth-Token': demo.token, 'Content-Length': 1_000_000 }
  const upload = httpRequest(url, { method: 'PUT', headers })
  upload.on('error', () => {})
  upload.write(Buffer.alloc(100_000))
  await once(upload, 'socket')
  await new Promise<void>((resolve) => upload.write(Buffer.alloc(1000), () => resolve()))
  upload.destroy()
  assert.equal((await demo('GET', `${v2}/${id}`)).body.status, 'queued')
  assert.equal(
    (await demo('PUT', `${v2}/${id}/file`, { body: Buffer.from('x'), headers: octets })).status,
    204,
  )
  assert.equal((await demo('GET', `${v2}/${id}/file`)).text, 'x')
  const after = await readdir(folder)
  assert.equal(after.length, new Set([...before, 'incoming']).size + 1)
})

test('of two uploads at once one wins, and its bytes are what there is', async (t) => {
  const { as, folder } = await imageCloud(t, await openEmbedded(t))
  const demo = await as('demo')
  const id = await makeImage(demo)
  const before = (await readdir(folder)).length
  const answers = await Promise.all(
    ['a', 'b', 'c'].map(
      async (each) =>
        await demo('PUT', `${v2}/${id}/file`, {
          body: Buffer.alloc(500_000, each),
          headers: octets,
        }),
    ),
  )
  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [204, 409, 409],
  )
  const won = 'abc'[answers.findIndex(({ status }) => status === 204)] ?? ''
  assert.equal((await demo('GET', `${v2}/${id}/file`)).text, won.repeat(500_000))
  assert.equal((await readdir(folder)).length, before + 1)
})

test('an upload needs formats, the right content type, and an end', async (t) => {
  const { as } = await imageCloud(t, await openEmbedded(t))
  const demo = await as('demo')
  const bare = (await demo('POST', v2, { body: { name: 'bare' } })).body.id
  const refused = await demo('PUT', `${v2}/${bare}/file`, {
    body: Buffer.from('x'),
    headers: octets,
  })
  assert.equal(refused.status, 400)
  assert.match(refused.body.message, /disk_format, container_format must be set/)
  const id = await makeImage(demo)
  assert.equal((await demo('PUT', `${v2}/${id}/file`, { body: 'x' })).status, 415)
  const large = await demo('PUT', `${v2}/${id}/file`, {
    body: Buffer.alloc(30_000_000),
    headers: octets,
  })
  assert.equal(large.status, 413)
  assert.equal((await demo('GET', `${v2}/${id}`)).body.status, 'queued')
})

test('a patch changes what it names, all of it or nothing', async (t) => {
  const { as } = await imageCloud(t, await openEmbedded(t))
  const demo = await as('demo')
  const id = await makeImage(demo, { hw_disk_bus: 'virtio' })
  const change = async (body: unknown) =>
    await demo('PATCH', `${v2}/${id}`, { body, headers: patch })
  const good = await change([
    { op: 'replace', path: '/name', value: 'new' },
    { op: 'add', path: '/os_distro', value: 'debian' },
    { op: 'remove', path: '/hw_disk_bus' },
    { op: 'replace', path: '/min_disk', value: 5 },
    { op: 'add', path: '/protected', value: true },
  ])
  assert.equal(good.status, 200, good.text)
  const { name, os_distro, hw_disk_bus, min_disk } = good.body
  assert.deepEqual([name, os_distro, hw_disk_bus, min_disk], ['new', 'debian', undefined, 5])
  assert.equal((await demo('DELETE', `${v2}/${id}`)).status, 403)
  const refused: readonly (readonly [number, unknown])[] = [
    [400, {}],
    [400, [1]],
    [400, [{ op: 'move', path: '/name', from: '/x' }]],
    [400, [{ op: 'add', path: '/a/b', value: 'x' }]],
    [400, [{ op: 'add', path: '/x' }]],
    [400, [{ op: 'add', path: '/x', value: 1 }]],
    [400, [{ op: 'replace', path: '/min_disk', value: -1 }]],
    [400, [{ op: 'replace', path: '/visibility', value: 'secret' }]],
    [403, [{ op: 'replace', path: '/id', value: 'x' }]],
    [403, [{ op: 'replace', path: '/status', value: 'active' }]],
    [403, [{ op: 'remove', path: '/name' }]],
    [403, [{ op: 'replace', path: '/visibility', value: 'public' }]],
    [409, [{ op: 'remove', path: '/unknown' }]],
    [
      409,
      [
        { op: 'replace', path: '/name', value: 'half' },
        { op: 'replace', path: '/unknown', value: 'x' },
      ],
    ],
  ]
  for (const [status, body] of refused) {
    assert.equal((await change(body)).status, status, JSON.stringify(body))
  }
  assert.equal((await demo('PATCH', `${v2}/${id}`, { body: [] })).status, 415)
  assert.equal((await demo('GET', `${v2}/${id}`)).body.name, 'new')
  const older = await demo('PATCH', `${v2}/${id}`, {
    body: [{ replace: '/protected', value: false }],
    headers: { 'Content-Type': 'application/openstack-images-v2.0-json-patch' },
  })
  assert.equal(older.body.protected, false)
})

test('lists are filtered, sorted and paged', async (t) => {
  const { as } = await imageCloud(t, await openEmbedded(t))
  const demo = await as('demo')
  const ids: string[] = []
  for (const name of ['b', 'a', 'c'])
    ids.push(await makeImage(demo, { name, tags: [name, 'all'], kind: name }))
  const names = async (query: string): Promise<readonly string[]> =>
    (await demo('GET', `${v2}?${query}`)).body.images.map((image: { name: string }) => image.name)
  assert.deepEqual(await names(''), ['c', 'a', 'b', 'berth-tiny'])
  assert.deepEqual(await names('tag=all&sort=name:asc'), ['a', 'b', 'c'])
  assert.deepEqual(await names('tag=all&tag=a'), ['a'])
  assert.deepEqual(await names('kind=b'), ['b'])
  assert.deepEqual(await names('name=in:a,c&sort_key=name&sort_dir=asc'), ['a', 'c'])
  assert.deepEqual(await names(`id=in:${ids[0]},${ids[2]}`), ['c', 'b'])
  assert.deepEqual(await names('status=active'), ['berth-tiny'])
  assert.deepEqual(await names('unknown_property=1'), [])
  const first = await demo('GET', `${v2}?limit=2`)
  assert.deepEqual(first.body.images.length, 2)
  const next = await demo('GET', `/image${first.body.next}`)
  assert.deepEqual(
    next.body.images.map((image: { name: string }) => image.name),
    ['b', 'berth-tiny'],
  )
  assert.equal(next.body.next, undefined)
  for (const query of [
    'limit=x',
    'limit=-1',
    'marker=x',
    'sort=x:asc',
    'sort=name:up',
    'visibility=x',
    'member_status=x',
  ]) {
    assert.equal((await demo('GET', `${v2}?${query}`)).status, 400, query)
  }
})

test('bad bodies and paths get the right answer and never a 500', async (t) => {
  const { as, ask } = await imageCloud(t, await openEmbedded(t))
  const demo = await as('demo')
  for (const body of [
    'x',
    '[]',
    { name: 1 },
    { id: 'x' },
    { tags: 'x' },
    { tags: [1] },
    { min_ram: 1e20 },
    { disk_format: 'floppy' },
    { extra: { a: 1 } },
    { name: 'a\u0000' },
    { name: 'x'.repeat(256) },
  ]) {
    assert.equal((await demo('POST', v2, { body })).status, 400, JSON.stringify(body))
  }
  assert.equal((await demo('POST', v2, { body: { status: 'active' } })).status, 403)
  const id = await makeImage(demo)
  assert.equal((await demo('POST', v2, { body: { id } })).status, 409)
  const missing = await demo('GET', `${v2}/nothing`)
  assert.equal(missing.status, 404)
  assert.deepEqual(missing.body, {
    message: 'No image found with ID nothing',
    code: '404 Not Found',
    title: 'Not Found',
  })
  assert.equal((await demo('PUT', `${v2}/${id}`)).status, 405)
  assert.equal((await ask('GET', v2)).status, 401)
  assert.equal((await ask('GET', '/image')).status, 300)
  assert.equal((await demo('GET', '/image/v2/schemas/image')).body.name, 'image')
  assert.equal((await demo('GET', '/image/v2/schemas/constructor')).status, 404)
})
