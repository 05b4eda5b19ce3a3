import assert from 'node:assert/strict'
import { test } from 'node:test'
import { healthService, metricsService } from './health.ts'
import type { HttpReply, Service } from './service.ts'

async function ask(service: Service, method: string, path = ''): Promise<HttpReply> {
  return await service.answer({
    method,
    path,
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.alloc(0),
    origin: 'http://x',
    mount: '/healthz',
    requestId: 'req-1',
    globalRequestId: null,
    signal: AbortSignal.timeout(1000),
  })
}

test('health says 200 or 503, and what each check found', async () => {
  let wrong: string | null = null
  const service = healthService(async () => ({ database: wrong }))
  assert.equal((await ask(service, 'GET')).status, 200)
  wrong = 'does not answer'
  const failing = await ask(service, 'GET')
  assert.equal(failing.status, 503)
  assert.deepEqual(failing.body, { status: 'failing', checks: { database: wrong } })
  assert.equal((await ask(service, 'POST')).status, 405)
  assert.equal((await ask(service, 'GET', '/more')).status, 404)
})

test('metrics are handed out as they are', async () => {
  const service = metricsService(async () => ({ contentType: 'text/plain', text: 'up 1' }))
  const reply = await ask(service, 'GET')
  assert.deepEqual(reply.headers, { 'Content-Type': 'text/plain' })
  assert.deepEqual(reply.body, Buffer.from('up 1'))
})
