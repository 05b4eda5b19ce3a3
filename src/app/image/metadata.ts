/** What owners say of their images, key by key, as Compute let them say it. */
import type { Image } from '../../domain/image.ts'
import type { Identity } from '../../domain/identity.ts'
import { problem } from '../../lib/problem.ts'
import * as quotas from '../../store/compute/quotas.ts'
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
  const { projectId } = who
  const most =
    projectId === null
      ? -1
      : (await ctx.store.read(async (reader) => await quotas.limitsOf(reader, projectId)))
          .metadata_items
  const { properties } = await updateImage(ctx, who, id, (image) => {
    const changed = change(image.properties)
    if (most >= 0 && Object.keys(changed).length > most) {
      throw problem('over-quota', 'Image metadata limit exceeded', { limit: most })
    }
    return { properties: changed }
  })
  return properties
}
