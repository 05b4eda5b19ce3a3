/** Rows B, C and D: resize and cold migration, confirm and revert. */
import assert from 'node:assert/strict'
import * as deleting from '../../src/app/servers/delete.ts'
import * as resizing from '../../src/app/servers/resize.ts'
import type { HostName, ServerId } from '../../src/domain/ids.ts'
import { admin, fakeCloud, tenant } from '../support/fake-cloud.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'
import { askResize, large, resized, running } from '../kit/scenarios/positions.ts'
import { play, row } from './row.ts'
import type { Case } from './row.ts'

const remove = async (cloud: FakeCloud, server: ServerId): Promise<void> =>
  await deleting.remove(cloud.cloud.ctx, tenant, cloud.request(), server)

const resize = { position: running, ask: askResize } as const
const back = {
  ...resize,
  end: 'ACTIVE on host1, 1 cores; move error; running on host1',
  holds: { host1: 1 },
  cores: 1,
  result: 'Error',
} as const
const untouched = { ...back, end: 'ACTIVE on host1, 1 cores; move none; running on host1' } as const
const waits = {
  ...resize,
  end: 'VERIFY_RESIZE on host2, 2 cores; move finished; running on host2 and source-copy on host1',
  holds: { host2: 2 },
  cores: 2,
  fault: null,
  result: null,
} as const
const left = {
  ...resize,
  end: 'ERROR on host2, 2 cores; move error; incoming on host2',
  holds: { host2: 2 },
  cores: 2,
  result: 'Error',
} as const
const deleted = { ...resize, end: 'DELETED; move error; no body', holds: {}, cores: 0 } as const
const plug = {
  on: 'finish_migration',
  host: 'host2',
  raise: 'VirtualInterfaceCreateException',
} as const
const plugFault = /^Virtual Interface creation failed$/
const third = ['host1', 'host2', 'host3']

const confirm = {
  position: resized,
  ask: async (cloud: FakeCloud, server: ServerId) =>
    await resizing.confirmResize(cloud.cloud.ctx, tenant, cloud.request(), server),
} as const
const confirmed = {
  ...confirm,
  end: 'ACTIVE on host2, 2 cores; move confirmed; running on host2',
  holds: { host2: 2 },
  cores: 2,
  result: null,
} as const
const revert = {
  position: resized,
  ask: async (cloud: FakeCloud, server: ServerId) =>
    await resizing.revertResize(cloud.cloud.ctx, tenant, cloud.request(), server),
} as const
const reverted = {
  ...revert,
  end: 'ACTIVE on host1, 1 cores; move reverted; running on host1',
  holds: { host1: 1 },
  cores: 1,
  result: null,
} as const
const broken = {
  ...revert,
  end: 'ERROR on host1, 1 cores; move error; source-copy on host1',
  holds: { host1: 1 },
  cores: 1,
  result: 'Error',
} as const

