/** Live migration: how it goes, and how it is steered. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { abortLiveMigration, forceComplete } from '../../src/app/servers/live-migrate.ts'
import { isProblem } from '../../src/lib/problem.ts'
import { admin, amountsOf } from '../support/cloud-deeds.ts'
import {
  begin,
  cloudWithServer,
  destination,
  move,
  moved,
  slow,
  source,
  statusOfLast,
  stayed,
  untilMigration,
} from '../support/live-moves.ts'

test('a server moves live, and its disk with it', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  const disk = cloud.guests(source)[0]?.diskGeneration
  const request = await move(cloud, server)
  await moved(cloud, server)
  assert.equal(cloud.guests(destination)[0]?.diskGeneration, disk)
  assert.equal((await cloud.action(server, request)).message, null)
})

test('while the guest moves, both hosts are held: one by the migration, one by the server', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  slow(cloud, source)
  await begin(cloud, server)
  const number = await untilMigration(cloud, server, 'running')
  assert.equal(await cloud.status(server), 'MIGRATING')
  const migration = await cloud.openMigration(server)
  assert.deepEqual(await cloud.held(server), { [destination]: amountsOf({}) })
  assert.deepEqual(await cloud.held(migration?.id ?? ''), { [source]: amountsOf({}) })
  await forceComplete(cloud.cloud.ctx, admin, cloud.request(), server, number)
  await moved(cloud, server)
})

test('E14 a move that waits for its turn can be called off', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  const first = await cloud.boot({}, source)
  slow(cloud, source)
  await begin(cloud, first)
  const number = await untilMigration(cloud, first, 'running')
  await begin(cloud, server)
  const waiting = await untilMigration(cloud, server, 'queued')
  const { ctx } = cloud.cloud
  await assert.rejects(
    abortLiveMigration(ctx, admin, cloud.request(), server, waiting, { evenWaiting: false }),
    (thrown) => isProblem(thrown, 'invalid'),
  )
  await abortLiveMigration(ctx, admin, cloud.request(), server, waiting, { evenWaiting: true })
  await cloud.settled(server)
  assert.equal(await statusOfLast(cloud, server), 'cancelled')
  assert.equal((await cloud.server(server)).host, source)
  assert.deepEqual(await cloud.held(server), { [source]: amountsOf({}) })
  await forceComplete(ctx, admin, cloud.request(), first, number)
  await cloud.settled()
  assert.equal((await cloud.server(first)).host, destination)
})

test('moves from one host go one after the other', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  const first = await cloud.boot({}, source)
  slow(cloud, source)
  await begin(cloud, first)
  const number = await untilMigration(cloud, first, 'running')
  await begin(cloud, server)
  await untilMigration(cloud, server, 'queued')
  await forceComplete(cloud.cloud.ctx, admin, cloud.request(), first, number)
  const next = await untilMigration(cloud, server, 'running')
  await forceComplete(cloud.cloud.ctx, admin, cloud.request(), server, next)
  await cloud.settled()
  assert.equal((await cloud.server(server)).host, destination)
})

for (const [row, hanging, status] of [
  ['E15', 'pre_live_migration', 'preparing'],
  ['E16', 'live_migration', 'running'],
] as const) {
  test(`${row} a move that is ${status} can be called off`, async (t) => {
    const { cloud, server } = await cloudWithServer(t)
    cloud.faults.replace({ faults: [{ on: hanging, hang: true, times: 1 }] })
    await begin(cloud, server)
    const number = await untilMigration(cloud, server, status)
    const how = { evenWaiting: true }
    await abortLiveMigration(cloud.cloud.ctx, admin, cloud.request(), server, number, how)
    await stayed(cloud, server, 'cancelled')
    assert.equal(await cloud.fault(server), null)
  })
}

test('an abort that comes when the guest has just arrived brings it back', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  const faults = [{ on: 'live_migration', host: source, hang: true, when: 'after', times: 1 }]
  cloud.faults.replace({ faults })
  await begin(cloud, server)
  const number = await untilMigration(cloud, server, 'running')
  for (;;) {
    if (cloud.guests(destination).some(({ role }) => role === 'guest')) break
    await new Promise((resolve) => setImmediate(resolve))
  }
  const how = { evenWaiting: true }
  await abortLiveMigration(cloud.cloud.ctx, admin, cloud.request(), server, number, how)
  await stayed(cloud, server, 'cancelled')
})

test('E17 a move of another server, or one that has ended, cannot be called off', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  const other = await cloud.boot({}, source)
  slow(cloud, source)
  await begin(cloud, server)
  const number = await untilMigration(cloud, server, 'running')
  const { ctx } = cloud.cloud
  const how = { evenWaiting: true }
  await assert.rejects(
    abortLiveMigration(ctx, admin, cloud.request(), other, number, how),
    (thrown) => isProblem(thrown, 'conflict'),
  )
  await assert.rejects(
    abortLiveMigration(ctx, admin, cloud.request(), server, '999', how),
    (thrown) => isProblem(thrown, 'not-found'),
  )
  await abortLiveMigration(ctx, admin, cloud.request(), server, number, how)
  await cloud.settled()
})

test('E18 a move that is hurried completes', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  slow(cloud, source)
  await begin(cloud, server)
  const number = await untilMigration(cloud, server, 'running')
  await forceComplete(cloud.cloud.ctx, admin, cloud.request(), server, number)
  await moved(cloud, server)
})

test('a named host is the only one that is asked', async (t) => {
  const { cloud, server } = await cloudWithServer(t, [source, destination, 'host3'])
  const check = 'check_can_live_migrate_destination'
  const faults = [{ on: check, host: destination, raise: 'MigrationPreCheckError' }]
  cloud.faults.replace({ faults })
  await move(cloud, server, destination)
  await stayed(cloud, server, 'error')
  assert.deepEqual(await cloud.used('host3'), {})
})
