/** Rows K: the control plane itself, its database and its calls. */
import assert from 'node:assert/strict'
import type { Call, Hosts, HostVerbs } from '../../src/agents/hosts.ts'
import { auditCloud } from '../../src/app/audit/audit.ts'
import { findingsOf } from '../../src/app/audit/findings.ts'
import { beginHeals } from '../../src/app/audit/heals.ts'
import type { Violation } from '../../src/app/audit/violation.ts'
import { openCloud, defaultSettings } from '../../src/app/cloud.ts'
import { resetState } from '../../src/app/servers/reset-state.ts'
import { isVerb, verbsVia } from '../../src/drivers/verbs.ts'
import type { HostName, ServerId } from '../../src/domain/ids.ts'
import { admin, amountsOf } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'
import { untilTask } from '../support/until.ts'
import { askResize, running } from '../kit/scenarios/positions.ts'
import * as deeds from './deeds.ts'
import { waits } from './ends.ts'
import { play, row } from './row.ts'
import type { Case } from './row.ts'

const host1 = 'host1' as HostName // a host of every cloud here

const removed = {
  position: running,
  ask: deeds.remove,
  end: 'DELETED; move none; no body',
  holds: {},
  cores: 0,
} as const
const back = {
  ...waits,
  end: 'ACTIVE on host1, 1 cores; move error; running on host1',
  holds: { host1: 1 },
  keeps: {},
  cores: 1,
  result: 'Error',
} as const

/** The steps of a resize with which something is committed. */
const commits = ['sourceHeld', 'destinationPrepared', 'guestMoved', 'guestFinished'] as const

const cases: Readonly<Record<string, readonly Case[]>> = {
  K01: [
    {
      ...removed,
      refuse: { step: 'otherSideCleaned', at: 'before-commit', kind: 'unavailable', times: 5 },
    },
  ],
  K02: [
    { ...removed, crash: { step: 'gone', at: 'in-commit' } },
    ...commits.map((step) => ({ ...waits, crash: { step, at: 'in-commit' as const } })),
  ],
  K03: commits.map((step) => ({
    ...waits,
    refuse: { step, at: 'before-commit', kind: 'unavailable', times: 3 },
  })),
  K04: [
    { ...removed, refuse: { step: 'otherSideCleaned', at: 'after-commit', kind: 'unavailable' } },
    ...commits.map((step) => ({
      ...waits,
      refuse: { step, at: 'after-commit' as const, kind: 'unavailable' as const },
    })),
  ],
  K05: [
    { ...back, refuse: { step: 'sourceHeld', at: 'in-commit', kind: 'failed', times: 2 } },
    { ...back, refuse: { step: 'destinationClaimed', at: 'in-commit', kind: 'failed', times: 2 } },
    {
      ...back,
      refuse: { step: 'handedOver', at: 'in-commit', kind: 'failed', times: 2 },
    },
  ],
  // A storm that passes is sat out; one that does not ends the move, and nothing else.
  K06: [
    { ...waits, refuse: { step: 'destinationClaimed', at: 'in-commit', kind: 'stale', times: 8 } },
    {
      ...back,
      refuse: { step: 'destinationClaimed', at: 'in-commit', kind: 'stale', times: 2_000 },
    },
  ],
  K07: [
    { ...removed, faults: [{ on: 'destroy', 'lose-reply': true, times: 1 }] },
    ...['migrate_disk_and_power_off', 'finish_migration'].map((on) => ({
      ...waits,
      faults: [{ on, 'lose-reply': true as const, times: 1 }],
    })),
  ],
  K08: [
    { ...removed, between: (hosts) => passing(hosts, twice) },
    { ...waits, between: (hosts) => passing(hosts, twice) },
  ],
  K12: [
    {
      ...waits,
      meanwhile: {
        step: 'guestMoved',
        at: 'before-call',
        act: async (cloud) => await cloud.another(null),
      },
    },
  ],
}

for (const [id, list] of Object.entries(cases)) {
  row(id, async (t) => {
    for (const given of list) await play(t, given)
  })
}

/** A call, to be sent as it was made or with a patience of its own. */
type Send = (call?: Call) => Promise<unknown>

/** Lets somebody decide about every call to a host. */
function passing(hosts: Hosts, pass: (send: Send, verb: string) => Promise<unknown>): Hosts {
  const on = (host: HostName, call: Call): HostVerbs =>
    verbsVia<HostVerbs>(async (verb, args) => {
      assert.ok(isVerb(verb))
      const send: Send = async (which = call) => {
        // Name and arguments came in together, as one call.
        const method = hosts.on(host, which)[verb] as (
          ...given: readonly unknown[]
        ) => Promise<unknown>
        return await method(...args)
      }
      return await pass(send, verb)
    })
  return { on, isUp: (host) => hosts.isUp(host) }
}

async function twice(send: Send): Promise<unknown> {
  const [first, second] = await Promise.allSettled([send(), send()])
  if (second.status === 'fulfilled') return second.value
  if (first.status === 'fulfilled') return first.value
  throw second.reason
}

