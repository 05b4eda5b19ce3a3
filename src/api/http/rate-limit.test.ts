import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBuckets } from '../../lib/token-bucket.ts'
import { virtualClock } from '../../lib/virtual-clock.ts'
import { callers } from '../../../test/support/callers.ts'
import type { Caller } from '../../../test/support/callers.ts'
import { computeApi } from '../../../test/support/compute-api.ts'
import { withRateLimit } from './rate-limit.ts'
import type { HttpReply, HttpRequest, Service } from './service.ts'

const request: HttpRequest = {
  method: 'GET',
  path: '/v2.1/servers',
  query: new URLSearchParams(),
  headers: {},
  body: Buffer.alloc(0),
  origin: 'http://cloud',
  mount: '/compute',
  requestId: 'req-1',
  globalRequestId: null,
  signal: new AbortController().signal,
}

const authenticate = async ({ 'x-auth-token': token = '' }: HttpRequest['headers']) =>
  token in callers ? callers[token as Caller] : null

const asking = (service: Service) => async (token: string) =>
  await service.answer({ ...request, headers: { 'x-auth-token': token } })

test('a project that asks too often is told when to come back, in Nova’s form', async (t) => {
  const clock = virtualClock()
  const { service } = await computeApi(t)
  const ask = asking(withRateLimit(service, openBuckets(clock, 2), authenticate))
  // Several users of one project share what it may ask.
  for (const token of ['member', 'reader', 'admin', 'member']) {
    assert.equal((await ask(token)).status, 200)
  }
  const refused: HttpReply = await ask('reader')
  assert.equal(refused.status, 429)
  assert.equal(refused.headers?.['Retry-After'], '1')
  assert.deepEqual(refused.body, {
    overLimit: { code: 429, message: 'This request was rate-limited.', retryAfter: '1' },
  })
  assert.equal((await ask('other')).status, 200, 'another project')
  await clock.advance(1000)
  assert.equal((await ask('member')).status, 200)
})

test('who has no good token belongs to no project, and is refused as ever', async (t) => {
  const { service } = await computeApi(t)
  const ask = asking(withRateLimit(service, openBuckets(virtualClock(), 1), authenticate))
  for (let n = 0; n < 5; n += 1) assert.equal((await ask('nobody')).status, 401)
})
