/** The server against real sockets: what clients do right, and what they do wrong. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { systemClock } from '../../lib/clock.ts'
import { randomIds } from '../../lib/ids.ts'
import { openLog, silentLog } from '../../lib/log.ts'
import { problem } from '../../lib/problem.ts'
import { openServer } from './server.ts'
import type { HttpServer, HttpServerOptions } from './server.ts'
import type { HttpRequest, Service } from './service.ts'

async function serving(
  t: TestContext,
  service: Service,
  options: Partial<HttpServerOptions> = {},
): Promise<HttpServer> {
  const server = await openServer({
    services: [{ mount: '/compute', service }],
    host: '127.0.0.1',
    port: 0,
    clock: systemClock,
    ids: randomIds,
    log: silentLog,
    ...options,
  })
  t.after(async () => await server.close())
  return server
}

/** A service that tells what it was asked. */
const echo: Service = {
  answer: async (request) => ({
    status: 200,
    headers: { 'X-Echo': 'yes' },
    body: {
      method: request.method,
      path: request.path,
      mount: request.mount,
      origin: request.origin,
      query: [...request.query],
      body: request.body.toString(),
      type: request.headers['content-type'] ?? null,
      global: request.globalRequestId,
    },
  }),
  refuse: ({ status, problem: { message } }) => ({ status, body: { echoFault: { message } } }),
}

/** Sends bytes as they are and returns everything that comes back until the connection ends. */
async function raw(server: HttpServer, bytes: string): Promise<string> {
  const socket = connect(server.port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.write(bytes)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}

test('a request reaches the service of its mount with path, query, body and origin', async (t) => {
  const server = await serving(t, echo)
  const response = await fetch(`${server.origin}/compute/v2.1/servers?a=1&b=x%20y&a=2`, {
    method: 'POST',
    headers: { 'X-Openstack-Request-Id': 'req-3f3f9d5e-0f0e-4a4f-9b1c-6a1f2f3a4b5c' },
    body: '{"server": {}}',
  })
  assert.equal(response.status, 200)
  assert.match(response.headers.get('x-openstack-request-id') ?? '', /^req-[0-9a-f-]{36}$/)
  assert.equal(response.headers.get('content-type'), 'application/json')
  assert.deepEqual(await response.json(), {
    method: 'POST',
    path: '/v2.1/servers',
    mount: '/compute',
    origin: server.origin,
    query: [
      ['a', '1'],
      ['b', 'x y'],
      ['a', '2'],
    ],
    body: '{"server": {}}',
    type: 'text/plain;charset=UTF-8',
    global: 'req-3f3f9d5e-0f0e-4a4f-9b1c-6a1f2f3a4b5c',
  })
})

test('odd methods, content types, paths and encodings are for the service to judge', async (t) => {
  const server = await serving(t, echo)
  const ask = async (head: string): Promise<Record<string, unknown>> => {
    const text = await raw(server, `${head}\r\nHost: x\r\nConnection: close\r\n\r\n`)
    return JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4))
  }
  assert.equal((await ask('PROPFIND /compute/a HTTP/1.1'))['method'], 'PROPFIND')
  assert.equal((await ask('TRACE /compute/a HTTP/1.1'))['method'], 'TRACE')
  assert.equal((await ask('GET /compute/%zz%ff HTTP/1.1'))['path'], '/%zz%ff')
  assert.equal((await ask('GET /compute/../../etc/passwd HTTP/1.1'))['path'], '/../../etc/passwd')
  assert.equal((await ask('GET /compute HTTP/1.1'))['path'], '')
  assert.equal((await ask('GET http://elsewhere/compute/a?q HTTP/1.1'))['path'], '/a')
  assert.equal((await ask('GET /compute/a HTTP/1.1\r\nContent-Type: ;;;'))['type'], ';;;')
  assert.deepEqual(await ask('GET /computer HTTP/1.1'), {
    error: { code: 404, title: 'Not Found', message: 'There is nothing at this address' },
  })
})

test('a HEAD is answered with the headers of the body and without it', async (t) => {
  const server = await serving(t, echo)
  const response = await fetch(`${server.origin}/compute/a`, { method: 'HEAD' })
  assert.equal(response.status, 200)
  assert.ok(Number(response.headers.get('content-length')) > 10)
  assert.equal(await response.text(), '')
})

test('a Host that is no host does not get into links', async (t) => {
  const server = await serving(t, echo)
  const text = await raw(
    server,
    'GET /compute/a HTTP/1.1\r\nHost: evil.example/"><script>\r\nConnection: close\r\n\r\n',
  )
  assert.match(text, new RegExp(`"origin":"${server.origin}"`))
})

test('bodies over the limit are refused in the form of the service, chunked or announced', async (t) => {
  const server = await serving(t, echo, { limits: { bodyBytes: 100 } })
  const fits = await fetch(`${server.origin}/compute/a`, { method: 'POST', body: 'x'.repeat(100) })
  assert.equal(fits.status, 200)
  for (const body of ['x'.repeat(101), new Blob(['x'.repeat(5_000_000)]).stream()]) {
    const response = await fetch(`${server.origin}/compute/a`, {
      method: 'POST',
      body,
      duplex: 'half',
    })
    assert.equal(response.status, 413)
    assert.deepEqual(await response.json(), {
      echoFault: { message: 'The request body is too large' },
    })
  }
})

