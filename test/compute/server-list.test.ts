import assert from 'node:assert/strict'
import { test } from 'node:test'
import { computeApi } from '../support/compute-api.ts'
import type { Answered, Asked, ComputeApi } from '../support/compute-api.ts'
import { addImage } from '../support/compute-surroundings.ts'
import { testDatabases } from '../support/stores.ts'

for (const database of testDatabases()) {
  const opened = { open: database.open }
  const on = `on ${database.name}`

  test(`${on}: a list comes in pages that link to the next, whatever it is sorted by`, async (t) => {
    const api = await computeApi(t, opened)
    await boot(api, ['c', 'a', 'e', 'b', 'd'])
    for (const order of [
      '',
      '&sort_key=display_name&sort_dir=asc',
      '&sort_key=hostname&sort_dir=desc',
      '&sort_key=vm_state',
    ]) {
      const whole = await names(api, `/servers?limit=9${order}`)
      const paged: string[] = []
      let next: string | null = `/servers?limit=2${order}`
      while (next !== null) {
        const { body } = await api.now('GET', next)
        paged.push(...body.servers.map(({ name }: { name: string }) => name))
        const [link] = body.servers_links ?? []
        next =
          link === undefined ? null : (link.href.replace('http://cloud/compute/v2.1', '') as string)
      }
      assert.deepEqual(paged, whole, order)
    }
    assert.deepEqual(await names(api, '/servers?sort_key=display_name&sort_dir=asc'), [
      'a',
      'b',
      'c',
      'd',
      'e',
    ])
    assert.deepEqual(await names(api, '/servers'), ['d', 'b', 'e', 'a', 'c'])
    assert.deepEqual(await names(api, '/servers?limit=0'), [])
  })

  test(`${on}: servers are found by what users and operators may ask for`, async (t) => {
    const api = await computeApi(t, opened)
    const [web1 = '', web2 = '', db = ''] = await boot(api, ['web-1', 'web-2', 'db'])
    await api.now('PUT', `/servers/${web1}/tags`, { body: { tags: ['red', 'blue'] } })
    await api.now('PUT', `/servers/${web2}/tags`, { body: { tags: ['red'] } })
    await api.now('POST', `/servers/${db}/action`, { body: { 'os-stop': null } })
    await api.cloud.settled()
    await api.now('POST', `/servers/${db}/action`, { body: { lock: { locked_reason: 'mine' } } })
    const { host } = await api.cloud.server(web1 as never)
    const found = async (query: string, as: Asked['as'] = 'member') =>
      (await names(api, `/servers?${query}`, as)).toSorted()

    assert.deepEqual(await found('name=web'), ['web-1', 'web-2'])
    assert.deepEqual(await found('name=^web-[2-9]$'), ['web-2'])
    assert.deepEqual(await found('name=nothing'), [])
    assert.deepEqual(await found('status=ACTIVE'), ['web-1', 'web-2'])
    assert.deepEqual(await found('status=active&status=SHUTOFF'), ['db', 'web-1', 'web-2'])
    assert.deepEqual(await found('status=SHUTOFF'), ['db'])
    assert.deepEqual(await found('locked=true'), ['db'])
    assert.deepEqual(await found('tags=red'), ['web-1', 'web-2'])
    assert.deepEqual(await found('tags=red,blue'), ['web-1'])
    assert.deepEqual(await found('tags-any=blue,green'), ['web-1'])
    assert.deepEqual(await found('not-tags=red,blue'), ['db', 'web-2'])
    assert.deepEqual(await found('not-tags-any=red'), ['db'])
    assert.deepEqual(await found('vm_state=stopped'), ['db'])
    assert.deepEqual(await found('hostname=^web'), ['web-1', 'web-2'])
    assert.deepEqual(await found(`uuid=${db}`, 'admin'), ['db'])
    // Where servers are is not for users: it is overlooked.
    assert.deepEqual(await found(`host=nowhere`), ['db', 'web-1', 'web-2'])
    assert.deepEqual(await found(`host=nowhere`, 'admin'), [])
    assert((await found(`host=${host}`, 'admin')).includes('web-1'))
    assert.deepEqual(await found('', 'other'), [])
  })

  test(`${on}: deleted servers are for operators, and for those who ask what changed`, async (t) => {
    const api = await computeApi(t, opened)
    const [gone = ''] = await boot(api, ['gone', 'stays'])
    const before = new Date(Date.now() - 60_000).toISOString()
    await api.now('DELETE', `/servers/${gone}`)
    await api.cloud.settled()
    assert.deepEqual(await names(api, '/servers'), ['stays'])
    assert.deepEqual(await names(api, '/servers?deleted=1'), ['stays'])
    assert.deepEqual(await names(api, '/servers?deleted=1', 'admin'), ['gone'])
    assert.deepEqual((await names(api, `/servers?changes-since=${before}`)).toSorted(), [
      'gone',
      'stays',
    ])
    assert.equal((await api.now('GET', '/servers?status=DELETED')).status, 403)
    assert.deepEqual(await names(api, '/servers?status=DELETED', 'admin'), ['gone'])
  })
}

