/** The stream of events as it is sent. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { admin } from '../../../test/support/admin-api.ts'
import type { Sent } from '../../../test/support/admin-api.ts'

const small = { vcpus: 1, memoryMb: 512, diskGb: 1 }

test('events tell an operation step by step, and go on from any of them', async (t) => {
  const api = await admin(t)
  const ended = ({ data }: Sent): boolean => data.what === 'ended'
  const following = api.follow('/events', ended)
  const server = await api.cloud.create(small)
  const events = await following

  assert.equal(events[0]?.data.server, server)
  const operation = events.filter(({ event }) => event === 'operation').map(({ data }) => data)
  assert.deepEqual([operation[0]?.what, operation[0]?.name], ['started', 'server.build'])
  assert.ok(operation.some(({ what, step }) => what === 'step' && step.title !== ''))
  assert.deepEqual([operation.at(-1)?.what, operation.at(-1)?.state], ['ended', 'succeeded'])
  const states = events.filter(({ event }) => event === 'server').map(({ data }) => data.status)
  assert.deepEqual([states[0], states.at(-1)], ['BUILD', 'ACTIVE'])

  for (const [index, { id }] of events.slice(0, -1).entries()) {
    const rest = events.slice(index + 1)
    assert.deepEqual(await api.follow(`/events?after=${id}`, ended), rest)
    assert.deepEqual(await api.follow('/events', ended, { headers: { 'last-event-id': id } }), rest)
  }
})

test('a stream ends when the caller hangs up, and when the server closes', async (t) => {
  const api = await admin(t)
  const caller = new AbortController()
  const hungUp = api.follow('/events', () => false, { signal: caller.signal })
  const closed = api.follow('/events', () => false)
  caller.abort()
  assert.deepEqual(await hungUp, [])
  api.closing.abort()
  assert.deepEqual(await closed, [])
})

test('tenants see events of their own project only, and no hosts', async (t) => {
  const api = await admin(t)
  const ann = { token: 'ann:project-1' }
  const bob = { token: 'bob:project-2' }
  const own = api.follow('/events', ({ data }) => data.what === 'ended', ann)
  const foreign = api.follow('/events', () => false, bob)
  await api.cloud.boot(small, 'host1')
  const events = await own
  assert.ok(events.some(({ data }) => data.status === 'ACTIVE'))
  assert.ok(events.every(({ data }) => !('host' in data) || data.host === null))
  assert.doesNotMatch(JSON.stringify(events), /host1/)
  api.closing.abort()
  assert.deepEqual(await foreign, [])
})

test('what is no id of an event is refused', async (t) => {
  const api = await admin(t)
  for (const after of ['x', '1', '1.2.3', '-1.0', '9'.repeat(20) + '.0']) {
    assert.equal((await api.ask('GET', `/events?after=${after}`)).status, 400)
  }
})
