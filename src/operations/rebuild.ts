/**
 * Rebuild a server where it is: the same server, place and ports, with a new disk made from an image.
 *
 * An image that does not suit the host changes nothing. Once the old disk is gone there is no way back: what fails then leaves
 * the server in error on its host, holding what it held, and it can be rebuilt again.
 */
import type { ImageId, VolumeId } from '../domain/ids.ts'
import { traitsOf } from '../domain/need.ts'
import type { Server } from '../domain/server.ts'
import type { GuestSpec } from '../drivers/virt-driver.ts'
import type { Instant } from '../lib/clock.ts'
import type { Json } from '../lib/json.ts'
import { problem } from '../lib/problem.ts'
import { nothing } from '../saga/nothing.ts'
import * as hosts from '../store/compute/hosts.ts'
import * as servers from '../store/compute/servers.ts'
import { stocksOf } from '../store/placement/host-stocks.ts'
import type { Tx } from '../store/store.ts'
import * as volumes from '../store/volume/volumes.ts'
import { awaitAlone } from './alone.ts'
import { guestOf } from './guests.ts'
import { on, operation } from './kit.ts'
import { lastStep, settleFailed } from './settling.ts'
import type { HostedParams } from './settling.ts'
import { awaitPlugs, beginWaiting, expectPlugs } from './plugging.ts'

/** What a server knows of its image. */
export type ImageOfServer = {
  readonly imageId: ImageId | null
  readonly imageProperties: Readonly<Record<string, Json>>
  readonly imageMinDiskGb: number
}

/** Another image for the volume that the server boots from: what the volume knows of the one and the other. */
export type Reimaging = {
  readonly volumeId: VolumeId
  readonly before: Readonly<Record<string, string>>
  readonly after: Readonly<Record<string, string>>
}

export type RebuildParams = HostedParams & {
  readonly before: ImageOfServer
  readonly after: ImageOfServer
  /** Null of a server whose disk is on its host, or whose volume stays as it is. */
  readonly reimaging: Reimaging | null
  /** Where the server rests when it is done. */
  readonly resting: 'active' | 'stopped'
}

export const rebuildServer = operation<RebuildParams>('server.rebuild')
  .step('imageChosen', 'Make sure that the image suits the host', {
    event: 'rebuild_server',
    shows: { task: 'rebuilding' },
    do: async (c): Promise<{ readonly guest: GuestSpec }> => {
      const { tx, p, now } = c
      await awaitAlone(c)
      await expectPlugs(c)
      const server = await servers.hold(tx, p.serverId)
      const rebuilt = await servers.change(tx, server, p.after, now)
      const isAnother = p.after.imageId !== p.before.imageId || p.reimaging !== null
      if (isAnother) await suitOrRefuse(tx, rebuilt)
      await putOnVolume(tx, p.reimaging, 'after', now)
      return { guest: await guestOf(tx, rebuilt) }
    },
    undo: async ({ tx, p, now }) => {
      await servers.change(tx, await servers.hold(tx, p.serverId), p.before, now)
      await putOnVolume(tx, p.reimaging, 'before', now)
    },
  })
  .hostStep('guestDestroyed', 'Destroy the guest and its disk', {
    event: 'compute_rebuild_instance',
    on: ({ p }) => p.host,
    do: async (c) => await on(c, c.p.host).destroy(c.p.serverId),
    undo: nothing('whether the disk is still there is for its owner to find out'),
  })
  .settle('broken', 'Leave the server in error on its host', {
    when: () => true,
    do: async (c, failure) => await settleFailed(c, failure, { vmState: 'error' }),
  })
  .hostStep('guestSpawned', 'Make the guest from the image', {
    event: 'compute_rebuild_instance',
    shows: { task: 'rebuild_spawning' },
    on: ({ p }) => p.host,
    do: async (c) => {
      const host = on(c, c.p.host)
      await host.spawn(c.out.imageChosen.guest)
      if (c.p.resting === 'stopped') await host.powerOff(c.p.serverId)
    },
    then: beginWaiting,
    undo: nothing('from here on a failure is settled, and a delete finds the guest'),
  })
  .step('portsPlugged', 'Wait until the ports are plugged', {
    event: 'compute_rebuild_instance',
    do: awaitPlugs,
    undo: nothing('it only waits'),
  })
  .step('rebuilt', 'Let the server rest as it did', {
    event: 'compute_rebuild_instance',
    do: async ({ tx, p, now }) => {
      const server = await servers.hold(tx, p.serverId)
      const powerState = p.resting === 'active' ? 'running' : 'shutdown'
      const rests = { vmState: p.resting, taskState: null, powerState } as const
      await servers.change(tx, server, { ...rests, launchedAt: now }, now)
    },
    undo: lastStep,
  })
  .end({
    failed: async (c, failure) => {
      // The host was called as soon as the image was chosen, and the disk may be gone: also when somebody called the rebuild off.
      const touched = c.out.imageChosen !== undefined
      await settleFailed(c, failure, touched ? { vmState: 'error' } : {})
    },
  })

async function putOnVolume(
  tx: Tx,
  reimaging: Reimaging | null,
  which: 'after' | 'before',
  now: Instant,
): Promise<void> {
  if (reimaging === null) return
  const volume = await volumes.hold(tx, reimaging.volumeId)
  await volumes.save(tx, { ...volume, imageMetadata: reimaging[which] }, now)
}

/** @throws `no-capacity` when the image asks for what the host does not have. */
async function suitOrRefuse(tx: Tx, server: Server): Promise<void> {
  if (server.host === null) return
  const { providerId } = await hosts.get(tx, server.host)
  const has = (await stocksOf(tx, [providerId])).get(providerId)?.traits ?? new Set()
  const { required, forbidden } = traitsOf(server.imageProperties)
  const lacking = required.filter((trait) => !has.has(trait))
  const unwanted = forbidden.filter((trait) => has.has(trait))
  if (lacking.length === 0 && unwanted.length === 0) return
  throw problem('no-capacity', 'No valid host was found. The image does not suit the host.', {
    lacking,
    unwanted,
  })
}
