/** Volumes that are made for a new server, in its build: what fails then is the server's own failure. */
import type { ImageId, ServerId, SnapshotId, VolumeId } from '../domain/ids.ts'
import type { Server } from '../domain/server.ts'
import type { VolumeSource } from '../domain/volume/server-volume.ts'
import { isShareable } from '../domain/volume/volume.ts'
import type { Volume } from '../domain/volume/volume.ts'
import type { Instant } from '../lib/clock.ts'
import { isProblem, problem } from '../lib/problem.ts'
import * as images from '../store/image/images.ts'
import type { Reader, Tx } from '../store/store.ts'
import * as attachments from '../store/volume/attachments.ts'
import * as quotas from '../store/volume/quotas.ts'
import * as typeQuotas from '../store/volume/type-quotas.ts'
import * as serverVolumes from '../store/volume/server-volumes.ts'
import * as snapshots from '../store/volume/snapshots.ts'
import * as types from '../store/volume/types.ts'
import * as volumes from '../store/volume/volumes.ts'
import { deleteIfFree, keepFor } from './volumes.ts'

/**
 * Makes the volumes that a new server was promised. Ids are derived, so that doing it twice is doing it once.
 * @throws `failed`, whatever the reason: no other host would help.
 */
export async function makeVolumes(
  tx: Tx,
  server: Server,
  make: { readonly now: Instant; readonly idOf: (name: string) => string },
): Promise<void> {
  try {
    await makeAll(tx, server, make)
  } catch (thrown) {
    if (!isProblem(thrown) || thrown.kind === 'stale' || thrown.kind === 'bug') throw thrown
    const isQuota = thrown.kind === 'over-quota'
    const reason = isQuota ? 'Volume resource quota exceeded' : 'Failure prepping block device.'
    const message = `Build of instance ${server.id} aborted: ${reason}`
    const details = { ...thrown.details, reason: thrown.message, exception: 'BuildAbortException' }
    throw problem('failed', message, details, { cause: thrown })
  }
}

async function makeAll(
  tx: Tx,
  server: Server,
  make: { readonly now: Instant; readonly idOf: (name: string) => string },
): Promise<void> {
  for (const each of await serverVolumes.ofServer(tx, server.id)) {
    if (each.madeFrom === null || each.volumeId !== null) continue
    const id = make.idOf(`volume ${each.device}`)
    // Derived from the saga: the same volume whenever the step runs.
    const volume = await makeVolume(tx, server, each.madeFrom, id as VolumeId, make.now)
    const attachment = keepFor(server, volume, {
      id: make.idOf(`attachment ${each.device}`),
      device: each.device,
      at: make.now,
    })
    await attachments.add(tx, volume, attachment)
    await serverVolumes.save(tx, { ...each, volumeId: volume.id, attachmentId: attachment.id })
  }
}

/** Of the volumes that were made for the server, those that would have gone with it are gone; it keeps the others. */
export async function unmakeVolumes(tx: Tx, serverId: ServerId, now: Instant): Promise<void> {
  for (const each of await serverVolumes.ofServer(tx, serverId)) {
    const { attachmentId, volumeId } = each
    if (each.madeFrom === null || !each.deleteOnTermination) continue
    if (attachmentId === null || volumeId === null) continue
    await serverVolumes.save(tx, { ...each, volumeId: null, attachmentId: null })
    await attachments.remove(tx, await attachments.get(tx, attachmentId), now)
    await deleteIfFree(tx, volumeId, now)
  }
}

type Made = {
  readonly sizeGb: number
  readonly bootable: boolean
  readonly imageMetadata: Readonly<Record<string, string>>
  readonly snapshotId: SnapshotId | null
}

async function makeVolume(
  tx: Tx,
  server: Server,
  source: VolumeSource,
  id: VolumeId,
  now: Instant,
): Promise<Volume> {
  const made = await madeFrom(tx, source)
  const { typeRef } = source
  const sight = { projectId: server.projectId }
  const type = typeRef === null ? await types.chosen(tx) : await types.find(tx, typeRef, sight)
  if (type === null) throw problem('failed', `Volume type ${typeRef} could not be found.`)
  const growth = { volumes: 1, gigabytes: made.sizeGb }
  await quotas.charge(tx, server.projectId, growth)
  await typeQuotas.admit(tx, server.projectId, type.id, growth)
  const volume: Volume = {
    ...made,
    id,
    projectId: server.projectId,
    userId: server.userId,
    name: '',
    description: '',
    status: 'available',
    migrationStatus: null,
    zone: 'nova',
    typeId: type.id,
    readOnly: false,
    multiattach: isShareable(type),
    metadata: {},
    sourceId: null,
    createdAt: now,
    updatedAt: now,
  }
  await volumes.add(tx, volume)
  return volume
}

async function madeFrom(tx: Tx, source: VolumeSource): Promise<Made> {
  switch (source.kind) {
    case 'blank':
      return { sizeGb: source.sizeGb, bootable: false, imageMetadata: {}, snapshotId: null }
    case 'image': {
      const { sizeGb } = source
      const imageMetadata = await imageMetadataOf(tx, source.imageId)
      return { sizeGb, bootable: true, imageMetadata, snapshotId: null }
    }
    case 'snapshot': {
      const snapshot = await snapshots.get(tx, source.snapshotId)
      const { bootable, imageMetadata } = await volumes.get(tx, snapshot.volumeId)
      const sizeGb = source.sizeGb ?? snapshot.sizeGb
      return { sizeGb, bootable, imageMetadata, snapshotId: snapshot.id }
    }
  }
}

/** What a volume remembers of the image on it. */
export async function imageMetadataOf(
  reader: Reader,
  imageId: ImageId,
): Promise<Readonly<Record<string, string>>> {
  const image = await images.get(reader, imageId)
  if (image.data === null) {
    throw problem('failed', `Image ${imageId} has no data.`, { exception: 'ImageUnacceptable' })
  }
  return {
    ...image.properties,
    image_id: image.id,
    image_name: image.name ?? '',
    checksum: image.data.checksum,
    container_format: image.containerFormat ?? '',
    disk_format: image.diskFormat ?? '',
    min_disk: String(image.minDiskGb),
    min_ram: String(image.minMemoryMb),
    size: String(image.data.size),
  }
}
