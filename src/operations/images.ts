/** Snapshots of servers' disks, as operations need them. Every function may run twice. */
import type { ImageId } from '../domain/ids.ts'
import type { Server } from '../domain/server.ts'
import type { Instant } from '../lib/clock.ts'
import * as images from '../store/image/images.ts'
import type { Reader, Tx } from '../store/store.ts'

export type Snapshot = {
  readonly imageId: ImageId
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
}

const bytesPerGb = 2 ** 30

/** Makes the record of a snapshot that is still to come: queued, and private to the server's project. */
export async function queueSnapshot(
  tx: Tx,
  server: Server,
  snapshot: Snapshot,
  now: Instant,
): Promise<void> {
  if (await imageExists(tx, snapshot.imageId)) return
  const { imageId: id, name, properties } = snapshot
  await images.add(tx, {
    id,
    name,
    owner: server.projectId,
    status: 'queued',
    visibility: 'private',
    data: null,
    minDiskGb: Math.max(server.imageMinDiskGb, server.flavor.diskGb),
    minMemoryMb: 0,
    diskFormat: 'qcow2',
    containerFormat: 'bare',
    protected: false,
    hidden: false,
    tags: [],
    properties: { ...originOf(server), ...properties },
    createdAt: now,
    updatedAt: now,
  })
}

/** Says that the disk is uploaded. The data is where the host has put it. */
export async function snapshotArrived(
  tx: Tx,
  server: Server,
  id: ImageId,
  now: Instant,
): Promise<void> {
  const size = (server.flavor.diskGb + server.flavor.ephemeralGb) * bytesPerGb
  await images.activate(tx, id, { size, checksum: '', sha512: '', file: null }, now)
}

/** Forgets a snapshot that came to nothing; one that is active by now is its owner's. */
export async function dropSnapshot(tx: Tx, id: ImageId, now: Instant): Promise<void> {
  const [image] = await images.list(tx, { ids: [id] })
  if (image?.status === 'queued') await images.remove(tx, image, now)
}

/** Forgets an image that was made for us alone. */
export async function forgetImage(tx: Tx, id: ImageId | null, now: Instant): Promise<void> {
  const [image] = id === null ? [] : await images.list(tx, { ids: [id] })
  if (image !== undefined) await images.remove(tx, image, now)
}

export async function imageExists(reader: Reader, id: ImageId): Promise<boolean> {
  return (await images.list(reader, { ids: [id] })).length > 0
}

/** Deletes the oldest backups of a server until so many of this type are left. What is protected stays. */
export async function rotateBackups(
  tx: Tx,
  server: Server,
  backupType: string,
  keep: number,
  now: Instant,
): Promise<void> {
  const own = await images.list(tx, {
    listedFor: { projectId: server.projectId, memberStatus: 'accepted' },
  })
  const backups = own.filter(
    ({ properties, status }) =>
      status === 'active' &&
      properties['image_type'] === 'backup' &&
      properties['backup_type'] === backupType &&
      properties['instance_uuid'] === server.id,
  )
  for (const image of backups.slice(keep)) {
    if (!image.protected) await images.remove(tx, image, now)
  }
}

function originOf(server: Server): Readonly<Record<string, string>> {
  return {
    image_type: 'snapshot',
    instance_uuid: server.id,
    user_id: server.userId,
    owner_id: server.projectId,
    base_image_ref: server.imageId ?? '',
  }
}
