/** Volumes. What a volume is doing is written here whenever its attachments change. */
import type { ProjectId, SnapshotId, UserId, VolumeId, VolumeTypeId } from '../../domain/ids.ts'
import { attachable, statusWith } from '../../domain/volume/volume.ts'
import type {
  AttachmentState,
  Volume,
  VolumeMigrationStatus,
  VolumeStatus,
} from '../../domain/volume/volume.ts'
import type { Instant } from '../../lib/clock.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import * as changes from '../changes.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

type Row = Omit<Tables['volumes'], 'number'>

/** @throws `not-found` */
export async function get(reader: Reader, id: string): Promise<Volume> {
  const row = await reader.selectFrom('volumes').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined) throw missing(id)
  return toVolume(row)
}

/**
 * Likewise, and holds it until the transaction ends: of two that would attach it one waits for the other.
 * @throws `not-found`
 */
export async function hold(tx: Tx, id: string): Promise<Volume> {
  const row = await tx
    .updateTable('volumes')
    .set((e) => ({ updated_at: e.ref('updated_at') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) throw missing(id)
  return toVolume(row)
}

/** Newest first. All of them, or those of a project. */
export async function list(
  reader: Reader,
  projectId: ProjectId | null,
): Promise<readonly Volume[]> {
  const query = reader.selectFrom('volumes').selectAll().orderBy('number', 'desc')
  const own = projectId === null ? query : query.where('project_id', '=', projectId)
  return (await own.execute()).map(toVolume)
}

/** Whether any volume is of the type. */
export async function isAnyOfType(reader: Reader, typeId: VolumeTypeId): Promise<boolean> {
  const query = reader.selectFrom('volumes').select('id').where('type_id', '=', typeId).limit(1)
  return (await query.executeTakeFirst()) !== undefined
}

export async function add(tx: Tx, volume: Volume): Promise<void> {
  await tx.insertInto('volumes').values(toRow(volume)).execute()
  await tell(tx, volume, volume.createdAt)
}

/** Writes everything of it. It has been held since it was read. */
export async function save(tx: Tx, volume: Volume, now: Instant): Promise<Volume> {
  const saved = { ...volume, updatedAt: now }
  await tx.updateTable('volumes').set(toRow(saved)).where('id', '=', volume.id).execute()
  await tell(tx, saved, now)
  return saved
}

/** Forgets it. The database refuses while it has snapshots or attachments. */
export async function remove(tx: Tx, volume: Volume, now: Instant): Promise<void> {
  await tx.deleteFrom('volumes').where('id', '=', volume.id).execute()
  await tell(tx, { ...volume, status: 'deleting' }, now)
}

/** Lets the volume do what its attachments say, unless somebody has said otherwise. */
export async function follow(tx: Tx, id: VolumeId, now: Instant): Promise<void> {
  const volume = await hold(tx, id)
  if (!attachable.has(volume.status)) return
  const rows = await tx
    .selectFrom('volume_attachments')
    .select('state')
    .where('volume_id', '=', id)
    .execute()
  // The column holds what `attachments` writes.
  const status = statusWith(rows.map(({ state }) => state as AttachmentState))
  if (status !== volume.status) await save(tx, { ...volume, status }, now)
}

export function missing(id: string): Error {
  return problem('not-found', `Volume ${id} could not be found.`, { volume: id })
}

async function tell(tx: Tx, { id, projectId, status }: Volume, at: Instant): Promise<void> {
  await changes.record(tx, { topic: 'volume', key: id, projectId, at, data: { status } })
}

function toRow(volume: Volume): Row {
  return {
    id: volume.id,
    project_id: volume.projectId,
    user_id: volume.userId,
    name: volume.name,
    description: volume.description,
    status: volume.status,
    migration_status: volume.migrationStatus,
    size_gb: volume.sizeGb,
    zone: volume.zone,
    type_id: volume.typeId,
    bootable: Number(volume.bootable),
    read_only: Number(volume.readOnly === true),
    access_said: Number(volume.readOnly !== null),
    multiattach: Number(volume.multiattach),
    metadata: toJson(volume.metadata),
    snapshot_id: volume.snapshotId,
    source_id: volume.sourceId,
    image_metadata: toJson(volume.imageMetadata),
    created_at: volume.createdAt,
    updated_at: volume.updatedAt,
  }
}

function toVolume(row: Row): Volume {
  return {
    // A row's ids and words are those that this file wrote.
    id: row.id as VolumeId,
    projectId: row.project_id as ProjectId,
    userId: row.user_id as UserId,
    status: row.status as VolumeStatus,
    migrationStatus: row.migration_status as VolumeMigrationStatus | null,
    typeId: row.type_id as VolumeTypeId,
    snapshotId: row.snapshot_id as SnapshotId | null,
    sourceId: row.source_id as VolumeId | null,
    name: row.name,
    description: row.description,
    sizeGb: row.size_gb,
    zone: row.zone,
    bootable: row.bootable === 1,
    readOnly: row.access_said === 1 || row.read_only === 1 ? row.read_only === 1 : null,
    multiattach: row.multiattach === 1,
    metadata: fromJson(row.metadata),
    imageMetadata: fromJson(row.image_metadata),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