test('whoever asks what changed before an instant is told of what is gone as well', async (t) => {
  const api = await computeApi(t)
  const [gone = ''] = await boot(api, ['gone', 'stays'])
  await api.now('DELETE', `/servers/${gone}`)
  await api.cloud.settled()
  const soon = new Date(Date.now() + 60_000).toISOString()
  const changed = await names(api, `/servers?changes-before=${soon}`)
  assert.deepEqual(changed.toSorted(), ['gone', 'stays'])
  // Below, this is no parameter.
  const old = await api.ask('GET', `/servers?changes-before=${soon}`, { at: 65 })
  assert.deepEqual(namesIn(old), ['stays'])
  const living = `/servers?deleted=false&changes-before=${soon}`
  assert.deepEqual(await names(api, living, 'admin'), ['stays'])
  // It is forbidden to ask for deleted ones, and for nothing else besides.
  const both = await api.now('GET', '/servers?status=DELETED&status=ACTIVE')
  assert.deepEqual([both.status, namesIn(both)], [200, ['stays']])
  // A page may begin behind one that is gone, but not behind somebody else's.
  assert.equal((await api.now('GET', `/servers?marker=${gone}`)).status, 200)
  assert.equal((await api.now('GET', `/servers?marker=${gone}`, { as: 'other' })).status, 400)
})

test('a server that can still be restored counts as deleted', async (t) => {
  const api = await computeApi(t, { settings: { reclaimAfterMs: 3_600_000 } })
  const [binned = ''] = await boot(api, ['binned', 'stays'])
  await api.now('DELETE', `/servers/${binned}`)
  await api.cloud.settled()
  assert.equal((await api.now('GET', `/servers/${binned}`)).body.server.status, 'SOFT_DELETED')
  assert.deepEqual(await names(api, '/servers'), ['stays'])
  assert.deepEqual(await names(api, '/servers?deleted=1', 'admin'), ['binned'])
  assert.deepEqual(await names(api, '/servers?deleted=1&soft_deleted=', 'admin'), [])
  assert.deepEqual((await names(api, '/servers?soft_deleted=1', 'admin')).length, 2)
  assert.deepEqual(await names(api, '/servers?status=SOFT_DELETED'), [])
  const both = '/servers?status=SOFT_DELETED&deleted=true'
  assert.deepEqual(await names(api, both, 'admin'), ['binned'])
})

