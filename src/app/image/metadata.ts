/** What owners say of their images, key by key, as Compute let them say it. */
import type { Image } from '../../domain/image.ts'
import type { Identity } from '../../domain/identity.ts'
import { problem } from '../../lib/problem.ts'
import * as quotas from '../../store/compute/quotas.ts'
import type { Context } from '../context.ts'
import type { ImageContext } from './context.ts'
import { getImage, updateImage } from './images.ts'

export type ImageMetadata = Image['properties']

export async function showImageMetadata(
  ctx: ImageContext,
  who: Identity,
  id: string,
): Promise<ImageMetadata> {
  return (await getImage(ctx, who, id)).properties
}

/**
 * Makes the metadata what the function makes of it, and answers what it is then.
 * @throws `over-quota` when that is more than the project may say of one thing.
 */
export async function changeImageMetadata(
  ctx: ImageContext,
  who: Identity,
  id: string,
  change: (metadata: ImageMetadata) => ImageMetadata,
): Promise<ImageMetadata> {
  const most = await mostOf(ctx, who)
  const { properties } = await updateImage(ctx, who, id, (image) => {
    const changed = change(image.properties)
    refuseMoreThan(most, changed)
    return { properties: changed }
  })
  return properties
}

/** For versions in which Compute still counted what a new image is told. @throws `over-quota` */
export async function checkImageMetadata(
  ctx: Context,
  who: Identity,
  metadata: ImageMetadata,
): Promise<void> {
  refuseMoreThan(await mostOf(ctx, who), metadata)
}

/** How much a project may say of one thing; -1 is as much as it likes. */
async function mostOf(ctx: Context, { projectId, userId }: Identity): Promise<number> {
  if (projectId === null) return -1
  const owner = { projectId, userId }
  return await ctx.store.read(
    async (reader) => await quotas.limitFor(reader, owner, 'metadata_items'),
  )
}

function refuseMoreThan(most: number, metadata: ImageMetadata): void {
  if (most < 0 || Object.keys(metadata).length <= most) return
  throw problem('over-quota', 'Image metadata limit exceeded', { limit: most })
}
