/** What tenants do with volumes in a simulation: each has a few, and servers may boot from one that is made for them. */
import type { DiskWish } from '../../src/app/servers/disk-wish.ts'
import * as volumes from '../../src/app/servers/volumes.ts'
import type { VolumeWish } from '../../src/app/volume/creating.ts'
import type { ImageId, ServerId, VolumeId } from '../../src/domain/ids.ts'
import { problem } from '../../src/lib/problem.ts'
import * as serverVolumes from '../../src/store/volume/server-volumes.ts'
import type { Act, Asked } from './act.ts'

/** How many every tenant has. */
export const volumesEach = 4

export const volumeActs: Readonly<Record<string, Act>> = {
  'attach-volume': {
    weight: 3,
    from: ['active', 'stopped', 'paused', 'resized', 'shelved', 'aside'],
    to: null,
    draw: (random) => ({ volume: String(random.below(volumesEach)) }),
    ask: async (asked) => {
      const { ctx, tenant, request, id } = asked
      const knows = { shelved: true, shared: true }
      const plain = { device: null, tag: null, deleteOnTermination: false }
      const wish = { volumeId: drawnVolume(asked), ...plain, knows }
      await volumes.attachVolume(ctx, tenant, request, id, wish)
    },
  },
  'detach-volume': {
    weight: 2,
    from: ['active', 'stopped', 'paused', 'resized', 'shelved', 'aside'],
    to: null,
    ask: async (asked) => {
      const { ctx, tenant, request, id } = asked
      const wish = { volumeId: await attachedVolume(asked), knowsShelved: true }
      await volumes.detachVolume(ctx, tenant, request, id, wish)
    },
  },
  'swap-volume': {
    weight: 1,
    from: ['active', 'paused', 'resized'],
    to: null,
    draw: (random) => ({ volume: String(random.below(volumesEach)) }),
    ask: async (asked) => {
      const { ctx, admin, tenant, request, id } = asked
      const volumeId = await attachedVolume(asked)
      const ends = { volumeId, newVolumeId: drawnVolume(asked) }
      const rest = { repeats: {}, deleteOnTermination: null, inPlace: false, knowsShared: true }
      // Whoever may exchange volumes does it for their owner.
      const who = { ...tenant, roles: admin.roles }
      await volumes.changeAttachment(ctx, who, request, id, { ...ends, ...rest })
    },
  },
}

/** What every tenant has a few of. */
export const plainVolume: VolumeWish = {
  name: 'a volume',
  description: null,
  sizeGb: 1,
  typeRef: null,
  zone: null,
  metadata: {},
  multiattach: false,
  source: { kind: 'blank' },
}

/** A disk to boot from that is made of an image, and goes with its server unless it is to be kept. */
export function bootVolume(image: ImageId, kept: boolean): DiskWish {
  return {
    source: 'image',
    destination: 'volume',
    id: image,
    bootIndex: 0,
    sizeGb: 1,
    typeRef: null,
    device: null,
    guestFormat: null,
    diskBus: null,
    tag: null,
    deleteOnTermination: !kept,
  }
}

function drawnVolume({ volumes: own, with: given }: Asked): VolumeId {
  const drawn = own[Number(given['volume'] ?? 0)]
  if (drawn === undefined) throw problem('not-found', 'There is no such volume')
  return drawn
}

/** One that the server has, and does not boot from. */
async function attachedVolume({ ctx, id }: Asked): Promise<VolumeId> {
  // What was asked for was the id of a server.
  const all = await ctx.store.read(
    async (reader) => await serverVolumes.ofServer(reader, id as ServerId),
  )
  const found = all.find(({ bootIndex, volumeId }) => bootIndex !== 0 && volumeId !== null)
  if (found?.volumeId == null) throw problem('not-found', 'The server has no volume')
  return found.volumeId
}
