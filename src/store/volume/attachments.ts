/**
 * For whom volumes are kept, and where they are attached.
 *
 * Whatever changes an attachment lets its volume follow in the same transaction, so that the two never disagree.
 */
import type { HostName, ProjectId, ServerId, VolumeId } from '../../domain/ids.ts'
import type { Attachment, AttachmentState, Volume } from '../../domain/volume/volume.ts'
import type { Instant } from '../../lib/clock.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'
import * as volumes from './volumes.ts'

type Row = Omit<Tables['volume_attachments'], 'number'>

/** @throws `not-found` */
export async function get(reader: Reader, id: string): Promise<Attachment> {
  const found = await find(reader, id)
  if (found === null) throw missing(id)
  return found
}

export async function find(reader: Reader, id: string): Promise<Attachment | null> {
  const query = reader.selectFrom('volume_attachments').selectAll().where('id', '=', id)
  const row = await query.executeTakeFirst()
  return row === undefined ? null : toAttachment(row)
}

/** All of them, or those of a project, oldest first. */
export async function list(
  reader: Reader,
  projectId: ProjectId | null,
): Promise<readonly Attachment[]> {
  const query = reader.selectFrom('volume_attachments').selectAll().orderBy('number')
  const own = projectId === null ? query : query.where('project_id', '=', projectId)
  return (await own.execute()).map(toAttachment)
}

/** Everything that is kept for a server, whoever said so. */
export async function ofServer(reader: Reader, id: ServerId): Promise<readonly Attachment[]> {
  const { rows } = await selectOfServer(reader, { server: id })
  return rows.map(toAttachment)
}

const selectOfServer = prepared((db, by: { server: string }) =>
  db
    .selectFrom('volume_attachments')
    .selectAll()
    .where('server_id', '=', by.server)
    .orderBy('number'),
)

/** By volume; a volume without any is not in it. */
export async function ofVolumes(
  reader: Reader,
  ids: readonly VolumeId[],
): Promise<ReadonlyMap<VolumeId, readonly Attachment[]>> {
  if (ids.length === 0) return new Map()
  const query = reader.selectFrom('volume_attachments').selectAll().where('volume_id', 'in', ids)
  const rows = await query.orderBy('number').execute()
  return Map.groupBy(rows.map(toAttachment), ({ volumeId }) => volumeId)
}

export async function ofVolume(reader: Reader, id: VolumeId): Promise<readonly Attachment[]> {
  return (await ofVolumes(reader, [id])).get(id) ?? []
}

/**
 * Keeps a volume for somebody. The database itself knows of one attachment of a volume that is not shared.
 * @throws `conflict` when it is kept for somebody else.
 */
export async function add(
  tx: Tx,
  volume: Pick<Volume, 'id' | 'multiattach'>,
  attachment: Attachment,
): Promise<void> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('volume_attachments')
    .values({ ...toRow(attachment), exclusive: volume.multiattach ? null : 1 })
    .onConflict((on) => on.columns(['volume_id', 'exclusive']).doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows !== 1n) {
    throw problem('conflict', `Volume ${volume.id} is attached already.`, { volume: volume.id })
  }
  await volumes.follow(tx, volume.id, attachment.createdAt)
}

/** Writes everything of it. */
export async function save(tx: Tx, attachment: Attachment, now: Instant): Promise<void> {
  const { exclusive: _, ...row } = toRow(attachment)
  await tx.updateTable('volume_attachments').set(row).where('id', '=', attachment.id).execute()
  await volumes.follow(tx, attachment.volumeId, now)
}

export async function remove(tx: Tx, attachment: Attachment, now: Instant): Promise<void> {
  await tx.deleteFrom('volume_attachments').where('id', '=', attachment.id).execute()
  await volumes.follow(tx, attachment.volumeId, now)
}

export function missing(id: string): Error {
  return problem(
    'not-found',
    `Volume attachment could not be found with filter: attachment_id = ${id}.`,
    {
      attachment: id,
    },
  )
}

function toRow(attachment: Attachment): Row {
  return {
    id: attachment.id,
    volume_id: attachment.volumeId,
    project_id: attachment.projectId,
    exclusive: null,
    server_id: attachment.serverId,
    host: attachment.host,
    device: attachment.device,
    mode: attachment.mode,
    state: attachment.state,
    connector: attachment.connector === null ? null : toJson(attachment.connector),
    attached_at: attachment.attachedAt,
    created_at: attachment.createdAt,
  }
}

function toAttachment(row: Row): Attachment {
  return {
    // A row's ids and words are those that this file wrote.
    volumeId: row.volume_id as VolumeId,
    projectId: row.project_id as ProjectId,
    serverId: row.server_id as ServerId | null,
    host: row.host as HostName | null,
    mode: row.mode as Attachment['mode'],
    state: row.state as AttachmentState,
    id: row.id,
    device: row.device,
    connector: row.connector === null ? null : fromJson(row.connector),
    attachedAt: row.attached_at,
    createdAt: row.created_at,
  }
}