row('K09', async (t) => {
  const late: Send[] = []
  const cloud = await fakeCloud(t, {
    between: (hosts) =>
      passing(hosts, async (send, verb) => {
        if (verb === 'migrateDiskAndPowerOff') late.push(send)
        return await send()
      }),
  })
  const server = await running(cloud)
  cloud.faults.replace({ faults: [{ on: 'migrate_disk_and_power_off', hang: true }] })
  await askResize(cloud, server)
  await untilTask(cloud, server, 'resize_migrating')
  await resetState(cloud.cloud.ctx, admin, cloud.request(), server, 'active')
  await cloud.settled()
  cloud.faults.replace({ faults: [] })
  await deeds.rebootHard(cloud, server)
  await cloud.settled()
  const before = cloud.world.guests()
  assert.ok(late.length > 0)
  for (const send of late) await assert.rejects(send())
  assert.deepEqual(cloud.world.guests(), before)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.deepEqual(await cloud.held(server), { host1: amountsOf({}) })
  assert.deepEqual(await cloud.used('host2'), {})
})

row('K11', async (t) => {
  let stall: (() => Promise<void>) | null = null
  const cloud = await fakeCloud(t, {
    watch:
      () =>
      async ({ step, at }) => {
        if (step !== 'guestMoved' || at !== 'after-call') return
        const once = stall
        stall = null
        await once?.()
      },
  })
  const server = await running(cloud)
  const { promise: resumed, resolve: resume } = Promise.withResolvers<void>()
  const { promise: stalled, resolve: stalls } = Promise.withResolvers<void>()
  t.after(() => resume())
  stall = async () => {
    stalls()
    await resumed
  }
  await askResize(cloud, server)
  await stalled
  const first = cloud.cloud.engine
  const [operation] = await cloud.underWay()
  const second = await ahead(cloud, 3_600_000)
  t.after(async () => await second.close())
  await second.engine.settled(operation?.id ?? '')
  assert.equal(await cloud.status(server), 'VERIFY_RESIZE')
  const before = await cloud.server(server)
  resume()
  await first.close()
  assert.deepEqual(await cloud.server(server), before)
  assert.deepEqual(Object.keys(await cloud.held(server)), ['host2'])
})

/** A control plane whose clock is ahead: every lease of the others looks long expired to it. */
async function ahead(cloud: FakeCloud, byMs: number): ReturnType<typeof openCloud> {
  const { clock } = cloud
  const { store, ids, random, log } = cloud.cloud.ctx
  return await openCloud({
    ctx: {
      store,
      ids,
      random,
      log,
      clock: {
        now: () => clock.now() + byMs,
        sleep: async (ms, signal) => await clock.sleep(ms, signal),
        after: (ms, work) => clock.after(ms, work),
      },
    },
    hosts: cloud.hosts,
    settings: defaultSettings,
    leaseMs: 10_000,
    alone: false,
    reconcile: 'when told',
  })
}

row('K13', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await running(cloud)
  cloud.hosts.setReachable(host1, false)
  // What could not be read is unknown, and nothing is said about it, let alone taken away.
  assert.deepEqual(await auditCloud(cloud.cloud.ctx, cloud.hosts), [])
  assert.deepEqual(await cloud.held(server), { host1: amountsOf({}) })
})

row('K14', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await running(cloud)
  cloud.faults.replace({ faults: [{ on: 'finish_migration', hang: true }] })
  await askResize(cloud, server)
  await untilTask(cloud, server, 'resize_finish')
  const other = await cloud.create()
  assert.deepEqual(await cloud.audit(), [])
  assert.deepEqual(Object.keys(await cloud.held(server)), ['host2'])
  cloud.faults.replace({ faults: [] })
  await cloud.settled()
  assert.equal(await cloud.status(server), 'VERIFY_RESIZE')
  assert.equal(await cloud.status(other), 'ACTIVE')
})

row('K15', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await running(cloud)
  const { ctx } = cloud.cloud
  const findings = await findingsOf(cloud.store, [forced(server)], new Map())
  const heal = async (): Promise<void> => {
    await beginHeals({ ...ctx, graceMs: 0 }, findings, admin)
    await cloud.settled()
  }
  cloud.faults.replace({ faults: [{ on: 'finish_migration', hang: true }] })
  await askResize(cloud, server)
  await untilTask(cloud, server, 'resize_finish')
  // While it moves nobody else may touch what it holds, and what waits for a decision is not at rest.
  assert.deepEqual(await beginHeals({ ...ctx, graceMs: 0 }, findings, admin), [])
  cloud.faults.replace({ faults: [] })
  await cloud.settled()
  const migration = await cloud.openMigration(server)
  const before = [await cloud.held(server), await cloud.held(migration?.id ?? '')]
  await heal()
  assert.deepEqual([await cloud.held(server), await cloud.held(migration?.id ?? '')], before)
  await cloud.confirm(server)
  const after = await cloud.held(server)
  await heal()
  assert.deepEqual(await cloud.held(server), after)
})

/** What somebody believes of a server who looks at amounts only. */
function forced(server: ServerId): Violation {
  return { invariant: 'A1', subject: server, says: `Server ${server} holds too much`, facts: {} }
}
