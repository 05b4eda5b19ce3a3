/** Backups of volumes. */
import type { ProjectId, SnapshotId, UserId, VolumeId } from '../../domain/ids.ts'
import type { Backup, BackupStatus, BackupUse } from '../../domain/volume/backup.ts'
import type { Instant } from '../../lib/clock.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

type Row = Omit<Tables['volume_backups'], 'number'>

/** @throws `not-found` */
export async function get(reader: Reader, id: string): Promise<Backup> {
  const query = reader.selectFrom('volume_backups').selectAll().where('id', '=', id)
  const row = await query.executeTakeFirst()
  if (row === undefined) throw missing(id)
  return toBackup(row)
}

/** Likewise, and holds it until the transaction ends: of two that would change it one waits for the other. */
export async function hold(tx: Tx, id: string): Promise<Backup> {
  const row = await tx
    .updateTable('volume_backups')
    .set((e) => ({ updated_at: e.ref('updated_at') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) throw missing(id)
  return toBackup(row)
}

/** Newest first. All of them, or those of a project. */
export async function list(
  reader: Reader,
  projectId: ProjectId | null,
): Promise<readonly Backup[]> {
  const query = reader.selectFrom('volume_backups').selectAll().orderBy('number', 'desc')
  const own = projectId === null ? query : query.where('project_id', '=', projectId)
  return (await own.execute()).map(toBackup)
}

/** Those of a volume, newest data first. */
export async function ofVolume(reader: Reader, volumeId: VolumeId): Promise<readonly Backup[]> {
  const query = reader.selectFrom('volume_backups').selectAll().where('volume_id', '=', volumeId)
  const rows = await query.orderBy('data_at', 'desc').orderBy('number', 'desc').execute()
  return rows.map(toBackup)
}

/** Which of them others only add to. */
export async function parents(reader: Reader): Promise<ReadonlySet<string>> {
  const query = reader.selectFrom('volume_backups').select('parent_id').distinct()
  const rows = await query.where('parent_id', 'is not', null).execute()
  return new Set(rows.map((row) => row.parent_id ?? ''))
}

/** What a project has of them. */
export async function useOf(reader: Reader, projectId: ProjectId): Promise<BackupUse> {
  const row = await reader
    .selectFrom('volume_backups')
    .select((e) => [
      e.fn.countAll<number>().as('count'),
      e.fn.sum<number | null>('size_gb').as('size'),
    ])
    .where('project_id', '=', projectId)
    .executeTakeFirstOrThrow()
  return { backups: row.count, backup_gigabytes: row.size ?? 0 }
}

export async function add(tx: Tx, backup: Backup): Promise<void> {
  await tx.insertInto('volume_backups').values(toRow(backup)).execute()
}

export async function save(tx: Tx, backup: Backup, now: Instant): Promise<Backup> {
  const saved = { ...backup, updatedAt: now }
  await tx.updateTable('volume_backups').set(toRow(saved)).where('id', '=', saved.id).execute()
  return saved
}

/** Forgets it. The database refuses while others add to it. */
export async function remove(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('volume_backups').where('id', '=', id).execute()
}

export function missing(id: string): Error {
  return problem('not-found', `Backup ${id} could not be found.`, { backup: id })
}

function toRow(backup: Backup): Row {
  return {
    id: backup.id,
    project_id: backup.projectId,
    user_id: backup.userId,
    volume_id: backup.volumeId,
    snapshot_id: backup.snapshotId,
    parent_id: backup.parentId,
    name: backup.name,
    description: backup.description,
    status: backup.status,
    size_gb: backup.sizeGb,
    container: backup.container,
    zone: backup.zone,
    metadata: toJson(backup.metadata),
    content: toJson(backup.content),
    data_at: backup.dataAt,
    created_at: backup.createdAt,
    updated_at: backup.updatedAt,
  }
}

function toBackup(row: Row): Backup {
  return {
    // A row's ids and words are those that this file wrote.
    projectId: row.project_id as ProjectId,
    userId: row.user_id as UserId,
    volumeId: row.volume_id as VolumeId,
    snapshotId: row.snapshot_id as SnapshotId | null,
    status: row.status as BackupStatus,
    id: row.id,
    parentId: row.parent_id,
    name: row.name,
    description: row.description,
    sizeGb: row.size_gb,
    container: row.container,
    zone: row.zone,
    metadata: fromJson(row.metadata),
    content: fromJson(row.content),
    dataAt: row.data_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
