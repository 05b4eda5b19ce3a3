/** Rows B: resize and cold migration. */
import assert from 'node:assert/strict'
import * as resizing from '../../src/app/servers/resize.ts'
import type { ServerId } from '../../src/domain/ids.ts'
import { admin } from '../support/cloud-deeds.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'
import { askResize, running } from '../kit/scenarios/positions.ts'
import { moveLiveTo, remove, report } from './deeds.ts'
import { waits } from './ends.ts'
import { play, row } from './row.ts'
import type { Case } from './row.ts'

const resize = { position: running, ask: askResize } as const
const back = {
  ...resize,
  end: 'ACTIVE on host1, 1 cores; move error; running on host1',
  holds: { host1: 1 },
  cores: 1,
  result: 'Error',
} as const
/** The source answered that it had begun: everything is back, and the owner should look at the guest. */
const lookedAfter = {
  ...back,
  end: 'ERROR on host1, 1 cores; move error; running on host1',
  fault: /./,
  then: rebooted,
} as const
const left = {
  ...resize,
  end: 'ERROR on host2, 2 cores; move error; incoming on host2',
  holds: { host2: 2 },
  cores: 2,
  result: 'Error',
  then: rebooted,
} as const
const deleted = { ...resize, end: 'DELETED; move error; no body', holds: {}, cores: 0 } as const
const plug = {
  on: 'finish_migration',
  host: 'host2',
  raise: 'VirtualInterfaceCreateException',
} as const
const plugFault = /^Virtual Interface creation failed$/
const third = ['host1', 'host2', 'host3']

/** What the owner can do about a server in error: it runs again where its record says, and remembers no move. */
async function rebooted(cloud: FakeCloud, server: ServerId): Promise<void> {
  const { host, move } = await cloud.server(server)
  assert.equal(move, null)
  await cloud.reboot(server, 'HARD')
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal((await cloud.server(server)).host, host)
}

const cases: Readonly<Record<string, Case>> = {
  B02: { ...waits, crash: { step: 'sourceHeld', at: 'before-commit' } },
  B03: {
    ...back,
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
    fault: null,
    then: async (cloud, server) => {
      const action = await cloud.action(server, { requestId: 'req-2', globalRequestId: null })
      const told = action.events.filter(({ event }) => event === 'cold_migrate')
      assert.ok(told.some(({ details }) => details?.startsWith('No valid host')))
    },
  },
  B07: {
    ...back,
    refuse: { step: 'destinationClaimed', at: 'in-commit', kind: 'conflict', times: 2 },
  },
  B08: {
    ...back,
    faults: [{ on: 'get_available_resource', raise: 'ComputeResourcesUnavailable' }],
    refuse: { step: 'sourceHeld', at: 'in-commit', back: true, kind: 'conflict', times: 4 },
  },
  B09: {
    ...deleted,
    meanwhile: { step: 'sourceHeld', at: 'before-commit', act: remove },
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
    then: async (cloud, server) => assert.equal((await cloud.migrations(server)).length, 1),
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
  // What the source needs to know is read in the step that hands its share over.
  B19: { ...back, refuse: { step: 'sourceHeld', at: 'in-commit', kind: 'failed', times: 2 } },
  B20: { ...deleted, meanwhile: { step: 'guestMoved', at: 'before-call', act: remove } },
  B21: { ...back, faults: [{ on: 'migrate_disk_and_power_off', raise: 'InstanceFaultRollback' }] },
  B22: {
    ...lookedAfter,
    faults: [{ on: 'migrate_disk_and_power_off', raise: 'ResizeError', when: 'after' }],
    fault: /^Resize error/,
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
    end: lookedAfter.end,
    fault: /./,
    then: rebooted,
  },
  B25: {
    ...back,
    refuse: { step: 'guestMoved', at: 'in-commit', kind: 'failed', times: 2 },
  },
  B26: { ...back, refuse: { step: 'handedOver', at: 'in-commit', kind: 'failed', times: 2 } },
  B27: { ...waits, crash: { step: 'guestFinished', at: 'before-call' } },
  // A swap disk is a part of the guest: what cannot be adjusted fails the guest.
  B28: { ...left, faults: [{ ...plug, raise: 'ResizeError' }], fault: /^Resize error/ },
  B29: { ...left, faults: [{ ...plug, raise: 'PortBindingFailed' }], fault: /^Binding failed/ },
  B30: { ...left, faults: [{ ...plug, raise: 'VolumeAttachFailed' }], fault: /^Volume could not/ },
  B31: {
    ...left,
    faults: [plug],
    fault: plugFault,
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
  // The destination is silent while it is asked, and another is tried: one owner decides, and there is never a second.
  B18: {
    ...waits,
    hosts: third,
    last: 'host3',
    faults: [{ on: 'get_available_resource', host: 'host2', hang: true }],
    end: waits.end.replaceAll('host2', 'host3'),
    holds: { host3: 2 },
  },
  B41: {
    ...waits,
    hosts: third,
    last: 'host3',
    ask: async (cloud, server) => {
      await askResize(cloud, server)
      await cloud.settled()
      await cloud.confirm(server)
      // It left host1, and may go there when it moves again.
      await moveLiveTo('host1')(cloud, server)
    },
    end: 'ACTIVE on host1, 2 cores; move completed; running on host1',
    holds: { host1: 2 },
    keeps: {},
  },
  // A host that reports what it has, while a claim on it is not yet a guest.
  B42: {
    ...waits,
    meanwhile: {
      step: 'guestMoved',
      at: 'before-call',
      act: async (cloud) => await report(cloud, 'host2'),
    },
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
}

for (const [id, given] of Object.entries(cases)) row(id, async (t) => await play(t, given))
