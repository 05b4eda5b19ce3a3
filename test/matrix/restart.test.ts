/** Rows H: a host, or the control plane, restarts in the middle of something. */
import assert from 'node:assert/strict'
import type { HostName } from '../../src/domain/ids.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'
import { left, resized } from '../kit/scenarios/positions.ts'
import * as deeds from './deeds.ts'
import { active, waits, deleted } from './ends.ts'
import { imagesAreWhole, putAside, restarts } from './restarting.ts'
import { play, row } from './row.ts'
import type { Case } from './row.ts'

/** Hosts restart while nothing is being done with the server. */
async function restartHosts(cloud: FakeCloud): Promise<void> {
  for (const host of cloud.hosts.names()) {
    cloud.hosts.restart(host)
    await deeds.report(cloud, host)
  }
  await cloud.cloud.loops.runNow('returned hosts')
}

const kept = { settings: { reclaimAfterMs: 3_600_000 } } as const
const cases: Readonly<Record<string, readonly Case[]>> = {
  H01: [{ ...waits, position: resized, ask: restartHosts, result: undefined }],
  H02: [
    {
      ...waits,
      position: left,
      ask: restartHosts,
      end: 'ERROR on host2, 2 cores; move error; incoming on host2',
      keeps: {},
      fault: /./,
      result: undefined,
    },
    {
      ...active,
      ...kept,
      position: putAside,
      ask: restartHosts,
      end: 'SOFT_DELETED on host1, 1 cores; move none; shutdown on host1',
      cores: 0,
      result: undefined,
    },
  ],
  H03: [{ ...deleted, crash: { step: 'otherSideCleaned', at: 'before-commit' } }],
  H04: [
    {
      ...active,
      position: undefined,
      ask: async (cloud) => await cloud.create(),
      hosts: ['host1'],
      crash: { step: 'guestSpawned', at: 'after-call' },
    },
  ],
  H05: restarts('spawn').map((fault) => ({ ...active, ...fault, ask: deeds.rebuild })),
  H06: restarts('snapshot').map((fault) => ({
    ...active,
    ...fault,
    ask: deeds.snapshot,
    then: imagesAreWhole,
  })),
  H07: [{ ...waits, crash: { step: 'destinationPrepared', at: 'before-call' } }],
  H08: [{ ...deleted, crash: { step: 'guestDestroyed', at: 'after-call' } }],
  H09: [
    { ...active, ask: deeds.rebootHard, crash: { step: 'rebooted', at: 'after-call' } },
    ...restarts('reboot').map((fault) => ({ ...active, ...fault, ask: deeds.rebootHard })),
  ],
  H10: [
    ...restarts('unpause').map((fault) => ({
      ...active,
      ...fault,
      position: deeds.paused,
      ask: deeds.unpause,
    })),
    ...restarts('reboot').map((fault) => ({ ...active, ...fault, ask: deeds.rebootHard })),
  ],
  H11: [
    {
      ...active,
      position: deeds.paused,
      ask: deeds.unpause,
      crash: { step: 'unpaused', at: 'before-call' },
    },
  ],
  H12: [
    {
      ...active,
      ask: deeds.stop,
      crash: { step: 'poweredOff', at: 'after-call' },
      end: 'SHUTOFF on host1, 1 cores; move none; shutdown on host1',
    },
    ...restarts('power_off').map((fault) => ({
      ...active,
      ...fault,
      ask: deeds.stop,
      end: 'SHUTOFF on host1, 1 cores; move none; shutdown on host1',
    })),
  ],
  // The machine has lost power; its guest is made anew, and the ports do not come.
  H13: [
    {
      ...active,
      ask: async (cloud, server) => {
        cloud.world.losePower('host1' as HostName) // a host of this cloud
        await deeds.rebootHard(cloud, server)
      },
      faults: [{ on: 'reboot', raise: 'VirtualInterfacePlugException' }],
      end: 'ERROR on host1, 1 cores; move none; shutdown on host1',
      fault: /^Virtual interface plugin failed$/,
      result: 'Error',
      then: async (cloud, server) => {
        await cloud.reboot(server, 'HARD')
        assert.equal(await cloud.status(server), 'ACTIVE')
      },
    },
  ],
  H14: [
    { ...waits, crash: { step: 'guestMoved', at: 'after-call' } },
    ...restarts('migrate_disk_and_power_off').map((fault) => ({ ...waits, ...fault })),
  ],
  H15: ['pre_live_migration', 'live_migration', 'post_live_migration_at_source']
    .flatMap(restarts)
    .map((fault) => ({
      ...active,
      ...fault,
      ask: deeds.moveLive,
      end: 'ACTIVE on host2, 1 cores; move completed; running on host2',
      holds: { host2: 1 },
    })),
  H19: [
    {
      ...active,
      ask: async (cloud, server) => {
        cloud.world.losePower('host1' as HostName) // a host of this cloud
        await restartHosts(cloud)
        await cloud.settled()
        // Nothing is powered on behind anybody's back.
        assert.equal(await cloud.status(server), 'SHUTOFF')
        await deeds.start(cloud, server)
      },
      result: undefined,
    },
  ],
}

for (const [id, list] of Object.entries(cases)) {
  row(id, async (t) => {
    for (const given of list) await play(t, given)
  })
}

row('H18', async (t) => {
  const found: unknown[] = []
  const cloud = await fakeCloud(t, {
    hosts: ['host1'],
    watch: (current) => async (moment) => {
      // At no commit of a build is there a claim without the server that it is for.
      if (moment.at === 'after-commit') found.push(...(await current().audit()))
    },
  })
  const server = await cloud.create()
  cloud.hosts.restart('host1' as HostName) // a host of this cloud
  await cloud.settled()
  assert.deepEqual(found, [])
  assert.equal(await cloud.status(server), 'ACTIVE')
})
