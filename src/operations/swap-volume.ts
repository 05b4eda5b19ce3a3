/**
 * Exchange a volume of a server for another one that then holds the same.
 *
 * The guest never is without the disk. Whatever fails, it has the old one, and the new one is given back.
 */
import type { VolumeId } from '../domain/ids.ts'
import { assert } from '../lib/problem.ts'
import * as attachments from '../store/volume/attachments.ts'
import * as serverVolumes from '../store/volume/server-volumes.ts'
import { diskOf, guestVolumeOf } from './attach-volume.ts'
import type { VolumeParams } from './attach-volume.ts'
import { on, operation } from './kit.ts'
import type { Recorded } from './kit.ts'
import { lastStep, looks } from './settling.ts'
import { turnAttachment } from './volumes.ts'

export type SwapParams = VolumeParams & {
  readonly newVolumeId: VolumeId
  /** What keeps the new volume for the server meanwhile. */
  readonly newAttachmentId: string
}

export const swapVolume = operation<SwapParams>('server.swap-volume')
  .step('found', 'Look which volume it is', {
    event: 'compute_swap_volume',
    do: async ({ tx, p }) => guestVolumeOf(await diskOf(tx, p)),
    undo: looks,
  })
  .hostStep('swapped', 'Exchange the volumes in the guest', {
    event: 'compute_swap_volume',
    on: ({ p }) => p.host,
    do: async (c) => {
      const { host, serverId, newVolumeId } = c.p
      const { id, device } = c.out.found
      assert(host !== null, 'only a server on a host exchanges volumes', { server: serverId })
      await on(c, host).swapVolume(serverId, id, { id: newVolumeId, device })
    },
    undo: async (c) => {
      const { host, serverId, newVolumeId } = c.p
      const old = c.out.found
      if (host !== null && old !== undefined) {
        await on(c, host).swapVolume(serverId, newVolumeId, old)
      }
    },
    // The guest may have either: both stay kept for it until somebody detaches what it has.
    stranded: { title: 'Leave the old volume attached, and keep the new one', do: staysAttached },
  })
  .step('released', 'Give the old volume back', {
    event: 'compute_swap_volume',
    do: async ({ tx, p, now }) => {
      const disk = await diskOf(tx, p)
      const { newVolumeId: volumeId, newAttachmentId: attachmentId } = p
      const swapped = { ...disk, volumeId, attachmentId }
      await serverVolumes.save(tx, swapped)
      await turnAttachment(tx, swapped, { state: 'attached', host: p.host }, now)
      if (disk.attachmentId !== null) {
        await attachments.remove(tx, await attachments.get(tx, disk.attachmentId), now)
      }
    },
    undo: lastStep,
  })
  .end({
    failed: async (c) => {
      await staysAttached(c)
      const kept = await attachments.find(c.tx, c.p.newAttachmentId)
      if (kept !== null) await attachments.remove(c.tx, kept, c.now)
    },
  })

async function staysAttached({ tx, p, now }: Recorded<SwapParams>): Promise<void> {
  await turnAttachment(tx, await diskOf(tx, p), { state: 'attached', host: p.host }, now)
}
