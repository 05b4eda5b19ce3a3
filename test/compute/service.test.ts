import assert from 'node:assert/strict'
import { test } from 'node:test'
import { computeApi } from '../support/compute-api.ts'

test('the roots tell which versions there are, to whoever asks', async (t) => {
  const { service } = await computeApi(t)
  const get = async (path: string) =>
    await service.answer({
      method: 'GET',
      path,
      query: new URLSearchParams(),
      headers: {},
      body: Buffer.alloc(0),
      origin: 'http://cloud',
      mount: '/compute',
      requestId: 'req-1',
      globalRequestId: null,
      signal: new AbortController().signal,
    })
  // oxlint-disable-next-line typescript/no-explicit-any -- documents are looked into.
  const bodyOf = async (path: string): Promise<any> => (await get(path)).body

  const { versions } = await bodyOf('/')
  assert.deepEqual(
    versions.map(({ id, version, links }: { id: string; version: string; links: object[] }) => [
      id,
      version,
      links,
    ]),
    [
      ['v2.0', '', [{ rel: 'self', href: 'http://cloud/compute/v2/' }]],
      ['v2.1', '2.104', [{ rel: 'self', href: 'http://cloud/compute/v2.1/' }]],
    ],
  )
  assert.equal((await bodyOf('/v2.1/')).version.status, 'CURRENT')
  assert.equal((await bodyOf('/v2.1')).version.id, 'v2.1')
  assert.equal((await bodyOf('/v2/')).version.id, 'v2.0')
  const other = await get('/v3/servers')
  assert.equal(other.status, 300)
  const { choices } = await bodyOf('/v3/servers')
  assert.equal(choices[1].links[0].href, 'http://cloud/compute/v2.1/v3/servers')
})

test('every answer tells its version, whether it is good or bad', async (t) => {
  const { ask } = await computeApi(t)
  const good = await ask('GET', '/servers', { at: 90 })
  const bad = await ask('GET', '/servers/what', { at: 90 })
  for (const { headers } of [good, bad]) {
    assert.equal(headers['OpenStack-API-Version'], 'compute 2.90')
    assert.equal(headers['X-OpenStack-Nova-API-Version'], '2.90')
    assert.deepEqual(headers['Vary'], ['OpenStack-API-Version', 'X-OpenStack-Nova-API-Version'])
    assert.match(String(headers['x-compute-request-id']), /^req-/)
  }
  assert.equal(bad.status, 404)
})

test('below /v2 versions are not asked for, unknown keys are overlooked and names trimmed', async (t) => {
  const { ask } = await computeApi(t)
  const flavor = { name: '  spacious  ', ram: 512, vcpus: 1, disk: 1, surprise: true }
  const made = await ask('POST', '/flavors', {
    as: 'admin',
    root: 'v2',
    at: 'nonsense',
    body: { flavor, more: 1 },
  })
  assert.equal(made.status, 200)
  assert.equal(made.body.flavor.name, 'spacious')
  assert.equal(made.headers['OpenStack-API-Version'], undefined)
  assert.equal(
    made.body.flavor.links[0].href,
    `http://cloud/compute/v2/flavors/${made.body.flavor.id}`,
  )
  const strict = await ask('POST', '/flavors', { as: 'admin', body: { flavor } })
  assert.equal(strict.status, 400)
})

test('the project may stand in the path, and must be the one of the token', async (t) => {
  const { cloud, service } = await computeApi(t)
  const get = async (path: string) =>
    await service.answer({
      method: 'GET',
      path,
      query: new URLSearchParams('limit=1'),
      headers: { 'x-auth-token': 'member' },
      body: Buffer.alloc(0),
      origin: 'http://cloud',
      mount: '/compute',
      requestId: cloud.request().requestId,
      globalRequestId: null,
      signal: new AbortController().signal,
    })
  const other = await get('/v2.1/abc123/servers')
  assert.equal(other.status, 400)
  assert.deepEqual(other.body, {
    badRequest: {
      code: 400,
      message:
        "Malformed request URL: URL's project_id 'abc123' doesn't match Context's project_id 'project-1'",
    },
  })
})

test('a body that cannot be a body is refused, and nothing is changed', async (t) => {
  const { ask } = await computeApi(t)
  const post = async (body: unknown, headers: Record<string, string> = {}) => {
    const { status, body: said } = await ask('POST', '/flavors', {
      as: 'admin',
      at: 'latest',
      body,
      headers,
    })
    return [status, Object.values(said as Record<string, { message: string }>)[0]?.message]
  }
  assert.deepEqual(await post('{"flavor": {'), [400, 'Malformed request body'])
  assert.deepEqual(await post('['.repeat(10_000)), [400, 'Malformed request body'])
  assert.deepEqual(await post(Buffer.from([0xff, 0xfe]).toString('latin1')), [
    400,
    'Malformed request body',
  ])
  assert.deepEqual(await post('{"flavor": {"name": "a\\u0000b"}}'), [400, 'Malformed request body'])
  assert.deepEqual(await post('<flavor/>', { 'content-type': 'application/xml' }), [
    415,
    'Unsupported Content-Type',
  ])
  assert.deepEqual(await post('[]'), [400, "[] is not of type 'object'"])
  assert.deepEqual((await ask('GET', '/flavors')).body, { flavors: [] })
})

test('paths that no database can look up name nothing', async (t) => {
  const { ask } = await computeApi(t)
  assert.equal((await ask('GET', '/servers/%00')).status, 404)
  assert.equal((await ask('GET', '/servers/%ff')).status, 404)
  assert.equal((await ask('GET', '/servers?name=%00', { at: 104 })).status, 400)
})

test('a route that is gone says so at every version', async (t) => {
  const { ask } = await computeApi(t)
  for (const at of [1, 104]) {
    const { status, body } = await ask('GET', '/os-cells', { at })
    assert.deepEqual([status, body.computeFault.code], [410, 410])
  }
})
