/** What nobody may read: not in logs, not in the database, not after it has ended. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { openLog } from '../../src/lib/log.ts'
import { openServer } from '../../src/api/http/server.ts'
import { randomIds } from '../../src/lib/ids.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { computeApi } from '../support/compute-api.ts'
import { openServices, passwordOf } from '../support/services.ts'
import { openEmbedded } from '../support/stores.ts'

/** A log that is kept, at its most talkative. */
function keptLog(): { readonly log: ReturnType<typeof openLog>; readonly lines: string[] } {
  const lines: string[] = []
  return { lines, log: openLog('debug', { write: (line: string) => void lines.push(line) }) }
}

async function loggedIn(t: TestContext) {
  const { log, lines } = keptLog()
  const store = await openEmbedded(t)
  const services = await openServices(t, store, { log })
  return { store, services, lines }
}

test('passwords and tokens are in no log, whatever is asked with them', async (t) => {
  const { services, lines } = await loggedIn(t)
  const demo = await services.as('demo')
  await demo('GET', '/identity/v3/auth/tokens', { headers: { 'X-Subject-Token': demo.token } })
  await services.ask('GET', '/identity/v3/users', { headers: { 'X-Auth-Token': `x${demo.token}` } })
  await services.ask('POST', '/identity/v3/auth/tokens', { body: '{"auth": "broken' })
  await assert.rejects(services.as('nobody'))
  await demo('DELETE', '/identity/v3/auth/tokens', { headers: { 'X-Subject-Token': demo.token } })
  assert(lines.length > 4, 'requests are in the log')
  const text = lines.join('')
  for (const secret of [demo.token, passwordOf('demo'), passwordOf('nobody')]) {
    assert.equal(text.includes(secret), false)
  }
})

test('a token is in the database as a hash only, and is worth nothing once it is revoked', async (t) => {
  const { store, services } = await loggedIn(t)
  const demo = await services.as('demo')
  const rows = await store.read(
    async (reader) => await reader.selectFrom('tokens').selectAll().execute(),
  )
  assert.equal(JSON.stringify(rows).includes(demo.token), false)
  const hashed = rows.map(({ hash }) => hash)
  for (const hash of hashed) {
    const { status } = await services.ask('GET', '/identity/v3/auth/projects', {
      headers: { 'X-Auth-Token': hash },
    })
    assert.equal(status, 401, 'who reads the database has no token')
  }
  const subject = { headers: { 'X-Subject-Token': demo.token } }
  assert.equal((await demo('DELETE', '/identity/v3/auth/tokens', subject)).status, 204)
  for (const replay of [demo, demo]) {
    assert.equal((await replay('GET', '/identity/v3/auth/projects')).status, 401)
  }
})

test('tokens share nothing that could be counted on', async (t) => {
  const { services } = await loggedIn(t)
  const tokens = new Set<string>()
  for (let n = 0; n < 20; n += 1) tokens.add((await services.as('demo')).token)
  assert.equal(tokens.size, 20)
  for (const token of tokens) {
    // 32 random bytes: 256 bits, in base64url.
    assert(
      Buffer.from(token.split('.').at(-1) ?? token, 'base64url').length >= 32,
      token.length.toString(),
    )
  }
  const [first = ''] = tokens
  for (const guess of [
    first.slice(0, -1),
    `${first.slice(0, -1)}A`,
    first.toUpperCase(),
    `${first} `,
  ]) {
    if (guess === first) continue
    const { status } = await services.ask('GET', '/identity/v3/auth/projects', {
      headers: { 'X-Auth-Token': guess },
    })
    if (guess.trim() !== first) assert.equal(status, 401)
  }
})

test('a guest’s password and a console’s token are in no log, and the request ids are', async (t) => {
  const { log, lines } = keptLog()
  const api = await computeApi(t)
  const server = await openServer({
    services: [{ mount: '/compute', service: api.service }],
    host: '127.0.0.1',
    port: 0,
    clock: systemClock,
    ids: randomIds,
    log,
  })
  t.after(async () => await server.close())
  const id = await api.cloud.boot({})
  const global = 'req-3dccb8c4-08fe-4706-a91d-e843b8fe9ed2'
  const ask = async (method: string, path: string, body?: object) =>
    await fetch(`${server.origin}/compute/v2.1${path}`, {
      method,
      headers: {
        'X-Auth-Token': 'admin',
        'OpenStack-API-Version': 'compute latest',
        'X-OpenStack-Request-ID': global,
        'Content-Type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const secret = 'correct horse battery staple'
  const set = await ask('POST', `/servers/${id}/action`, { changePassword: { adminPass: secret } })
  assert.equal(set.status, 202)
  const opened = await ask('POST', `/servers/${id}/remote-consoles`, {
    remote_console: { protocol: 'vnc', type: 'novnc' },
  })
  // The document of a console, which the test of consoles looks at.
  const { remote_console: made } = (await opened.json()) as { remote_console: { url: string } }
  const token = /[0-9a-f-]{36}$/.exec(made.url)?.[0] ?? ''
  const found = await ask('GET', `/os-console-auth-tokens/${token}`)
  assert.equal(found.status, 200)
  await api.cloud.settled()
  const text = lines.join('')
  assert.equal(text.includes(secret), false)
  assert.equal(text.includes(token), false)
  const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  const answered = told.filter(({ msg }) => msg === 'a request was answered')
  const ids = [set, opened, found].map(({ headers }) => headers.get('x-openstack-request-id'))
  assert.deepEqual(
    answered.map(({ requestId }) => requestId),
    ids,
  )
  assert(answered.every(({ globalRequestId }) => globalRequestId === global))
  const rows = await api.cloud.store.read(
    async (reader) => await reader.selectFrom('actions').select(['request_id', 'name']).execute(),
  )
  assert(rows.some((row) => row.name === 'changePassword' && row.request_id === ids[0]))
})
