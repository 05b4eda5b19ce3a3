/** Volumes that are offered. Of a key only its hash is kept. */
import type { ProjectId, VolumeId } from '../../domain/ids.ts'
import type { VolumeTransfer } from '../../domain/volume/transfer.ts'
import { problem } from '../../lib/problem.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

type Row = Omit<Tables['volume_transfers'], 'number'>

/** @throws `not-found` */
export async function get(
  reader: Reader,
  id: string,
): Promise<{ readonly transfer: VolumeTransfer; readonly keyHash: string }> {
  const query = reader.selectFrom('volume_transfers').selectAll().where('id', '=', id)
  const row = await query.executeTakeFirst()
  if (row === undefined) throw missing(id)
  return { transfer: toTransfer(row), keyHash: row.key_hash }
}

/** Newest first. All of them, or those that a project offers. */
export async function list(
  reader: Reader,
  projectId: ProjectId | null,
): Promise<readonly VolumeTransfer[]> {
  const query = reader.selectFrom('volume_transfers').selectAll().orderBy('number', 'desc')
  const own = projectId === null ? query : query.where('project_id', '=', projectId)
  return (await own.execute()).map(toTransfer)
}

/** The database itself knows of one offer of a volume. */
export async function add(tx: Tx, transfer: VolumeTransfer, keyHash: string): Promise<void> {
  await tx
    .insertInto('volume_transfers')
    .values({
      id: transfer.id,
      volume_id: transfer.volumeId,
      project_id: transfer.projectId,
      name: transfer.name,
      key_hash: keyHash,
      with_snapshots: Number(transfer.withSnapshots),
      created_at: transfer.createdAt,
    })
    .execute()
}

export async function remove(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('volume_transfers').where('id', '=', id).execute()
}

export function missing(id: string): Error {
  return problem('not-found', `Transfer ${id} could not be found.`, { transfer: id })
}

function toTransfer(row: Row): VolumeTransfer {
  return {
    // A row's ids are those that this file wrote.
    volumeId: row.volume_id as VolumeId,
    projectId: row.project_id as ProjectId,
    id: row.id,
    name: row.name,
    withSnapshots: row.with_snapshots === 1,
    createdAt: row.created_at,
  }
}
