/** The image that a new server boots from. */
import type { Flavor } from '../../domain/flavor.ts'
import type { Identity } from '../../domain/identity.ts'
import type { Image } from '../../domain/image.ts'
import type { ImageId } from '../../domain/ids.ts'
import type { Json } from '../../lib/json.ts'
import { isProblem, problem } from '../../lib/problem.ts'
import type { Tx } from '../../store/store.ts'
import { imageForServer } from '../image/for-servers.ts'

export type ChosenImage = {
  readonly id: ImageId | null
  readonly minDiskGb: number
  readonly properties: Readonly<Record<string, Json>>
}

/** A server without an image, for those that need none. */
const noImage: ChosenImage = { id: null, minDiskGb: 0, properties: {} }

/**
 * The image, if the caller may use it and the flavor is large enough for it.
 * @throws `invalid` in Nova's words.
 */
export async function chooseImage(
  tx: Tx,
  who: Identity,
  ref: string | null,
  flavor: Pick<Flavor, 'diskGb' | 'memoryMb'>,
): Promise<ChosenImage> {
  if (ref === null) return noImage
  const image = await usableImage(tx, who, ref)
  if (image.minMemoryMb > flavor.memoryMb) {
    throw problem('invalid', "Flavor's memory is too small for requested image.", { image: ref })
  }
  if (flavor.diskGb > 0 && image.minDiskGb > flavor.diskGb) {
    throw problem('invalid', "Flavor's disk is too small for requested image.", { image: ref })
  }
  return { id: image.id, minDiskGb: image.minDiskGb, properties: image.properties }
}

async function usableImage(tx: Tx, who: Identity, ref: string): Promise<Image> {
  try {
    // A text that is no id finds nothing.
    return await imageForServer(tx, ref as ImageId, who)
  } catch (thrown) {
    // For Compute a wrong image is a wrong request, not a wrong address.
    if (isProblem(thrown, 'not-found')) {
      throw problem('invalid', 'Can not find requested image', { image: ref })
    }
    throw thrown
  }
}
