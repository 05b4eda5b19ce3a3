import assert from 'node:assert/strict'
import { test } from 'node:test'
import { consoleService } from '../../src/api/console/service.ts'
import { tokenLifeMs } from '../../src/domain/console.ts'
import type { ServerId } from '../../src/domain/ids.ts'
import { virtualClock } from '../../src/lib/virtual-clock.ts'
import { computeApi } from '../support/compute-api.ts'
import { addImage } from '../support/compute-surroundings.ts'
import type { ComputeApi } from '../support/compute-api.ts'

const unavailable =
  'The server could not comply with the request since it is either malformed or otherwise incorrect.'

async function running(api: ComputeApi): Promise<string> {
  return await api.cloud.boot({ memoryMb: 512 }, 'host1')
}

const output = async (api: ComputeApi, id: string, length?: unknown) =>
  await api.now('POST', `/servers/${id}/action`, {
    body: { 'os-getConsoleOutput': length === undefined ? {} : { length } },
  })

const opened = async (api: ComputeApi, id: string, protocol: string, type: string, at = 104) =>
  await api.ask('POST', `/servers/${id}/remote-consoles`, {
    at,
    body: { remote_console: { protocol, type } },
  })

function tokenOf(url: string): string {
  return /[0-9a-f-]{36}$/.exec(url)?.[0] ?? ''
}

test('the console tells of every boot, all of it or its last lines', async (t) => {
  const api = await computeApi(t)
  const id = await running(api)
  await api.now('POST', `/servers/${id}/action`, { body: { reboot: { type: 'HARD' } } })
  await api.cloud.settled()
  const whole = await output(api, id)
  assert.equal(whole.status, 200)
  const text: string = whole.body.output
  assert.equal(text.match(/Booting/g)?.length, 2)
  for (const length of [null, -1, '-1', 10_000]) {
    assert.equal((await output(api, id, length)).body.output, text, String(length))
  }
  assert.equal((await output(api, id, 1)).body.output, text.split('\n').at(-1))
  assert.equal((await output(api, id, '3')).body.output, text.split('\n').slice(-3).join('\n'))
  assert.equal((await output(api, id, 0)).body.output, '')
  for (const length of [-2, 'many', 1.5, []]) {
    assert.equal((await output(api, id, length)).status, 400, String(length))
  }
})

test('a server that is nowhere has no console yet', async (t) => {
  const api = await computeApi(t, { hosts: [] })
  const flavorRef = await api.cloud.flavor({})
  const imageRef = await addImage(api)
  const wish = { name: 'nowhere', flavorRef, imageRef, networks: 'none' }
  const { server } = (await api.now('POST', '/servers', { body: { server: wish } })).body
  await api.cloud.settled()
  const message = `Instance ${server.id} is not ready`
  for (const answer of [
    await output(api, server.id),
    await opened(api, server.id, 'vnc', 'novnc'),
    await api.now('GET', `/servers/${server.id}/diagnostics`, { as: 'admin' }),
  ]) {
    assert.equal(answer.status, 409)
    assert.deepEqual(answer.body, { conflictingRequest: { code: 409, message } })
  }
})

test('a guest that the host does not know has no console', async (t) => {
  const api = await computeApi(t, { audited: false })
  const id = await running(api)
  api.cloud.world.change((held) => {
    for (const { host, server, role } of held.bodies()) held.remove(host, server, role)
  })
  assert.equal((await output(api, id)).status, 404)
  assert.equal((await opened(api, id, 'vnc', 'novnc')).status, 404)
})

test('a host that does not answer is nobody’s mistake', async (t) => {
  const api = await computeApi(t)
  const id = await running(api)
  api.cloud.hosts.setReachable('host1' as never, false) // the name of a host of this cloud
  assert.equal((await output(api, id)).status, 503)
})

