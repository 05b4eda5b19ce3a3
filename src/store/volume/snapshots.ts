/** Snapshots of volumes: what a volume was at a moment, from which others can be made. */
import type { ProjectId, SnapshotId, UserId, VolumeId } from '../../domain/ids.ts'
import type { SnapshotStatus, VolumeSnapshot } from '../../domain/volume/volume.ts'
import type { Instant } from '../../lib/clock.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

type Row = Omit<Tables['volume_snapshots'], 'number'>

/** @throws `not-found` */
export async function get(reader: Reader, id: string): Promise<VolumeSnapshot> {
  const query = reader.selectFrom('volume_snapshots').selectAll().where('id', '=', id)
  const row = await query.executeTakeFirst()
  if (row === undefined) throw missing(id)
  return toSnapshot(row)
}

/** Newest first. All of them, or those of a project. */
export async function list(
  reader: Reader,
  projectId: ProjectId | null,
): Promise<readonly VolumeSnapshot[]> {
  const query = reader.selectFrom('volume_snapshots').selectAll().orderBy('number', 'desc')
  const own = projectId === null ? query : query.where('project_id', '=', projectId)
  return (await own.execute()).map(toSnapshot)
}

export async function ofVolume(
  reader: Reader,
  volumeId: VolumeId,
): Promise<readonly VolumeSnapshot[]> {
  const query = reader.selectFrom('volume_snapshots').selectAll()
  const rows = await query.where('volume_id', '=', volumeId).orderBy('number').execute()
  return rows.map(toSnapshot)
}

export async function add(tx: Tx, snapshot: VolumeSnapshot): Promise<void> {
  await tx.insertInto('volume_snapshots').values(toRow(snapshot)).execute()
}

export async function save(
  tx: Tx,
  snapshot: VolumeSnapshot,
  now: Instant,
): Promise<VolumeSnapshot> {
  const saved = { ...snapshot, updatedAt: now }
  await tx.updateTable('volume_snapshots').set(toRow(saved)).where('id', '=', saved.id).execute()
  return saved
}

export async function remove(tx: Tx, id: SnapshotId): Promise<void> {
  await tx.deleteFrom('volume_snapshots').where('id', '=', id).execute()
}

export function missing(id: string): Error {
  return problem('not-found', `Snapshot ${id} could not be found.`, { snapshot: id })
}

function toRow(snapshot: VolumeSnapshot): Row {
  return {
    id: snapshot.id,
    volume_id: snapshot.volumeId,
    project_id: snapshot.projectId,
    user_id: snapshot.userId,
    name: snapshot.name,
    description: snapshot.description,
    status: snapshot.status,
    progress: snapshot.progress,
    size_gb: snapshot.sizeGb,
    metadata: toJson(snapshot.metadata),
    created_at: snapshot.createdAt,
    updated_at: snapshot.updatedAt,
  }
}

function toSnapshot(row: Row): VolumeSnapshot {
  return {
    // A row's ids and words are those that this file wrote.
    id: row.id as SnapshotId,
    volumeId: row.volume_id as VolumeId,
    projectId: row.project_id as ProjectId,
    userId: row.user_id as UserId,
    status: row.status as SnapshotStatus,
    progress: row.progress,
    name: row.name,
    description: row.description,
    sizeGb: row.size_gb,
    metadata: fromJson(row.metadata),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