const cases: Readonly<Record<string, Case>> = {
  B02: { ...waits, crash: { step: 'sourceHeld', at: 'before-commit' } },
  B03: {
    ...untouched,
    refuse: { step: 'sourceHeld', at: 'in-commit', kind: 'conflict', times: 2 },
  },
  B04: {
    ...waits,
    refuse: { step: 'sourceHeld', at: 'before-commit', kind: 'unavailable', times: 3 },
  },
  B05: { ...waits, refuse: { step: 'sourceHeld', at: 'after-commit', kind: 'unavailable' } },
  B06: {
    ...back,
    hosts: ['host1', { name: 'host2', memoryMb: 1024 }],
    then: async (cloud, server) => {
      const action = await cloud.action(server, { requestId: 'req-2', globalRequestId: null })
      assert.ok(action.events.some(({ details }) => /No valid host/.test(details ?? '')))
    },
  },
  B07: {
    ...back,
    refuse: { step: 'destinationClaimed', at: 'in-commit', kind: 'conflict', times: 2 },
  },
  B08: {
    ...back,
    faults: [{ on: 'migrate_disk_and_power_off', raise: 'ResizeError' }],
    refuse: { step: 'sourceHeld', at: 'in-commit', back: true, kind: 'conflict', times: 4 },
  },
  B09: {
    ...deleted,
    meanwhile: { step: 'sourceHeld', at: 'before-commit', act: remove },
    end: 'DELETED; move none; no body',
  },
  B10: { ...waits, crash: { step: 'sourceHeld', at: 'after-commit' } },
  B11: {
    ...waits,
    faults: [
      {
        on: 'get_available_resource',
        host: 'host2',
        'crash-agent': true,
        'returns-after': 2_000,
        times: 1,
      },
    ],
  },
  B12: {
    ...waits,
    hosts: third,
    last: 'host3',
    faults: [{ on: 'get_available_resource', host: 'host2', raise: 'ComputeResourcesUnavailable' }],
    end: waits.end.replaceAll('host2', 'host3'),
    holds: { host3: 2 },
  },
  B13: {
    ...back,
    faults: [{ on: 'get_available_resource', raise: 'ComputeResourcesUnavailable' }],
  },
  B14: {
    ...back,
    ask: async (cloud, server) =>
      await resizing.migrate(cloud.cloud.ctx, admin, cloud.request(), server, { host: 'host2' }),
    faults: [{ on: 'get_available_resource', raise: 'ComputeResourcesUnavailable' }],
  },
  B15: { ...back, faults: [{ on: 'get_available_resource', raise: 'InstanceFaultRollback' }] },
  B17: { ...deleted, meanwhile: { step: 'destinationPrepared', at: 'after-call', act: remove } },
  B19: { ...back, faults: [{ on: 'migrate_disk_and_power_off', raise: 'PortBindingFailed' }] },
  B20: { ...deleted, meanwhile: { step: 'guestMoved', at: 'before-call', act: remove } },
  B21: { ...back, faults: [{ on: 'migrate_disk_and_power_off', raise: 'InstanceFaultRollback' }] },
  B22: {
    ...back,
    faults: [{ on: 'migrate_disk_and_power_off', raise: 'ResizeError', when: 'after' }],
  },
  B23: {
    ...back,
    faults: [
      {
        on: 'migrate_disk_and_power_off',
        'crash-agent': true,
        when: 'after',
        'returns-after': 40_000,
        times: 1,
      },
    ],
  },
  B24: {
    ...back,
    faults: [{ on: 'migrate_disk_and_power_off', 'crash-agent': true, times: 1 }],
    end: 'ERROR on host1, 1 cores; move error; running on host1',
    fault: /./,
  },
  B25: {
    ...back,
    refuse: { step: 'guestMoved', at: 'in-commit', kind: 'failed', times: 2 },
  },
  B26: { ...back, refuse: { step: 'handedOver', at: 'in-commit', kind: 'failed', times: 2 } },
  B27: { ...waits, crash: { step: 'guestFinished', at: 'before-call' } },
  B29: { ...left, faults: [{ ...plug, raise: 'PortBindingFailed' }], fault: /^Binding failed/ },
  B30: { ...left, faults: [{ ...plug, raise: 'VolumeAttachFailed' }], fault: /^Volume could not/ },
  B31: {
    ...left,
    faults: [plug],
    fault: plugFault,
    then: async (cloud, server) => {
      assert.equal((await cloud.server(server)).move, null)
      await cloud.reboot(server, 'HARD')
      assert.equal(await cloud.status(server), 'ACTIVE')
    },
  },
  B32: {
    ...left,
    refuse: { step: 'resized', at: 'in-commit', kind: 'failed', times: 2 },
    end: 'ERROR on host2, 2 cores; move error; running on host2',
  },
  B33: {
    ...left,
    faults: [plug],
    refuse: { step: 'guestFinished', at: 'in-commit', kind: 'conflict', times: 3 },
    fault: plugFault,
  },
  B34: {
    ...left,
    faults: [plug],
    refuse: { step: 'guestFinished', at: 'before-commit', kind: 'unavailable', times: 3 },
    fault: plugFault,
  },
  B35: {
    ...waits,
    faults: [
      {
        on: 'finish_migration',
        'crash-agent': true,
        when: 'after',
        'returns-after': 3_000,
        times: 1,
      },
    ],
  },
  B36: { ...deleted, meanwhile: { step: 'guestFinished', at: 'before-call', act: remove } },
  B37: {
    ...back,
    hosts: ['host1'],
    settings: { resizeToSameHost: true },
    faults: [{ on: 'get_available_resource', raise: 'ComputeResourcesUnavailable' }],
  },
  B38: {
    ...left,
    hosts: ['host1'],
    settings: { resizeToSameHost: true },
    faults: [{ on: 'finish_migration', raise: 'VirtualInterfaceCreateException' }],
    end: 'ERROR on host1, 2 cores; move error; incoming on host1',
    holds: { host1: 2 },
    fault: plugFault,
  },
  B43: {
    ...left,
    faults: [plug],
    fault: plugFault,
    meanwhile: {
      step: 'guestFinished',
      at: 'after-commit',
      // One commit shows all of it: never the error without its reason, nor with the move still open.
      act: async (cloud, server) => {
        const failed = (await cloud.status(server)) === 'ERROR'
        assert.equal(failed, (await cloud.fault(server)) !== null)
        assert.equal(failed, (await cloud.openMigration(server)) === null)
      },
    },
  },
  C02: { ...confirmed, crash: { step: 'sourceCleaned', at: 'after-call' } },
  C03: { ...confirmed, faults: [{ on: 'confirm_migration', raise: 'Whatever' }] },
  C04: {
    ...confirmed,
    faults: [{ on: 'confirm_migration', raise: 'VirtualInterfacePlugException' }],
  },
  C05: { ...confirmed, refuse: { step: 'confirmed', at: 'in-commit', kind: 'conflict', times: 5 } },
  C06: {
    ...confirmed,
    refuse: { step: 'confirmed', at: 'in-commit', kind: 'unavailable', times: 5 },
  },
  C07: {
    ...confirm,
    meanwhile: { step: 'sourceCleaned', at: 'before-call', act: remove },
    end: 'DELETED; move confirmed; no body',
    holds: {},
    cores: 0,
  },
  D02: { ...reverted, crash: { step: 'reverting', at: 'after-commit' } },
  D03: {
    ...revert,
    faults: [{ on: 'destroy', host: 'host2', raise: 'VirtualInterfacePlugException' }],
    end: waits.end,
    holds: waits.holds,
    cores: 2,
    result: 'Error',
  },
  D04: {
    ...revert,
    faults: [{ on: 'destroy', host: 'host2', raise: 'InstanceTerminationFailure' }],
    end: waits.end,
    holds: waits.holds,
    cores: 2,
    result: 'Error',
  },
  D06: { ...reverted, crash: { step: 'destinationFreed', at: 'after-call' } },
  D07: { ...reverted, refuse: { step: 'broughtHome', at: 'in-commit', kind: 'stale', times: 4 } },
  D08: {
    ...reverted,
    refuse: { step: 'broughtHome', at: 'in-commit', kind: 'unavailable', times: 4 },
  },
  D09: {
    ...broken,
    faults: [{ on: 'finish_revert_migration', raise: 'PortBindingFailed' }],
    fault: /^Binding failed/,
  },
  D10: {
    ...broken,
    faults: [{ on: 'finish_revert_migration', raise: plug.raise }],
    fault: plugFault,
  },
  D11: {
    ...reverted,
    faults: [
      { on: 'finish_revert_migration', 'crash-agent': true, 'returns-after': 3_000, times: 1 },
    ],
  },
  D12: {
    ...revert,
    meanwhile: { step: 'guestRestored', at: 'before-call', act: remove },
    end: 'DELETED; move error; no body',
    holds: {},
    cores: 0,
  },
}

