/** Rows E: live migration, from the moment that the guest is on its way. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { ServerId } from '../../src/domain/ids.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'
import { until } from '../support/until.ts'
import { running } from '../kit/scenarios/positions.ts'
import * as deeds from './deeds.ts'
import { moved } from './ends.ts'
import { play, row } from './row.ts'
import type { Case } from './row.ts'

const takenBack = {
  ...moved,
  end: 'ACTIVE on host1, 1 cores; move failed; running on host1',
  holds: { host1: 1 },
  fault: /./,
  result: 'Error',
} as const
/** In error where the guest is, which a hard reboot can help. */
const broken = {
  ...moved,
  end: 'ERROR on host2, 1 cores; move error; running on host2',
  fault: /./,
  result: 'Error',
  then: rebooted,
} as const

async function rebooted(cloud: FakeCloud, server: ServerId): Promise<void> {
  const { host } = await cloud.server(server)
  await cloud.reboot(server, 'HARD')
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal((await cloud.server(server)).host, host)
}

const cases: Readonly<Record<string, readonly Case[]>> = {
  E24: ['MigrationError', 'LiveMigrationAborted'].map((raise) => ({
    ...takenBack,
    faults: [{ on: 'live_migration', raise }],
  })),
  // An error that is none of the ways in which a transfer fails: the guest is there, and somebody should look.
  E25: [
    {
      ...broken,
      faults: [{ on: 'live_migration', raise: 'Whatever' }],
      end: 'ERROR on host1, 1 cores; move error; running on host1',
      holds: { host1: 1 },
      fault: /^Whatever$/,
    },
  ],
  E29: [
    {
      ...moved,
      faults: [{ on: 'live_migration', 'crash-agent': true, 'returns-after': 2_000, times: 1 }],
    },
    {
      ...moved,
      faults: [
        {
          on: 'live_migration',
          'crash-agent': true,
          when: 'after',
          'returns-after': 2_000,
          times: 1,
        },
      ],
    },
  ],
  E30: [
    {
      ...moved,
      faults: [
        {
          on: 'check_can_live_migrate_source',
          'crash-agent': true,
          'returns-after': 2_000,
          times: 1,
        },
      ],
    },
    { ...moved, crash: { step: 'destinationPrepared', at: 'before-call' } },
  ],
  E33: [
    {
      ...broken,
      faults: [
        { on: 'post_live_migration_at_destination', raise: 'VirtualInterfacePlugException' },
      ],
      fault: /^Virtual interface plugin failed$/,
    },
  ],
  E35: [
    {
      ...moved,
      faults: [{ on: 'post_live_migration_at_source', raise: 'Whatever' }],
    },
  ],
  E36: [
    { ...broken, faults: [{ on: 'post_live_migration_at_destination', raise: 'Whatever' }] },
    { ...broken, faults: [{ on: 'post_live_migration_at_destination', hang: true }] },
  ],
  // Once it is settled at once; when even that conflicts, all of it is tried until it is done.
  E37: [
    { ...broken, refuse: { step: 'completed', at: 'in-commit', kind: 'conflict', times: 2 } },
    { ...moved, refuse: { step: 'completed', at: 'in-commit', kind: 'conflict', times: 5 } },
  ],
  E38: [
    {
      ...moved,
      refuse: { step: 'sourceCleaned', at: 'before-commit', kind: 'unavailable', times: 5 },
    },
  ],
  E39: (['before-call', 'after-call'] as const).map((at) => ({
    ...moved,
    meanwhile: { step: 'guestSent', at, act: deeds.remove },
    end: 'DELETED; move failed; no body',
    holds: {},
    cores: 0,
    fault: undefined,
    result: undefined,
  })),
  // The source has sent the guest away, and what arrived does not run.
  E40: [
    {
      ...broken,
      faults: [{ on: 'live_migration', raise: 'MigrationError', when: 'after' }],
      meanwhile: {
        step: 'guestSent',
        at: 'after-call',
        act: async (cloud, server) => deeds.setPower(cloud, 'host2', server, 'crashed'),
      },
      end: 'ERROR on host2, 1 cores; move error; crashed on host2',
      fault: /host2/,
    },
  ],
}

for (const [id, list] of Object.entries(cases)) {
  row(id, async (t) => {
    for (const given of list) await play(t, given)
  })
}

// Until 2.33 whoever asked waited for the answer; the move does not wait for them.
row('E41', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await running(cloud)
  cloud.faults.replace({ faults: [{ on: 'live_migration', hang: true }] })
  await deeds.moveLive(cloud, server)
  await until(cloud, server, async () => (await cloud.openMigration(server))?.status === 'running')
  assert.equal(await cloud.fault(server), null)
  cloud.faults.replace({ faults: [] })
  await cloud.settled()
  assert.equal((await cloud.server(server)).host, 'host2')
  assert.equal((await cloud.migrations(server))[0]?.status, 'completed')
})

row('E31', async (t) => await stopsInOrder(t, 'pre_live_migration', 'preparing'))
row('E32', async (t) => await stopsInOrder(t, 'live_migration', 'running'))

/** What runs, and what waits for its turn, goes on when the control plane is back from an orderly stop. */
async function stopsInOrder(
  t: TestContext,
  hanging: string,
  reached: 'preparing' | 'running',
): Promise<void> {
  const cloud = await fakeCloud(t)
  const [first, second] = [await running(cloud), await running(cloud)]
  cloud.faults.replace({ faults: [{ on: hanging, hang: true }] })
  await deeds.moveLive(cloud, first)
  await deeds.moveLive(cloud, second)
  await until(cloud, first, async () => {
    const statuses = await Promise.all(
      [first, second].map(async (each) => (await cloud.openMigration(each))?.status),
    )
    return statuses.includes(reached) && statuses.includes('queued')
  })
  await cloud.cloud.close()
  cloud.faults.replace({ faults: [] })
  await cloud.start()
  await cloud.settled()
  for (const server of [first, second]) {
    assert.equal(await cloud.status(server), 'ACTIVE')
    assert.equal((await cloud.server(server)).host, 'host2')
    assert.equal((await cloud.migrations(server))[0]?.status, 'completed')
  }
  assert.deepEqual(await cloud.used('host1'), {})
}
