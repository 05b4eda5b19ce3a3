/** Row H16: every task that a restart finds in the middle goes on where it was. */
import type { ServerId } from '../../src/domain/ids.ts'
import { beginPassword } from '../../src/app/servers/password.ts'
import { rescue, unrescue } from '../../src/app/servers/rescue.ts'
import * as softly from '../../src/app/servers/soft-delete.ts'
import { createBackup } from '../../src/app/servers/snapshot.ts'
import { tenant } from '../support/cloud-deeds.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'
import { resized, running } from '../kit/scenarios/positions.ts'
import * as deeds from './deeds.ts'
import { active, waits } from './ends.ts'
import { imagesAreWhole, putAside, restarts } from './restarting.ts'
import { play, row } from './row.ts'
import type { Case } from './row.ts'

const kept = { settings: { reclaimAfterMs: 3_600_000 } } as const
const shelf = { settings: { offloadAfterMs: null } } as const
const onShelf = 'SHELVED on host1, 1 cores; move none; shutdown on host1'
const reverted = 'ACTIVE on host1, 1 cores; move reverted; running on host1'
const offloaded = {
  end: 'SHELVED_OFFLOADED on null, 1 cores; move none; no body',
  holds: {},
  cores: 0,
}

async function askRescue(cloud: FakeCloud, server: ServerId): Promise<void> {
  const wish = { imageRef: null, adminPass: null }
  await rescue(cloud.cloud.ctx, tenant, cloud.request(), server, wish)
}

async function rescued(cloud: FakeCloud): Promise<ServerId> {
  const server = await running(cloud)
  await askRescue(cloud, server)
  await cloud.settled()
  return server
}

async function askUnrescue(cloud: FakeCloud, server: ServerId): Promise<void> {
  await unrescue(cloud.cloud.ctx, tenant, cloud.request(), server)
}

async function askBackup(cloud: FakeCloud, server: ServerId): Promise<void> {
  const wish = { name: 'daily', backupType: 'daily', rotation: 1, metadata: {} }
  await createBackup(cloud.cloud.ctx, tenant, cloud.request(), server, wish)
}

async function askRestore(cloud: FakeCloud, server: ServerId): Promise<void> {
  await softly.restore(cloud.cloud.ctx, tenant, cloud.request(), server)
}

const tasks: readonly Case[] = [
  // What no branch of Nova's restart knows: each has a step that goes on where it was.
  ...restarts('finish_migration').map((fault) => ({ ...waits, ...fault })),
  ...['destroy', 'finish_revert_migration'].flatMap(restarts).map((fault) => ({
    ...active,
    ...fault,
    position: resized,
    ask: deeds.revert,
    end: reverted,
  })),
  ...restarts('snapshot').map((fault) => ({
    ...active,
    ...shelf,
    ...fault,
    ask: deeds.shelve,
    end: onShelf,
  })),
  ...restarts('destroy').map((fault) => ({
    ...active,
    ...shelf,
    ...fault,
    position: deeds.shelved,
    ask: deeds.offload,
    ...offloaded,
  })),
  ...restarts('spawn').map((fault) => ({
    ...active,
    ...fault,
    hosts: ['host1'],
    position: deeds.shelved,
    ask: deeds.unshelve,
  })),
  ...restarts('suspend').map((fault) => ({
    ...active,
    ...fault,
    ask: deeds.suspend,
    end: 'SUSPENDED on host1, 1 cores; move none; suspended on host1',
  })),
  ...restarts('resume').map((fault) => ({
    ...active,
    ...fault,
    position: deeds.suspended,
    ask: deeds.resume,
  })),
  ...restarts('rescue').map((fault) => ({
    ...active,
    ...fault,
    ask: askRescue,
    end: 'RESCUE on host1, 1 cores; move none; rescue running on host1',
  })),
  ...restarts('unrescue').map((fault) => ({
    ...active,
    ...fault,
    position: rescued,
    ask: askUnrescue,
  })),
  ...restarts('power_off').map((fault) => ({
    ...active,
    ...kept,
    ...fault,
    ask: deeds.remove,
    end: 'SOFT_DELETED on host1, 1 cores; move none; shutdown on host1',
    cores: 0,
  })),
  ...restarts('power_on').map((fault) => ({
    ...active,
    ...kept,
    ...fault,
    position: putAside,
    ask: askRestore,
  })),
  ...restarts('snapshot').map((fault) => ({
    ...active,
    ...fault,
    ask: askBackup,
    then: imagesAreWhole,
  })),
  ...restarts('set_admin_password').map((fault) => ({
    ...active,
    ...fault,
    ask: async (cloud: FakeCloud, server: ServerId) =>
      await beginPassword(cloud.cloud.ctx, tenant, cloud.request(), server, 'new'),
  })),
]

row('H16', async (t) => {
  for (const given of tasks) await play(t, given)
})