test('keys that do nothing take their directions with them, and others take the first', async (t) => {
  const api = await computeApi(t)
  await boot(api, ['b', 'a', 'c'])
  const sorted = async (query: string, at: number | 'latest' = 'latest') =>
    namesIn(await api.ask('GET', `/servers?${query}`, { at })).join('')
  assert.equal(await sorted('sort_key=display_name&sort_dir=asc'), 'abc')
  assert.equal(
    await sorted('sort_key=deleted&sort_key=display_name&sort_dir=desc&sort_dir=asc', 74),
    'abc',
  )
  // Without its own direction the name has none, and comes the usual way round.
  assert.equal(await sorted('sort_key=deleted&sort_key=display_name&sort_dir=asc', 74), 'cba')
  assert.equal(
    await sorted('sort_key=locked&sort_key=display_name&sort_dir=desc&sort_dir=asc', 72),
    'abc',
  )
  // What is alike for all leaves the order to age, in the same direction.
  for (const key of ['vm_state', 'kernel_id', 'progress', 'created_at', 'project_id']) {
    assert.equal(await sorted(`sort_key=${key}&sort_dir=asc`), 'bac', key)
    assert.equal(await sorted(`sort_key=${key}`), 'cab', key)
    const mixed = `sort_key=${key}&sort_key=vm_state&sort_dir=asc&sort_dir=desc`
    assert.equal(await sorted(mixed), 'bac', key)
  }
})

test('of several values the last one counts, but of statuses all', async (t) => {
  const api = await computeApi(t)
  const [stopped = ''] = await boot(api, ['one', 'two'])
  await api.now('POST', `/servers/${stopped}/action`, { body: { 'os-stop': null } })
  await api.cloud.settled()
  assert.deepEqual(await names(api, '/servers?vm_state=active&vm_state=stopped'), ['one'])
  assert.deepEqual(await names(api, '/servers?name=one&name=two'), ['two'])
  assert.deepEqual((await names(api, '/servers?status=ACTIVE&status=SHUTOFF')).length, 2)
  assert.deepEqual(await names(api, '/servers?status=what&status=SHUTOFF'), ['one'])
  assert.deepEqual(await names(api, '/servers?power_state=4'), ['one'])
  assert.deepEqual(await names(api, '/servers?power_state=1'), ['two'])
  assert.deepEqual(await names(api, '/servers?limit=1&limit=2'), ['two', 'one'])
})

test('what cannot be asked for is refused', async (t) => {
  const api = await computeApi(t)
  const status = async (query: string, asked: Asked = {}) =>
    (await api.ask('GET', `/servers?${query}`, { at: 104, ...asked })).status
  assert.equal(await status('all_tenants=1'), 403)
  assert.equal(await status('all_tenants=1', { as: 'admin' }), 200)
  assert.equal(await status('all_tenants=perhaps', { as: 'admin' }), 400)
  assert.equal(await status('marker=nothing'), 400)
  assert.equal(await status('limit=-1'), 400)
  assert.equal(await status('sort_key=host'), 403)
  assert.equal(await status('sort_key=uuid&sort_dir=sideways'), 400)
  assert.equal(await status('metadata=x'), 400)
  assert.equal(await status('_secret=x'), 400)
  assert.equal(await status('name=('), 400)
  assert.equal(await status('locked=perhaps'), 400)
  assert.equal(await status('status=SLEEPY'), 400)
  assert.equal(await status('status=SLEEPY', { at: 37 }), 200)
  assert.equal(await status('changes-since=2026-01-02&changes-before=2026-01-01'), 400)
})

test('an expression that would keep a backtracking engine busy for years is answered at once', async (t) => {
  const api = await computeApi(t)
  await boot(api, ['a'.repeat(200)])
  assert.deepEqual(await names(api, '/servers?name=^(a%2B)%2B!$'), [])
})

async function boot(api: ComputeApi, all: readonly string[]): Promise<readonly string[]> {
  const flavorRef = await api.cloud.flavor({})
  const imageRef = await addImage(api)
  const ids: string[] = []
  for (const name of all) {
    const server = { name, flavorRef, imageRef, networks: 'none' }
    ids.push((await api.now('POST', '/servers', { body: { server } })).body.server.id)
    await api.cloud.settled()
  }
  return ids
}

function namesIn({ body }: Answered): string[] {
  return body.servers.map(({ name }: { name: string }) => name)
}

async function names(api: ComputeApi, path: string, as: Asked['as'] = 'member'): Promise<string[]> {
  const { status, body } = await api.now('GET', path, { as })
  assert.equal(status, 200, JSON.stringify(body))
  return body.servers.map(({ name }: { name: string }) => name)
}
