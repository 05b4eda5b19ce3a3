/**
 * What Compute needs of images: looking one up for a server, and keeping a snapshot.
 *
 * The functions take a reader or a transaction, so that a use-case or a step of an operation makes them part of its own.
 */
import type { Image, ImageData } from '../../domain/image.ts'
import type { Identity } from '../../domain/identity.ts'
import type { ImageId, ProjectId } from '../../domain/ids.ts'
import type { Instant } from '../../lib/clock.ts'
import { problem } from '../../lib/problem.ts'
import * as images from '../../store/image/images.ts'
import type { Reader, Tx } from '../../store/store.ts'
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

export type SnapshotWish = {
  readonly id: ImageId
  readonly name: string
  readonly owner: ProjectId
  /** What the image was made from says how its disk looks. */
  readonly diskFormat: string
  readonly minDiskGb: number
  readonly minMemoryMb: number
  readonly properties: Readonly<Record<string, string>>
  readonly at: Instant
}

/** Makes the record of a snapshot that is still to come: queued, and private to its project. Again: nothing. */
export async function queueSnapshot(tx: Tx, wish: SnapshotWish): Promise<void> {
  const [existing] = await images.list(tx, { ids: [wish.id] })
  if (existing !== undefined) return
  const { at, ...rest } = wish
  await images.add(tx, {
    ...rest,
    containerFormat: 'bare',
    visibility: 'private',
    status: 'queued',
    data: null,
    protected: false,
    hidden: false,
    tags: [],
    createdAt: at,
    updatedAt: at,
  })
}

/** Says that the snapshot's data is there. False when it is gone or was said before. */
export async function activateSnapshot(
  tx: Tx,
  id: ImageId,
  data: ImageData,
  at: Instant,
): Promise<boolean> {
  return await images.activate(tx, id, data, at)
}

/** Forgets a snapshot that came to nothing. Again, or when it is active by now: nothing. */
export async function dropSnapshot(tx: Tx, id: ImageId, at: Instant): Promise<void> {
  const [image] = await images.list(tx, { ids: [id] })
  if (image?.status === 'queued') await images.remove(tx, image, at)
}
