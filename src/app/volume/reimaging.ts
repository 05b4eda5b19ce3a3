/** Putting another image on a volume. */
import type { Identity } from '../../domain/identity.ts'
import type { ImageId } from '../../domain/ids.ts'
import { problem } from '../../lib/problem.ts'
import { imageMetadataOf } from '../../operations/new-volumes.ts'
import * as volumes from '../../store/volume/volumes.ts'
import type { Context } from '../context.ts'
import { imageForServer } from '../image/for-servers.ts'
import { imageFits } from './creating.ts'
import { changeable } from './volumes.ts'

export type ReimageWish = {
  readonly imageRef: string
  /** Also of a volume that is kept for a server. */
  readonly reserved: boolean
}

/** @throws `invalid` for an image that does not fit, `conflict` when somebody has the volume. */
export async function reimage(
  ctx: Context,
  who: Identity,
  id: string,
  wish: ReimageWish,
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const volume = await changeable(tx, who, id, 'volume:reimage')
    const { status } = volume
    const allowed = wish.reserved ? ['available', 'error', 'reserved'] : ['available', 'error']
    if (!allowed.includes(status)) {
      throw problem(
        'conflict',
        `Invalid volume: Volume status is ${status}, which is no status to be re-imaged in.`,
      )
    }
    // A text that is no id finds nothing.
    const image = await imageForServer(tx, wish.imageRef as ImageId, who)
    imageFits(image, volume.sizeGb)
    const imageMetadata = await imageMetadataOf(tx, image.id)
    await volumes.save(tx, { ...volume, imageMetadata, bootable: true }, ctx.clock.now())
  })
}
