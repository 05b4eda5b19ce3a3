/** Resize and cold migration, and what becomes of them. */
import * as resizing from '../../../src/app/servers/resize.ts'
import { admin, tenant } from '../../support/cloud-deeds.ts'
import { theServer } from '../bench.ts'
import type { Scenario } from '../scenario.ts'
import { askResize, resized, resizedWhileStopped, running, stopped } from './positions.ts'

const two = { hosts: ['host1', 'host2'] } as const

const back = 'ACTIVE on host1, 1 cores; move error; running on host1'
const backOff = 'SHUTOFF on host1, 1 cores; move error; shutdown on host1'
const waits =
  'VERIFY_RESIZE on host2, 2 cores; move finished; running on host2 and source-copy on host1'

/** The source may have touched the guest, and brought it back: its owner should look at it. */
const lookedAfter = [back, 'ERROR on host1, 1 cores; move error; running on host1']
/** The source did not answer while everything was taken back: what it has is not known. */
const stranded = [
  'ERROR on host1, 1 cores; move error; running on host1',
  'ERROR on host1, 1 cores; move error; source-copy on host1',
]
/** The founding case: in error where the disk is, and only there. */
const leftThere = [
  'ERROR on host2, 2 cores; move error; incoming on host2',
  'ERROR on host2, 2 cores; move error; running on host2',
]

const third = waits.replaceAll('host2', 'host3')
const leftAnywhere = leftThere.flatMap((end) => [end, end.replaceAll('host2', 'host3')])

const resize = {
  ...two,
  operation: 'server.resize',
  ask: async (cloud) => await askResize(cloud, await theServer(cloud)),
} satisfies Partial<Scenario>
const takenBack = { sourceHeld: [back], destinationClaimed: [back], handedOver: [back] }

const confirm = {
  ...two,
  operation: 'server.confirm-resize',
  ask: async (cloud) =>
    await resizing.confirmResize(cloud.cloud.ctx, tenant, cloud.request(), await theServer(cloud)),
} satisfies Partial<Scenario>

const revert = {
  ...two,
  operation: 'server.revert-resize',
  ask: async (cloud) =>
    await resizing.revertResize(cloud.cloud.ctx, tenant, cloud.request(), await theServer(cloud)),
} satisfies Partial<Scenario>

const home = 'ACTIVE on host1, 1 cores; move reverted; running on host1'
const broken = [
  'ERROR on host1, 1 cores; move error; source-copy on host1',
  'ERROR on host1, 1 cores; move error; running on host1',
]

