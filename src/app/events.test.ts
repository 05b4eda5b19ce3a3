/** The event stream on every database: complete, in order, resumable, and audible when nothing happens. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { admin, tenant } from '../../test/support/cloud-deeds.ts'
import { fakeCloud } from '../../test/support/fake-cloud.ts'
import type { FakeCloud } from '../../test/support/fake-cloud.ts'
import { testDatabases } from '../../test/support/stores.ts'
import type { Identity } from '../domain/identity.ts'
import type { ProjectId } from '../domain/ids.ts'
import { virtualClock } from '../lib/virtual-clock.ts'
import type { Context } from './context.ts'
import { follow } from './events.ts'
import type { CloudEvent, Followed } from './events.ts'

const quietMs = 15_000

async function following(
  ctx: Context,
  who: Identity,
  after: string | null = null,
): Promise<AsyncIterator<Followed>> {
  const signal = new AbortController().signal
  const events = await follow(ctx, who, { after, quietMs, signal })
  return events[Symbol.asyncIterator]()
}

/** The next events up to the one that says that as many operations have ended. */
async function untilEnded(
  stream: AsyncIterator<Followed>,
  count = 1,
): Promise<readonly CloudEvent[]> {
  const seen: CloudEvent[] = []
  let left = count
  while (left > 0) {
    const { value } = await stream.next()
    if (value.kind === 'quiet') continue
    seen.push(value)
    if (value.kind === 'operation' && value.what === 'ended') left -= 1
  }
  return seen
}

async function bootSeveral(cloud: FakeCloud, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, async () => await cloud.create()))
}

for (const { name, open } of testDatabases()) {
  test(`${name}: whoever hands back a position misses nothing and gets nothing twice`, async (t) => {
    const cloud = await fakeCloud(t, { open })
    const stream = await following(cloud.cloud.ctx, admin)
    await bootSeveral(cloud, 5)
    const all = await untilEnded(stream, 5)
    assert.equal(new Set(all.map(({ position }) => position)).size, all.length)
    for (const at of [0, Math.floor(all.length / 2), all.length - 2]) {
      const later = await following(cloud.cloud.ctx, admin, all[at]?.position)
      const rest = all.slice(at + 1)
      const ends = rest.filter((event) => event.kind === 'operation' && event.what === 'ended')
      assert.deepEqual(await untilEnded(later, ends.length), rest)
    }
  })

  test(`${name}: the steps of a failed resize are told forwards and backwards`, async (t) => {
    const cloud = await fakeCloud(t, { open, settings: { failurePolicy: 'rollback' } })
    const server = await cloud.boot({ memoryMb: 512 }, 'host1')
    cloud.faults.replace({ faults: [{ on: 'finish_migration', raise: 'DiskNotFound' }] })
    const stream = await following(cloud.cloud.ctx, tenant)
    await cloud.resize(server, { memoryMb: 1024 })
    const told = (await untilEnded(stream)).filter((event) => event.kind === 'operation')
    const titles = told.flatMap(({ step, backwards }) =>
      step === null ? [] : [`${backwards ? 'undo' : 'do'} ${step.name}`],
    )
    assert.ok(titles.indexOf('do guestFinished') < titles.indexOf('undo guestFinished'))
    assert.equal(titles.at(-1), 'undo sourceHeld')
    assert.equal(told.at(-1)?.state, 'failed')
    assert.ok((told.at(-1)?.problem ?? '') !== '')
  })
}

test('silence is broken by the position, as often as asked', async (t) => {
  const cloud = await fakeCloud(t)
  const clock = virtualClock(0)
  const stream = await following({ ...cloud.cloud.ctx, clock }, admin)
  const first = await stream.next()
  const second = stream.next()
  // The stream begins to wait when it has read the database, which is not on this clock.
  while (!(await clock.next())) await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(await second, first)
  assert.equal(clock.now(), quietMs)
  const third = stream.next()
  await cloud.create()
  assert.notEqual((await third).value.kind, 'quiet')
})

test('a stream that nobody reads any more listens no longer', async (t) => {
  const cloud = await fakeCloud(t)
  let listeners = 0
  const { store } = cloud.cloud.ctx
  const counting: Context['store'] = {
    dialect: store.dialect,
    transaction: async (work) => await store.transaction(work),
    read: async (work) => await store.read(work),
    settled: async () => await store.settled(),
    close: async () => await store.close(),
    subscribe: (topic, listener) => {
      listeners += 1
      const end = store.subscribe(topic, listener)
      return () => {
        listeners -= 1
        end()
      }
    },
  }
  const stream = await following({ ...cloud.cloud.ctx, store: counting }, admin)
  await stream.next()
  assert.ok(listeners > 0)
  await stream.return?.()
  assert.equal(listeners, 0)
})

test('events are those of a project: without one, and without being admin, there are none', async (t) => {
  const cloud = await fakeCloud(t)
  const unscoped = { ...tenant, projectId: null }
  await assert.rejects(following(cloud.cloud.ctx, unscoped), { kind: 'forbidden' })
  const other = { ...tenant, projectId: 'project-2' as ProjectId }
  const stream = await following(cloud.cloud.ctx, other, '0.0')
  const id = await cloud.create()
  await cloud.settled(id)
  assert.equal((await stream.next()).value.kind, 'quiet')
})
