/** What Compute asks of images for a new server. */
import type { Image } from '../../domain/image.ts'
import type { Identity } from '../../domain/identity.ts'
import type { ImageId } from '../../domain/ids.ts'
import { problem } from '../../lib/problem.ts'
import type { Reader } from '../../store/store.ts'
import { visible } from './images.ts'

/**
 * The image that a server shall be made from.
 * @throws `not-found` when they may not see it, `invalid` when it has no data to make a disk from.
 */
export async function imageForServer(reader: Reader, id: ImageId, who: Identity): Promise<Image> {
  const image = await visible(reader, who, id)
  if (image.status !== 'active')
    throw problem('invalid', `Image ${id} is not active.`, { image: id })
  return image
}
