/**
 * Shelve a server: keep its disk as an image, and let it be off.
 *
 * A guest that runs is powered off first, so that its disk is at rest. One that is paused or suspended writes nothing: it is
 * uploaded as it is, so that a failure finds it still paused or suspended.
 */
import type { ImageId } from '../domain/ids.ts'
import type { GuestSpec } from '../drivers/virt-driver.ts'
import { nothing } from '../saga/nothing.ts'
import * as servers from '../store/compute/servers.ts'
import { forgetImage, queueSnapshot, snapshotArrived } from './images.ts'
import { guestOf } from './guests.ts'
import { on, operation } from './kit.ts'
import { asIs, lastStep, settleFailed } from './settling.ts'
import type { HostedParams } from './settling.ts'
import { uploadDeadlineMs } from './snapshot.ts'

export type ShelveParams = HostedParams & {
  readonly imageId: ImageId
  /** Whether a guest runs and must run again when it comes to nothing. */
  readonly runs: boolean
  /** Whether the server leaves its host at once. */
  readonly offload: boolean
}

export const shelveServer = operation<ShelveParams>('server.shelve')
  .step('imageMade', 'Make an image for the disk', {
    event: 'compute_shelve_instance',
    shows: { task: 'shelving' },
    do: async ({ tx, p, now }): Promise<{ readonly guest: GuestSpec }> => {
      const server = await servers.get(tx, p.serverId)
      const name = `${server.name}-shelved`
      await queueSnapshot(tx, server, { imageId: p.imageId, name, properties: {} }, now)
      return { guest: await guestOf(tx, server) }
    },
    undo: async ({ tx, p, now }) => await forgetImage(tx, p.imageId, now),
  })
  .hostStep('atRest', 'Power the guest off', {
    event: 'compute_shelve_instance',
    on: ({ p }) => p.host,
    do: async (c) => {
      if (c.p.runs) await on(c, c.p.host).powerOff(c.p.serverId)
    },
    undo: async (c) => {
      const guest = c.out.imageMade?.guest
      if (c.p.runs && guest !== undefined) await on(c, c.p.host).powerOn(guest)
    },
    stranded: {
      title: 'Leave the server stopped, without an image',
      do: async (c, failure) => {
        await forgetImage(c.tx, c.p.imageId, c.now)
        await settleFailed(c, failure, { vmState: 'stopped', powerState: 'shutdown' })
      },
    },
  })
  .hostStep('uploaded', 'Upload the disk', {
    event: 'compute_shelve_instance',
    shows: { task: 'shelving_image_uploading' },
    deadlineMs: uploadDeadlineMs,
    on: ({ p }) => p.host,
    do: async (c) => await on(c, c.p.host).snapshot(c.p.serverId, c.p.imageId),
    then: async ({ tx, p, now }) => {
      await snapshotArrived(tx, await servers.get(tx, p.serverId), p.imageId, now)
    },
    undo: nothing('its image goes with the record'),
  })
  .hostStep('off', 'Make sure that the guest is off', {
    event: 'compute_shelve_instance',
    on: ({ p }) => p.host,
    do: async (c) => await on(c, c.p.host).powerOff(c.p.serverId),
    undo: asIs,
  })
  .step('shelved', 'Put the server on the shelf', {
    event: 'compute_shelve_instance',
    do: async ({ tx, p, now }) => {
      const server = await servers.hold(tx, p.serverId)
      const shelved = { at: now, imageId: p.imageId, host: p.host }
      const rests = {
        vmState: 'shelved',
        taskState: null,
        powerState: 'shutdown',
        shelved,
      } as const
      const wanted = server.wanted ?? (p.offload ? ({ kind: 'offload' } as const) : null)
      await servers.change(tx, server, { ...rests, wanted }, now)
    },
    undo: lastStep,
  })
  .end({ failed: async (c, failure) => await settleFailed(c, failure) })
