/**
 * Attach a volume to a server that is there.
 *
 * The volume was kept for the server when this was asked for, so nobody else can have it meanwhile. An attachment that fails
 * gives it back. Of a server that is on no host it goes on being kept, and comes with the guest.
 */
import type { HostName } from '../domain/ids.ts'
import type { GuestVolume } from '../drivers/virt-driver.ts'
import { assert } from '../lib/problem.ts'
import type { Tx } from '../store/store.ts'
import type { ServerVolume } from '../domain/volume/server-volume.ts'
import * as serverVolumes from '../store/volume/server-volumes.ts'
import { on, operation } from './kit.ts'
import type { Recorded, ServerParams } from './kit.ts'
import { takeAway, turnAttachment } from './volumes.ts'

export type VolumeParams = ServerParams & {
  /** Null of a server that is nowhere. */
  readonly host: HostName | null
  /** Which disk of the server it is. */
  readonly diskId: string
}

export const attachVolume = operation<VolumeParams>('server.attach-volume')
  .step('announced', 'Tell the volume where it will be', {
    event: 'compute_attach_volume',
    do: async ({ tx, p, now }): Promise<GuestVolume> => {
      const disk = await diskOf(tx, p)
      await turnAttachment(tx, disk, { state: 'attaching', host: p.host }, now)
      return guestVolumeOf(disk)
    },
    undo: async ({ tx, p, now }) => {
      await turnAttachment(tx, await diskOf(tx, p), { state: 'attaching', host: null }, now)
    },
  })
  .hostStep('attached', 'Attach the volume to the guest', {
    event: 'compute_attach_volume',
    on: ({ p }) => p.host,
    do: async (c) => {
      const { host, serverId } = c.p
      if (host !== null) await on(c, host).attachVolume(serverId, c.out.announced)
    },
    then: isAttached,
    undo: async (c) => {
      const { host, serverId } = c.p
      const volume = c.out.announced
      if (host !== null && volume !== undefined) await on(c, host).detachVolume(serverId, volume.id)
    },
    // The guest may be writing to it: whoever had it next would find it changed under their hands.
    stranded: { title: 'Leave the volume attached, as far as anybody knows', do: isAttached },
  })
  .end({
    failed: async ({ tx, p, now }) => await takeAway(tx, await diskOf(tx, p), now),
  })

/** The disk of the server that an operation is about. */
export async function diskOf(tx: Tx, p: VolumeParams): Promise<ServerVolume> {
  const all = await serverVolumes.ofServer(tx, p.serverId)
  const disk = all.find(({ id }) => id === p.diskId)
  assert(disk !== undefined, 'only an operation on the server takes its disks away', { ...p })
  return disk
}

export function guestVolumeOf({ volumeId, device, id }: ServerVolume): GuestVolume {
  assert(volumeId !== null, 'a server that is there has all of its volumes', { disk: id })
  return { id: volumeId, device }
}

async function isAttached({ tx, p, now }: Recorded<VolumeParams>): Promise<void> {
  await turnAttachment(tx, await diskOf(tx, p), { state: 'attached', host: p.host }, now)
}
