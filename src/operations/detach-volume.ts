/**
 * Detach a volume from a server.
 *
 * The guest lets go of it first, and only then may anybody else have it. A detachment that fails leaves it attached.
 */
import type { GuestVolume } from '../drivers/virt-driver.ts'
import { diskOf, guestVolumeOf } from './attach-volume.ts'
import type { VolumeParams } from './attach-volume.ts'
import { on, operation } from './kit.ts'
import type { Recorded } from './kit.ts'
import { lastStep, looks } from './settling.ts'
import { takeAway, turnAttachment } from './volumes.ts'

export const detachVolume = operation<VolumeParams>('server.detach-volume')
  .step('found', 'Look which volume it is', {
    event: 'compute_detach_volume',
    do: async ({ tx, p }): Promise<GuestVolume> => guestVolumeOf(await diskOf(tx, p)),
    undo: looks,
  })
  .hostStep('detached', 'Detach the volume from the guest', {
    event: 'compute_detach_volume',
    on: ({ p }) => p.host,
    do: async (c) => {
      const { host, serverId } = c.p
      if (host !== null) await on(c, host).detachVolume(serverId, c.out.found.id)
    },
    undo: async (c) => {
      const { host, serverId } = c.p
      const volume = c.out.found
      if (host !== null && volume !== undefined) await on(c, host).attachVolume(serverId, volume)
    },
    // The guest may still have it. When it has not, its next hard reboot brings it back.
    stranded: { title: 'Leave the volume attached, as far as anybody knows', do: staysAttached },
  })
  .step('released', 'Give the volume back', {
    event: 'compute_detach_volume',
    do: async ({ tx, p, now }) => await takeAway(tx, await diskOf(tx, p), now),
    undo: lastStep,
  })
  .end({ failed: staysAttached })

async function staysAttached({ tx, p, now }: Recorded<VolumeParams>): Promise<void> {
  await turnAttachment(tx, await diskOf(tx, p), { state: 'attached', host: p.host }, now)
}