for (const [id, given] of Object.entries(cases)) row(id, async (t) => await play(t, given))

/** A cloud in real time with one server in position. */
async function inPosition(
  t: Parameters<typeof fakeCloud>[0],
  position: (cloud: FakeCloud) => Promise<ServerId>,
): Promise<{ readonly cloud: FakeCloud; readonly server: ServerId }> {
  const cloud = await fakeCloud(t)
  const server = await position(cloud)
  return { cloud, server }
}

row('B01', async (t) => {
  const { cloud, server } = await inPosition(t, running)
  cloud.hosts.setReachable('host1' as HostName, false)
  await assert.rejects(askResize(cloud, server), { kind: 'conflict' })
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.deepEqual(await cloud.migrations(server), [])
})

row('B40', async (t) => {
  const { cloud, server } = await inPosition(t, running)
  const both = await Promise.allSettled([askResize(cloud, server), askResize(cloud, server)])
  assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  await cloud.settled()
  assert.deepEqual(await cloud.charged(), { instances: 1, cores: 2, ram: large.memoryMb })
})

row('C01', async (t) => {
  const { cloud, server } = await inPosition(t, resized)
  cloud.hosts.setReachable('host1' as HostName, false)
  await assert.rejects(cloud.confirm(server), { kind: 'conflict' })
  assert.equal((await cloud.openMigration(server))?.status, 'finished')
})

row('C09', async (t) => {
  const { cloud, server } = await inPosition(t, resized)
  const both = await Promise.allSettled([cloud.confirm(server), cloud.confirm(server)])
  assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  assert.equal(await cloud.status(server), 'ACTIVE')
})

row('D01', async (t) => {
  const { cloud, server } = await inPosition(t, resized)
  cloud.hosts.setReachable('host2' as HostName, false)
  await assert.rejects(cloud.revert(server), { kind: 'conflict' })
  assert.equal(await cloud.status(server), 'VERIFY_RESIZE')
  assert.deepEqual(Object.keys(await cloud.held(server)), ['host2'])
})