export const coldMoveScenarios: readonly Scenario[] = [
  {
    ...resize,
    name: 'resize, leaving what fails',
    prepare: running,
    done: waits,
    fails: {
      get_available_resource: [back],
      migrate_disk_and_power_off: { refusal: lookedAfter, silence: [back, ...stranded] },
      finish_migration: leftThere,
    },
    refused: { ...takenBack, resized: leftThere, portsPlugged: leftThere },
  },
  {
    ...resize,
    name: 'resize, rolling back what fails',
    settings: { failurePolicy: 'rollback' },
    prepare: running,
    done: waits,
    fails: {
      get_available_resource: [back],
      migrate_disk_and_power_off: { refusal: [back], silence: [back, ...stranded] },
      finish_migration: [back],
    },
    refused: { ...takenBack, resized: [back], portsPlugged: [back] },
  },
  {
    ...resize,
    name: 'resize with a third host to go to',
    hosts: ['host1', 'host2', 'host3'],
    prepare: running,
    done: waits,
    doneElsewhere: third,
    fails: {
      get_available_resource: {
        refusal: [waits, third],
        abort: [back],
        silence: [waits, third],
      },
      migrate_disk_and_power_off: { refusal: lookedAfter, silence: [back, ...stranded] },
      finish_migration: leftAnywhere,
    },
    refused: { ...takenBack, resized: leftAnywhere, portsPlugged: leftAnywhere },
  },
  {
    ...resize,
    name: 'resize of a stopped server',
    settings: { failurePolicy: 'rollback' },
    prepare: stopped,
    done: 'VERIFY_RESIZE on host2, 2 cores; move finished; shutdown on host2 and source-copy on host1',
    fails: {
      get_available_resource: [backOff],
      migrate_disk_and_power_off: {
        refusal: [backOff],
        silence: [
          backOff,
          'ERROR on host1, 1 cores; move error; shutdown on host1',
          'ERROR on host1, 1 cores; move error; source-copy on host1',
        ],
      },
      finish_migration: [backOff],
    },
    refused: {
      sourceHeld: [backOff],
      destinationClaimed: [backOff],
      handedOver: [backOff],
      resized: [backOff],
      portsPlugged: [backOff],
    },
  },
  {
    ...resize,
    name: 'resize where the source is the destination',
    hosts: ['host1'],
    settings: { resizeToSameHost: true },
    prepare: running,
    done: 'VERIFY_RESIZE on host1, 2 cores; move finished; running on host1 and source-copy on host1',
    fails: {
      get_available_resource: [back],
      migrate_disk_and_power_off: {
        refusal: lookedAfter,
        silence: [
          back,
          ...stranded,
          'ERROR on host1, 1 cores; move error; incoming on host1 and source-copy on host1',
        ],
      },
      finish_migration: [
        'ERROR on host1, 2 cores; move error; incoming on host1',
        'ERROR on host1, 2 cores; move error; running on host1',
      ],
    },
    refused: {
      ...takenBack,
      resized: ['ERROR on host1, 2 cores; move error; running on host1'],
      portsPlugged: ['ERROR on host1, 2 cores; move error; running on host1'],
    },
  },
  {
    ...two,
    name: 'cold migration to a named host',
    operation: 'server.resize',
    prepare: running,
    ask: async (cloud) =>
      await resizing.migrate(cloud.cloud.ctx, admin, cloud.request(), await theServer(cloud), {
        host: 'host2',
      }),
    done: waits.replace('2 cores', '1 cores'),
    fails: {
      get_available_resource: [back],
      migrate_disk_and_power_off: { refusal: lookedAfter, silence: [back, ...stranded] },
      finish_migration: leftThere.map((end) => end.replace('2 cores', '1 cores')),
    },
    refused: {
      ...takenBack,
      resized: leftThere.map((end) => end.replace('2 cores', '1 cores')),
      portsPlugged: leftThere.map((end) => end.replace('2 cores', '1 cores')),
    },
  },
  {
    ...confirm,
    name: 'confirm',
    prepare: resized,
    done: 'ACTIVE on host2, 2 cores; move confirmed; running on host2',
    // The user's server has nothing to do with a source that cannot be cleaned now.
    fails: { confirm_migration: ['ACTIVE on host2, 2 cores; move confirmed; running on host2'] },
    refused: { confirming: [waits], confirmed: [] },
  },
  {
    ...confirm,
    name: 'confirm of a stopped server',
    prepare: resizedWhileStopped,
    done: 'SHUTOFF on host2, 2 cores; move confirmed; shutdown on host2',
    fails: { confirm_migration: ['SHUTOFF on host2, 2 cores; move confirmed; shutdown on host2'] },
    refused: { confirming: [waits.replace('running', 'shutdown')], confirmed: [] },
  },
  {
    ...revert,
    name: 'revert',
    prepare: resized,
    done: home,
    fails: {
      // Refused while the guest is intact: nothing has happened. Refused after it has gone: it is gone.
      destroy: { refusal: [waits, home], silence: [home] },
      finish_revert_migration: broken,
    },
    refused: { reverting: [waits], broughtHome: broken, portsPlugged: broken, reverted: broken },
  },
  {
    ...revert,
    name: 'revert of a stopped server',
    prepare: resizedWhileStopped,
    done: home.replace('ACTIVE', 'SHUTOFF').replace('running', 'shutdown'),
    fails: {
      destroy: {
        refusal: [waits, home].map((end) =>
          end.replaceAll('running', 'shutdown').replace('ACTIVE', 'SHUTOFF'),
        ),
        silence: [home.replace('ACTIVE', 'SHUTOFF').replace('running', 'shutdown')],
      },
      finish_revert_migration: broken.map((end) => end.replace('running', 'shutdown')),
    },
    refused: {
      reverting: [waits.replace('running', 'shutdown')],
      broughtHome: broken.map((end) => end.replace('running', 'shutdown')),
      portsPlugged: broken.map((end) => end.replace('running', 'shutdown')),
      reverted: broken.map((end) => end.replace('running', 'shutdown')),
    },
  },
]
