/** Images that are made of volumes. */
import type { Image } from '../../domain/image.ts'
import type { Identity } from '../../domain/identity.ts'
import type { ImageId } from '../../domain/ids.ts'
import type { Volume, VolumeType } from '../../domain/volume/volume.ts'
import { problem } from '../../lib/problem.ts'
import * as images from '../../store/image/images.ts'
import * as types from '../../store/volume/types.ts'
import type { Context } from '../context.ts'
import { changeable } from './volumes.ts'

export type UploadWish = {
  readonly name: string
  readonly diskFormat: string
  readonly containerFormat: string
  /** Also of a volume that somebody has. */
  readonly force: boolean
}

const bytesPerGb = 2 ** 30

/** What a volume remembers of its image and an image has fields of its own for. */
const fields = new Set([
  'image_id',
  'image_name',
  'checksum',
  'container_format',
  'disk_format',
  'min_disk',
  'min_ram',
  'size',
])

/** Makes a private image of what is on the volume. The data stays where the volume is. */
export async function uploadVolume(
  ctx: Context,
  who: Identity,
  id: string,
  wish: UploadWish,
): Promise<{ readonly image: Image; readonly volume: Volume; readonly type: VolumeType }> {
  return await ctx.store.transaction(async (tx) => {
    const volume = await changeable(tx, who, id, 'volume_extension:volume_actions:upload_image')
    const isFree = volume.status === 'available'
    if (!isFree && !(wish.force && volume.status === 'in-use')) {
      throw problem(
        'invalid',
        `Invalid volume: Volume ${id} status must be available or in-use, but current status is: ${volume.status}.`,
      )
    }
    const now = ctx.clock.now()
    const known = Object.entries(volume.imageMetadata).filter(([name]) => !fields.has(name))
    const image: Image = {
      // Random like every id of an image.
      id: ctx.ids.uuid() as ImageId,
      owner: volume.projectId,
      name: wish.name,
      status: 'queued',
      visibility: 'shared',
      data: null,
      minDiskGb: volume.sizeGb,
      minMemoryMb: 0,
      diskFormat: wish.diskFormat,
      containerFormat: wish.containerFormat,
      protected: false,
      hidden: false,
      tags: [],
      properties: Object.fromEntries(known),
      createdAt: now,
      updatedAt: now,
    }
    await images.add(tx, image)
    const data = { size: volume.sizeGb * bytesPerGb, checksum: '', sha512: '', file: null }
    await images.activate(tx, image.id, data, now)
    const type = await types.find(tx, volume.typeId, 'all')
    if (type === null) throw problem('bug', 'A volume is of a type that there is')
    return { image, volume, type }
  })
}
