/** What is different of servers that boot from a volume: their disk is not on their host. */
import type { ImageId, SnapshotId, VolumeId } from '../../domain/ids.ts'
import type { Server } from '../../domain/server.ts'
import type { ServerVolume } from '../../domain/volume/server-volume.ts'
import type { VolumeSnapshot } from '../../domain/volume/volume.ts'
import type { Ids } from '../../lib/ids.ts'
import type { Instant } from '../../lib/clock.ts'
import { problem } from '../../lib/problem.ts'
import { queueSnapshot } from '../../operations/images.ts'
import { imageMetadataOf } from '../../operations/new-volumes.ts'
import type { Reimaging } from '../../operations/rebuild.ts'
import * as images from '../../store/image/images.ts'
import type { Reader, Tx } from '../../store/store.ts'
import * as quotas from '../../store/volume/quotas.ts'
import * as typeQuotas from '../../store/volume/type-quotas.ts'
import * as serverVolumes from '../../store/volume/server-volumes.ts'
import * as snapshots from '../../store/volume/snapshots.ts'
import * as volumes from '../../store/volume/volumes.ts'
import { imageFits } from '../volume/creating.ts'
import { imagePropertiesOf } from './image-disks.ts'

export function isVolumeBacked({ flavor }: Pick<Server, 'flavor'>): boolean {
  return flavor.rootOnVolume === true
}

/** Makes a snapshot of every volume of the server, and an image that names them. It has no data of its own. */
export async function snapshotVolumes(
  tx: Tx,
  server: Server,
  wish: { readonly name: string; readonly properties: Readonly<Record<string, string>> },
  make: { readonly ids: Ids; readonly now: Instant },
): Promise<ImageId> {
  const { ids, now } = make
  const taken: { disk: ServerVolume; snapshotId: string; sizeGb: number }[] = []
  for (const disk of await serverVolumes.ofServer(tx, server.id)) {
    if (disk.volumeId === null) continue
    const { id, sizeGb } = await snapshotOf(tx, disk.volumeId, wish.name, make)
    taken.push({ disk, snapshotId: id, sizeGb })
  }
  // Random like every id of an image.
  const imageId = ids.uuid() as ImageId
  const disks = imagePropertiesOf(taken, server.rootDeviceName)
  const properties = { ...wish.properties, ...disks }
  await queueSnapshot(tx, server, { imageId, name: wish.name, properties }, now)
  await images.activate(tx, imageId, { size: 0, checksum: '', sha512: '', file: null }, now)
  return imageId
}

/**
 * What a rebuild does with the volume that the server boots from: nothing when it has that image already.
 * @throws `invalid` when the image is another one, and whoever asks knows of no such thing.
 */
export async function reimagingFor(
  reader: Reader,
  server: Server,
  imageId: ImageId | null,
  knows: boolean,
): Promise<Reimaging | null> {
  const disks = await serverVolumes.ofServer(reader, server.id)
  const volumeId = disks.find(({ bootIndex }) => bootIndex === 0)?.volumeId ?? null
  if (volumeId === null || imageId === null) return null
  const volume = await volumes.get(reader, volumeId)
  if (!knows) {
    if (volume.imageMetadata['image_id'] === imageId) return null
    throw problem('invalid', 'Unable to rebuild with a different image for a volume-backed server.')
  }
  imageFits(await images.get(reader, imageId), volume.sizeGb)
  const after = await imageMetadataOf(reader, imageId)
  return { volumeId, before: volume.imageMetadata, after }
}

async function snapshotOf(
  tx: Tx,
  volumeId: VolumeId,
  name: string,
  { ids, now }: { readonly ids: Ids; readonly now: Instant },
): Promise<VolumeSnapshot> {
  const { projectId, userId, sizeGb, typeId } = await volumes.hold(tx, volumeId)
  await quotas.charge(tx, projectId, { snapshots: 1, gigabytes: sizeGb })
  await typeQuotas.admit(tx, projectId, typeId, { snapshots: 1, gigabytes: sizeGb })
  const snapshot: VolumeSnapshot = {
    // Random like every id of a snapshot.
    id: ids.uuid() as SnapshotId,
    volumeId,
    projectId,
    userId,
    name: `snapshot for ${name}`,
    description: '',
    status: 'available',
    progress: '100%',
    sizeGb,
    metadata: {},
    createdAt: now,
    updatedAt: now,
  }
  await snapshots.add(tx, snapshot)
  return snapshot
}
