/** The audit that runs by itself: it cries wolf never, remembers since when, and heals only where it is told to. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listHeals } from '../../src/app/audit/heals.ts'
import { patrol } from '../../src/app/audit/patrol.ts'
import type { PatrolSettings } from '../../src/app/audit/patrol.ts'
import { countClaims, openMetrics } from '../../src/app/metrics.ts'
import { migrate } from '../../src/app/servers/resize.ts'
import { liveMigrate } from '../../src/app/servers/live-migrate.ts'
import { isProblem } from '../../src/lib/problem.ts'
import { virtualClock } from '../../src/lib/virtual-clock.ts'
import { admin } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'
import { testDatabases } from '../support/stores.ts'
import { set } from './plants.ts'

const hosts = ['host1', 'host2', 'host3']

for (const { name, open } of testDatabases()) {
  test(`${name}: an audit during any operation raises no alarm, and heals nothing`, async (t) => {
    const settings = { audit: { everyMs: 1_000, heal: 'safe', graceMs: 0 } } as const
    const cloud = await fakeCloud(t, { open, hosts, settings })
    const load = { ended: false }
    const all = Promise.all(Array.from({ length: 6 }, async (_, i) => await live(cloud, i)))
    const ending = all.then(() => {
      load.ended = true
    })
    let looks = 0
    while (!load.ended) {
      await cloud.cloud.loops.runNow('audit')
      looks += 1
      assert.deepEqual([...(cloud.cloud.patrol.standing()?.counts ?? [])], [])
    }
    await ending
    assert.ok(looks > 3, `it looked ${looks} times`)
    assert.deepEqual(await listHeals(cloud.cloud.healing, admin), [])
  })
}

/** The life of a server: everything that takes a while, one after the other. */
async function live(cloud: FakeCloud, turn: number): Promise<void> {
  const server = await cloud.boot({})
  if (turn % 2 === 0) {
    await cloud.resize(server, { vcpus: 2, memoryMb: 1024 })
    if (turn % 4 === 0) await cloud.confirm(server)
    else await cloud.revert(server)
  }
  await cloud.stop(server)
  await cloud.startServer(server)
  const wish = { host: null, blockMigration: null }
  await liveMigrate(cloud.cloud.ctx, admin, cloud.request(), server, wish)
  await cloud.settled(server)
  await migrate(cloud.cloud.ctx, admin, cloud.request(), server, { host: null }).catch(
    (thrown: unknown) => {
      // What is wanted is that something happens, whatever the server's state allows.
      if (!isProblem(thrown, 'conflict')) throw thrown
    },
  )
  await cloud.settled(server)
  await cloud.delete(server)
}

async function broken(
  t: Parameters<typeof fakeCloud>[0],
  settings: PatrolSettings,
): Promise<{
  readonly cloud: FakeCloud
  readonly watch: ReturnType<typeof patrol>
}> {
  const cloud = await fakeCloud(t, { audited: false, clock: virtualClock(1_000_000) })
  const server = await cloud.boot({}, 'host1')
  await set({ task_state: 'rebooting' })(cloud, server)
  return { cloud, watch: patrol(cloud.cloud.healing, async () => await cloud.audit(), settings) }
}

test('unless it was told to heal it only reports, and remembers since when', async (t) => {
  const { cloud, watch } = await broken(t, { everyMs: 1_000, heal: 'report' })
  assert.equal(watch.standing(), null)
  await watch.loop.run()
  const since = cloud.clock.now()
  assert.ok('advance' in cloud.clock)
  await cloud.clock.advance(3_600_000)
  const [found] = await watch.look()
  assert.deepEqual([found?.invariant, found?.firstSeenAt], ['S1', since])
  assert.deepEqual([...(watch.standing()?.counts ?? [])], [['S1', 1]])
  assert.deepEqual(await listHeals(cloud.cloud.healing, admin), [])
})

test('where it was told to heal it does, in the name of nobody', async (t) => {
  const { cloud, watch } = await broken(t, { everyMs: 1_000, heal: 'safe' })
  await watch.loop.run()
  await cloud.settled()
  const [heal] = await listHeals(cloud.cloud.healing, admin)
  assert.deepEqual([heal?.state, heal?.invariant, heal?.by], ['healed', 'S1', null])
  assert.deepEqual(await watch.look(), [])
})

test('with a period of 0 it never looks by itself', async (t) => {
  const { watch } = await broken(t, { everyMs: 0, heal: 'safe' })
  await watch.loop.run()
  assert.equal(watch.standing(), null)
})

test('alarms can be set on what it finds, invariant by invariant', async (t) => {
  const { cloud, watch } = await broken(t, { everyMs: 1_000, heal: 'report' })
  const metrics = openMetrics({ store: cloud.store, claims: countClaims(), patrol: watch })
  t.after(() => metrics.close())
  assert.doesNotMatch((await metrics.read()).text, /^berth_audit_violations\{/m)
  await watch.look()
  const { text } = await metrics.read()
  assert.match(text, /^berth_audit_violations\{invariant="S1"\} 1$/m)
  assert.match(text, /^berth_audit_violations\{invariant="A1"\} 0$/m)
  assert.match(text, /^berth_audit_timestamp_seconds [1-9]/m)
})
