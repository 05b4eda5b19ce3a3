/** The stream of events as it is sent. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { virtualClock } from '../../lib/virtual-clock.ts'
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

test('whoever asks for what is not kept any more is told so, and goes on from what is', async (t) => {
  const api = await admin(t, { clock: virtualClock(1_000_000_000) })
  const ended = ({ data }: Sent): boolean => data.what === 'ended'
  await api.cloud.boot(small, 'host1')
  const before = await api.follow('/events?after=0.0', ended)
  const [first] = before
  assert.ok(first !== undefined && first.event !== 'gap', 'from the beginning nothing is missing')
  const clock = api.cloud.clock
  assert.ok('advance' in clock)
  await clock.advance(25 * 60 * 60 * 1000)
  await api.cloud.cloud.loops.runNow('old changes')
  await api.cloud.boot(small, 'host2')

  const after = await api.follow(`/events?after=${first.id}`, ended)
  const [gap, next] = after
  assert.equal(gap?.event, 'gap')
  assert.equal(gap.data.after, first.id)
  assert.equal(gap.data.until, gap.id)
  assert.equal(next?.data.status, 'BUILD')
  assert.ok(
    after.slice(1).every(({ event }) => event !== 'gap'),
    'it is told once',
  )
  // Who goes on behind the notice has missed nothing more.
  assert.deepEqual(await api.follow(`/events?after=${gap.id}`, ended), after.slice(1))
  const kept = await api.follow(`/events?after=${before.at(-1)?.id}`, ended)
  assert.deepEqual(kept, after.slice(1))
})