test('a console of every kind has a URL whose token leads to it', async (t) => {
  const api = await computeApi(t)
  const id = await running(api)
  for (const [protocol, type, from, page] of [
    ['vnc', 'novnc', 6, 'http://cloud/console/vnc_auto.html?path=%3Ftoken%3D'],
    ['spice', 'spice-html5', 6, 'http://cloud/console/spice_auto.html?token='],
    ['serial', 'serial', 6, 'ws://cloud/console/serial?token='],
    ['mks', 'webmks', 8, 'http://cloud/console/mks_auto.html?token='],
    ['spice', 'spice-direct', 99, 'http://cloud/console/spice_direct?token='],
  ] as const) {
    const before = await opened(api, id, protocol, type, from - 1)
    assert.equal(before.status, from === 6 ? 404 : 400, type)
    const { status, body } = await opened(api, id, protocol, type, from)
    assert.equal(status, 200, type)
    const { url, ...rest } = body.remote_console
    assert.deepEqual(rest, { protocol, type })
    assert(url.startsWith(page), url)
    const token = tokenOf(url)
    const found = await api.now('GET', `/os-console-auth-tokens/${token}`, { as: 'admin' })
    assert.equal(found.body.console.instance_uuid, id)
    assert.equal(found.body.console.tls_port === null, type !== 'spice-direct')
  }
})

test('kinds that there are not, or that another protocol speaks, are refused', async (t) => {
  const api = await computeApi(t)
  const id = await running(api)
  for (const [protocol, type] of [
    ['vnc', 'xvpvnc'],
    ['vnc', 'serial'],
    ['rdp', 'rdp-html5'],
    ['spice', 'novnc'],
  ] as const) {
    const { status, body } = await opened(api, id, protocol, type)
    assert.equal(status, 400)
    assert.equal(body.badRequest.message, `Invalid console type ${type}`)
  }
})

test('until 2.5 each kind is asked for by an action of its own', async (t) => {
  const api = await computeApi(t)
  const id = await running(api)
  const asked = async (key: string, type: string, at: number) =>
    await api.ask('POST', `/servers/${id}/action`, { at, body: { [key]: { type } } })
  for (const [key, type] of [
    ['os-getVNCConsole', 'novnc'],
    ['os-getSPICEConsole', 'spice-html5'],
    ['os-getSerialConsole', 'serial'],
  ] as const) {
    const { status, body } = await asked(key, type, 5)
    assert.equal(status, 200)
    assert.equal(body.console.type, type)
    assert.match(body.console.url, /token/)
    assert.equal((await asked(key, 'wrong', 5)).status, 400)
    assert.equal((await asked(key, type, 6)).status, 404)
  }
  const old = await asked('os-getRDPConsole', 'rdp-html5', 5)
  assert.deepEqual([old.status, old.body.badRequest.message], [400, unavailable])
  assert.equal((await asked('os-getRDPConsole', 'rdp-html5', 6)).status, 404)
})

test('a server that is being moved or deleted opens no console', async (t) => {
  const api = await computeApi(t)
  const id = await running(api)
  api.cloud.faults.replace({ faults: [{ on: 'live_migration', hang: true }] })
  const body = { 'os-migrateLive': { host: null, block_migration: 'auto' } }
  await api.now('POST', `/servers/${id}/action`, { as: 'manager', body })
  const { status, body: refused } = await opened(api, id, 'vnc', 'novnc')
  assert.equal(status, 409)
  assert.equal(
    refused.conflictingRequest.message,
    `Cannot 'get_vnc_console' instance ${id} while it is in task_state migrating`,
  )
  assert.equal((await output(api, id)).status, 200)
})

