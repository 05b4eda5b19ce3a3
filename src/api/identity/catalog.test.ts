/** What operators add to the catalog: who may, what tokens carry then, and that what runs here stays what it is. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openServices, passwordAuth, passwordOf } from '../../../test/support/services.ts'
import { openEmbedded, testDatabases } from '../../../test/support/stores.ts'
import { usualCatalog } from '../../domain/catalog.ts'
import { openServer } from '../http/server.ts'
import { openIdentity } from '../../app/identity/context.ts'
import { systemClock } from '../../lib/clock.ts'
import { randomIds } from '../../lib/ids.ts'
import { silentLog } from '../../lib/log.ts'
import { identityService } from './service.ts'

const v3 = '/identity/v3'
type Endpoint = { id: string; interface: string; url: string; region: string | null }
type Service = { id: string; type: string; name: string; endpoints: Endpoint[] }

for (const { name, open } of testDatabases()) {
  test(`${name}: a service that an operator adds is in every token of every process, until it goes`, async (t) => {
    const store = await open(t)
    const { as, ctx, seeded } = await openServices(t, store)
    const admin = await as('admin')
    const other = await openServer({
      services: [
        {
          mount: '/identity',
          service: identityService({
            ctx: openIdentity(ctx, { passwords: ctx.passwords }),
            catalog: usualCatalog,
          }),
        },
      ],
      host: '127.0.0.1',
      port: 0,
      clock: systemClock,
      ids: randomIds,
      log: silentLog,
    })
    t.after(async () => await other.close())
    const make = async (kind: string, fields: object) => {
      const answer = await admin('POST', `${v3}/${kind}s`, { body: { [kind]: fields } })
      assert.equal(answer.status, 201, answer.text)
      return answer.body[kind]
    }
    const service = await make('service', { type: 'object-store', name: 'swift', owner: 'us' })
    assert.equal(service.owner, 'us')
    const url = 'https://store.example/v1/AUTH_$(project_id)s'
    const place = { service_id: service.id, interface: 'public', region: 'Far' }
    const endpoint = await make('endpoint', { ...place, url, description: 'far' })
    assert.deepEqual([endpoint.url, endpoint.description, endpoint.region_id], [url, 'far', 'Far'])
    // A region that was not there began with its first endpoint.
    assert.equal((await admin('GET', `${v3}/regions/Far`)).status, 200)

    const told = async (): Promise<Service | undefined> => {
      const scope = { project: { name: 'demo', domain: { id: 'default' } } }
      const response = await fetch(`${other.origin}${v3}/auth/tokens`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(passwordAuth('demo', passwordOf('demo'), scope)),
      })
      // What the service answers to this.
      const { token } = (await response.json()) as { token: { catalog: Service[] } }
      const headers = { 'x-auth-token': response.headers.get('x-subject-token') ?? '' }
      const again = await fetch(`${other.origin}${v3}/auth/catalog`, { headers })
      // Likewise.
      const { catalog } = (await again.json()) as { catalog: Service[] }
      assert.deepEqual(catalog, token.catalog)
      return token.catalog.find(({ type }) => type === 'object-store')
    }
    const shown = await told()
    assert.equal(shown?.name, 'swift')
    assert.equal(shown.endpoints[0]?.url, `https://store.example/v1/AUTH_${seeded.projects.demo}`)
    const path = `${v3}/endpoints/${endpoint.id}`
    await admin('PATCH', path, { body: { endpoint: { enabled: false } } })
    assert.deepEqual((await told())?.endpoints, [])
    const off = { body: { service: { enabled: false } } }
    assert.equal((await admin('PATCH', `${v3}/services/${service.id}`, off)).status, 200)
    assert.equal(await told(), undefined)
    assert.equal((await admin('DELETE', `${v3}/regions/Far`)).status, 403)
    assert.equal((await admin('DELETE', `${v3}/services/${service.id}`)).status, 204)
    assert.equal((await admin('GET', path)).status, 404)
    assert.equal((await admin('DELETE', `${v3}/regions/Far`)).status, 204)
  })
}

test('what runs here is neither changed, taken away, nor doubled in its region', async (t) => {
  const { as } = await openServices(t, await openEmbedded(t))
  const admin = await as('admin')
  const [compute] = (await admin('GET', `${v3}/services?type=compute`)).body.services
  const { endpoints } = (await admin('GET', `${v3}/endpoints?service_id=${compute.id}`)).body
  const before = (await admin('GET', `${v3}/auth/catalog`)).body.catalog
  const url = 'https://elsewhere.example/'
  const more = { service_id: compute.id, interface: 'public', url }
  const post = async (kind: string, fields: object): Promise<number> =>
    (await admin('POST', `${v3}/${kind}s`, { body: { [kind]: fields } })).status
  const patch = async (path: string, body: object): Promise<number> =>
    (await admin('PATCH', v3 + path, { body })).status
  assert.equal(await patch(`/services/${compute.id}`, { service: { enabled: false } }), 403)
  assert.equal((await admin('DELETE', `${v3}/services/${compute.id}`)).status, 403)
  assert.equal(await patch(`/endpoints/${endpoints[0].id}`, { endpoint: { url } }), 403)
  assert.equal((await admin('DELETE', `${v3}/endpoints/${endpoints[0].id}`)).status, 403)
  assert.equal(await post('service', { type: 'compute' }), 403)
  assert.equal(await post('endpoint', more), 403)
  assert.equal(await post('endpoint', { ...more, region_id: 'RegionOne' }), 403)
  assert.equal(await patch('/regions/RegionOne', { region: { description: 'x' } }), 403)
  assert.equal((await admin('DELETE', `${v3}/regions/RegionOne`)).status, 403)
  assert.equal(await post('region', { id: 'RegionOne' }), 409)
  assert.deepEqual((await admin('GET', `${v3}/auth/catalog`)).body.catalog, before)
  // In another region it may be, and does not come to this one by a change.
  const far = await admin('POST', `${v3}/endpoints`, {
    body: { endpoint: { ...more, region_id: 'Far' } },
  })
  assert.equal(far.status, 201)
  const back = { endpoint: { region_id: 'RegionOne' } }
  assert.equal(await patch(`/endpoints/${far.body.endpoint.id}`, back), 403)
})

test('only admins change the catalog, and what makes no sense is refused', async (t) => {
  const { as } = await openServices(t, await openEmbedded(t))
  const admin = await as('admin')
  const demo = await as('demo')
  const service = { type: 'dns' }
  assert.equal((await demo('POST', `${v3}/services`, { body: { service } })).status, 403)
  assert.equal((await demo('POST', `${v3}/regions`, { body: { region: {} } })).status, 403)
  const { id } = (await admin('POST', `${v3}/services`, { body: { service } })).body.service
  const fields = { service_id: id, interface: 'public', url: 'https://dns.example/' }
  assert.equal((await demo('POST', `${v3}/endpoints`, { body: { endpoint: fields } })).status, 403)
  assert.equal((await demo('DELETE', `${v3}/services/${id}`)).status, 403)
  for (const wrong of [
    { interface: 'secret' },
    { url: 'nowhere' },
    { url: 'https://x.example/$(password)s' },
    { service_id: 'unknown' },
    { enabled: 'False' },
  ]) {
    const body = { endpoint: { ...fields, ...wrong } }
    const answer = await admin('POST', `${v3}/endpoints`, { body })
    assert.equal(answer.status, 400, JSON.stringify(wrong))
  }
})

test('regions are a part of others, never of themselves, and go with their parts', async (t) => {
  const { as } = await openServices(t, await openEmbedded(t))
  const admin = await as('admin')
  const put = async (id: string, region: object): Promise<number> =>
    (await admin('PUT', `${v3}/regions/${id}`, { body: { region } })).status
  assert.equal(await put('north', {}), 201)
  assert.equal(await put('north', {}), 409)
  assert.equal(await put('oslo', { parent_region_id: 'north' }), 201)
  assert.equal(await put('x', { parent_region_id: 'nowhere' }), 404)
  const turn = { body: { region: { parent_region_id: 'oslo' } } }
  assert.equal((await admin('PATCH', `${v3}/regions/north`, turn)).status, 400)
  const parts = await admin('GET', `${v3}/regions?parent_region_id=north`)
  assert.deepEqual(
    parts.body.regions.map(({ id }: { id: string }) => id),
    ['oslo'],
  )
  assert.equal((await admin('DELETE', `${v3}/regions/north`)).status, 204)
  assert.equal((await admin('GET', `${v3}/regions/oslo`)).status, 404)
})
