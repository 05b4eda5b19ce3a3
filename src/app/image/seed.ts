/** What a new cloud starts with: one small image that really can be downloaded. */
import type { ImageId, ProjectId } from '../../domain/ids.ts'
import type { Instant } from '../../lib/clock.ts'
import type { Ids } from '../../lib/ids.ts'
import * as images from '../../store/image/images.ts'
import type { Tx } from '../../store/store.ts'
import { rawDisk } from '../../domain/image.ts'
import type { ImageData } from '../../domain/image.ts'
import type { ImageFiles } from './files.ts'

const name = 'berth-tiny'

/** A disk of one sector that boots nothing: it is for simulated hosts, which do not look into it. */
function tinyDisk(): Buffer {
  const disk = Buffer.alloc(512)
  disk.write('berth-tiny: a disk for simulated hosts\n')
  // The mark that makes a first sector look like one.
  disk.writeUInt16LE(0xaa55, 510)
  return disk
}

/** Keeps the bytes, before the transaction that writes the record. */
export async function keepSeedImage(files: ImageFiles): Promise<ImageData> {
  async function* bytes(): AsyncIterable<Uint8Array> {
    yield tinyDisk()
  }
  return await files.keep(bytes())
}

/** Writes the record, for an empty database. */
export async function seedImage(
  tx: Tx,
  { ids, at, owner, data }: { ids: Ids; at: Instant; owner: ProjectId; data: ImageData },
): Promise<ImageId> {
  // A new id is the id of the image that is made with it.
  const id = ids.uuid() as ImageId
  await images.add(tx, {
    id,
    owner,
    name,
    data,
    status: 'active',
    visibility: 'public',
    ...rawDisk,
    createdAt: at,
    updatedAt: at,
  })
  return id
}