test('what is no HTTP is refused in the form of the service it was sent to', async (t) => {
  const server = await serving(t, echo)
  const refused = async (bytes: string, status: number, message: string): Promise<void> => {
    const text = await raw(server, bytes)
    assert.match(text, new RegExp(`^HTTP/1.1 ${status} `))
    assert.match(text, /x-openstack-request-id: req-/)
    assert.ok(text.includes(message), text)
  }
  await refused(
    'POST /compute/a HTTP/1.1\r\nHost: x\r\nContent-Length: hi mom\r\n\r\n{}',
    400,
    '{"echoFault":{"message":"The content-length header must be an integer"}}',
  )
  await refused(
    `GET /compute/a HTTP/1.1\r\nHost: x\r\nBig: ${'x'.repeat(40_000)}\r\n\r\n`,
    431,
    'The request headers are too large',
  )
  await refused('\u0000\u0001nonsense\r\n\r\n', 400, 'The request method is unknown')
})

test('a body that never comes is given up, and a caller who leaves half-way does no harm', async (t) => {
  const server = await serving(t, echo, { limits: { arrivalMs: 50 } })
  const text = await raw(
    server,
    'POST /compute/a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc',
  )
  assert.match(text, /^HTTP\/1.1 408 /)
  const socket = connect(server.port, '127.0.0.1')
  socket.write('POST /compute/a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc')
  await once(socket, 'connect')
  socket.destroy()
  assert.equal((await fetch(`${server.origin}/compute/a`)).status, 200)
})

test('a service that throws answers 500 that says nothing, and the log says why', async (t) => {
  const lines: string[] = []
  const server = await serving(
    t,
    {
      answer: async () => {
        throw new Error('secret detail')
      },
    },
    { log: openLog('warn', { write: (line: string) => void lines.push(line) }) },
  )
  const response = await fetch(`${server.origin}/compute/a?x=1`)
  assert.equal(response.status, 500)
  assert.ok(!(await response.text()).includes('secret'))
  assert.equal(lines.length, 1)
  assert.match(lines[0] ?? '', /secret detail.*server\.test\.ts/)
})

test('a problem becomes a refusal with the status of its kind', async (t) => {
  const server = await serving(t, {
    answer: async ({ path }) => {
      throw path === '/busy'
        ? problem('unavailable', 'The database does not answer')
        : problem('conflict', 'Not now')
    },
    refuse: ({ status, problem: { message } }) => ({ status, body: { own: message } }),
  })
  const conflict = await fetch(`${server.origin}/compute/a`)
  assert.equal(conflict.status, 409)
  assert.deepEqual(await conflict.json(), { own: 'Not now' })
  assert.equal((await fetch(`${server.origin}/compute/busy`)).status, 503)
})

test('a reply with a broken header is a 500 and not a crash', async (t) => {
  const server = await serving(t, {
    answer: async () => ({ status: 200, headers: { 'X-Bad': 'a\r\nInjected: yes' }, body: {} }),
  })
  const response = await fetch(`${server.origin}/compute/a`)
  assert.equal(response.status, 500)
  assert.equal(response.headers.get('injected'), null)
})

test('streams go both ways without being collected', async (t) => {
  const server = await serving(
    t,
    {
      streams: (method) => method === 'PUT',
      answer: async ({ stream }) => {
        let bytes = 0
        for await (const chunk of stream ?? []) bytes += chunk.length
        return { status: 200, body: count(bytes) }
      },
    },
    { limits: { bodyBytes: 10 } },
  )
  async function* count(bytes: number): AsyncIterable<string> {
    yield `got `
    yield String(bytes)
  }
  const response = await fetch(`${server.origin}/compute/file`, {
    method: 'PUT',
    body: Buffer.alloc(3_000_000),
  })
  assert.equal(await response.text(), 'got 3000000')
})

test('the signal aborts when the caller hangs up, and not otherwise', async (t) => {
  const asked: HttpRequest[] = []
  let ask = (): void => {}
  const reached = new Promise<void>((resolve) => (ask = resolve))
  const server = await serving(t, {
    answer: async (request) => {
      asked.push(request)
      if (request.path !== '/wait') return { status: request.signal.aborted ? 500 : 204 }
      const aborted = once(request.signal, 'abort')
      ask()
      await aborted
      return { status: 204 }
    },
  })
  assert.equal((await fetch(`${server.origin}/compute/a`)).status, 204)
  const controller = new AbortController()
  const waiting = fetch(`${server.origin}/compute/wait`, { signal: controller.signal })
  await reached
  const aborted = asked[1]
  assert.ok(aborted !== undefined)
  const heard = once(aborted.signal, 'abort')
  controller.abort()
  await assert.rejects(waiting)
  await heard
  assert.equal(asked[0]?.signal.aborted, false)
})

test('closing finishes what is under way', async (t) => {
  let release = (): void => {}
  let ask = (): void => {}
  const reached = new Promise<void>((resolve) => (ask = resolve))
  const released = new Promise<void>((resolve) => (release = resolve))
  const server = await serving(t, {
    answer: async () => {
      ask()
      await released
      return { status: 200, body: { done: true } }
    },
  })
  const answer = fetch(`${server.origin}/compute/a`)
  await reached
  const closing = server.close()
  release()
  assert.deepEqual(await (await answer).json(), { done: true })
  await closing
  await assert.rejects(fetch(`${server.origin}/compute/a`))
})

test('a taken port is a problem in one sentence', async (t) => {
  const server = await serving(t, echo)
  await assert.rejects(serving(t, echo, { port: server.port }), {
    kind: 'conflict',
    message: `Port ${server.port} of 127.0.0.1 is already in use`,
  })
})
