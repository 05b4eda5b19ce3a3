/** The image that a new server boots from. */
import type { Flavor } from '../../domain/flavor.ts'
import type { Identity } from '../../domain/identity.ts'
import type { Image } from '../../domain/image.ts'
import type { ImageId } from '../../domain/ids.ts'
import { allows } from '../../domain/policy.ts'
import type { Json } from '../../lib/json.ts'
import { isProblem, problem } from '../../lib/problem.ts'
import type { Reader, Tx } from '../../store/store.ts'
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
  const image = await lookUpImage(tx, who, ref, flavor)
  checkDisk(who, image, flavor)
  return image
}

/** Likewise, whatever its disk is made from. */
export async function lookUpImage(
  reader: Reader,
  who: Identity,
  ref: string | null,
  flavor: Pick<Flavor, 'memoryMb'>,
): Promise<ChosenImage> {
  if (ref === null) return noImage
  const image = await usableImage(reader, who, ref)
  checkMemory(image, flavor)
  return { id: image.id, minDiskGb: image.minDiskGb, properties: image.properties }
}

/** @throws `invalid` */
export function checkMemory(
  image: { readonly minMemoryMb: number },
  flavor: Pick<Flavor, 'memoryMb'>,
): void {
  if (image.minMemoryMb <= flavor.memoryMb) return
  throw problem('invalid', "Flavor's memory is too small for requested image.")
}

/**
 * Whether the image goes on the disk of the flavor. A disk of no size is as large as its image, which nobody has reckoned with.
 * @throws `invalid`, or `forbidden` when such a disk is not for the caller.
 */
export function checkDisk(who: Identity, image: ChosenImage, flavor: Pick<Flavor, 'diskGb'>): void {
  if (image.id !== null && flavor.diskGb === 0 && !allows(who, 'servers:create:zero_disk_flavor')) {
    const message = 'Only volume-backed servers are allowed for flavors with zero disk.'
    throw problem('forbidden', message)
  }
  if (flavor.diskGb === 0 || image.minDiskGb <= flavor.diskGb) return
  throw problem('invalid', "Flavor's disk is too small for requested image.", { image: image.id })
}

async function usableImage(reader: Reader, who: Identity, ref: string): Promise<Image> {
  try {
    // A text that is no id finds nothing.
    return await imageForServer(reader, ref as ImageId, who)
  } catch (thrown) {
    // For Compute a wrong image is a wrong request, not a wrong address.
    if (isProblem(thrown, 'not-found')) {
      throw problem('invalid', 'Can not find requested image', { image: ref })
    }
    throw thrown
  }
}