test('a token is looked up by operators, from 2.31 on, with its TLS port from 2.99 on', async (t) => {
  const api = await computeApi(t)
  const id = await running(api)
  const token = tokenOf((await opened(api, id, 'spice', 'spice-direct')).body.remote_console.url)
  const found = async (at: number, path = token) =>
    await api.ask('GET', `/os-console-auth-tokens/${path}`, { at, as: 'admin' })
  const old = await found(30)
  assert.deepEqual([old.status, old.body.badRequest.message], [400, unavailable])
  assert.deepEqual(Object.keys((await found(31)).body.console).toSorted(), [
    'host',
    'instance_uuid',
    'internal_access_path',
    'port',
  ])
  assert.equal('tls_port' in (await found(98)).body.console, false)
  assert.equal('tls_port' in (await found(99)).body.console, true)
  assert.equal((await found(98, `${token}?what=else`)).status, 200)
  assert.equal((await found(99, `${token}?what=else`)).status, 400)
  const unknown = await found(104, '11111111-1111-1111-1111-111111111111')
  assert.deepEqual(unknown.body, { itemNotFound: { code: 404, message: 'Token not found' } })
})

test('a token expires, is kept as a hash only, and ends with its server', async (t) => {
  const clock = virtualClock(Date.UTC(2026, 0, 1))
  const api = await computeApi(t, { clock })
  const id = await running(api)
  const token = tokenOf((await opened(api, id, 'vnc', 'novnc')).body.remote_console.url)
  const status = async (): Promise<number> =>
    (await api.now('GET', `/os-console-auth-tokens/${token}`, { as: 'admin' })).status
  assert.equal(await status(), 200)
  const rows = await api.cloud.store.read(
    async (reader) => await reader.selectFrom('console_tokens').selectAll().execute(),
  )
  assert.equal(rows.length, 1)
  assert.equal(JSON.stringify(rows).includes(token), false)
  await clock.advance(tokenLifeMs - 1)
  assert.equal(await status(), 200)
  await clock.advance(1)
  assert.equal(await status(), 404)
  const next = tokenOf((await opened(api, id, 'vnc', 'novnc')).body.remote_console.url)
  const left = await api.cloud.store.read(
    async (reader) => await reader.selectFrom('console_tokens').selectAll().execute(),
  )
  assert.equal(left.length, 1, 'what has expired is forgotten')
  await api.now('DELETE', `/servers/${id}`, {})
  await api.cloud.settled()
  const { status: gone } = await api.now('GET', `/os-console-auth-tokens/${next}`, { as: 'admin' })
  assert.equal(gone, 404)
})

test('a token ends when its server moves', async (t) => {
  const api = await computeApi(t)
  const id = await running(api)
  const token = tokenOf((await opened(api, id, 'vnc', 'novnc')).body.remote_console.url)
  const body = { 'os-migrateLive': { host: null, block_migration: 'auto' } }
  await api.now('POST', `/servers/${id}/action`, { as: 'manager', body })
  await api.cloud.settled()
  assert.equal(await api.cloud.status(id as ServerId), 'ACTIVE')
  const { status } = await api.now('GET', `/os-console-auth-tokens/${token}`, { as: 'admin' })
  assert.equal(status, 404)
})

test('the page behind the URL shows what the guest has written, and nothing without the token', async (t) => {
  const api = await computeApi(t)
  const id = await running(api)
  const page = consoleService(api.cloud.cloud.ctx)
  const get = async (url: URL, method = 'GET') =>
    await page.answer({
      method,
      path: url.pathname,
      query: url.searchParams,
      headers: {},
      body: Buffer.alloc(0),
      origin: 'http://cloud',
      mount: '/console',
      requestId: 'req-1',
      globalRequestId: null,
      signal: new AbortController().signal,
    })
  for (const [protocol, type] of [
    ['vnc', 'novnc'],
    ['spice', 'spice-html5'],
  ] as const) {
    const { url } = (await opened(api, id, protocol, type)).body.remote_console
    const shown = await get(new URL(url))
    assert.equal(shown.status, 200)
    assert(shown.body instanceof Buffer)
    assert.match(shown.body.toString(), /Booting/)
  }
  for (const url of ['http://cloud/console/vnc_auto.html', 'http://cloud/console/x?token=what']) {
    assert.equal((await get(new URL(url))).status, 403)
  }
  assert.equal((await get(new URL('http://cloud/console/x'), 'POST')).status, 405)
})
