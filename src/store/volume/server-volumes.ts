/** Which volumes are disks of which servers. The attachment of each says how far it has come. */
import type { ServerId, VolumeId } from '../../domain/ids.ts'
import type { ServerVolume } from '../../domain/volume/server-volume.ts'
import type { AttachmentState } from '../../domain/volume/volume.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import { isAmong } from '../dialect/dialect.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

type Row = Omit<Tables['server_volumes'], 'number'> & { readonly state: string | null }

/** In the order in which they came. */
export async function ofServer(
  reader: Reader,
  serverId: ServerId,
): Promise<readonly ServerVolume[]> {
  const { rows } = await selectOfServer(reader, { server: serverId })
  return rows.map(toServerVolume)
}

const selectOfServer = prepared((db, by: { server: string }) =>
  withState(db).where('server_volumes.server_id', '=', by.server),
)

/** By server; a server without volumes is not in it. */
export async function ofServers(
  reader: Reader,
  ids: readonly ServerId[],
): Promise<ReadonlyMap<ServerId, readonly ServerVolume[]>> {
  if (ids.length === 0) return new Map()
  const { rows } = await selectOfServers(reader, { servers: toJson(ids) })
  return Map.groupBy(rows.map(toServerVolume), ({ serverId }) => serverId)
}

const selectOfServers = prepared((db, by: { servers: string }) =>
  withState(db).where(isAmong(db, 'server_volumes.server_id', by.servers)),
)

/** The disk that the attachment makes of a volume, or null when it is none of Compute's. */
export async function ofAttachment(
  reader: Reader,
  attachmentId: string,
): Promise<ServerVolume | null> {
  const query = withState(reader).where('server_volumes.attachment_id', '=', attachmentId)
  const row = await query.executeTakeFirst()
  return row === undefined ? null : toServerVolume(row)
}

/** Whether the volume is a disk of any server. */
export async function isAnyOf(reader: Reader, volumeId: string): Promise<boolean> {
  const query = reader.selectFrom('server_volumes').select('id')
  return (await query.where('volume_id', '=', volumeId).limit(1).executeTakeFirst()) !== undefined
}

export async function add(tx: Tx, each: ServerVolume): Promise<void> {
  await tx.insertInto('server_volumes').values(toRow(each)).execute()
}

export async function save(tx: Tx, each: ServerVolume): Promise<void> {
  await tx.updateTable('server_volumes').set(toRow(each)).where('id', '=', each.id).execute()
}

export async function remove(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('server_volumes').where('id', '=', id).execute()
}

function withState(reader: Reader) {
  return reader
    .selectFrom('server_volumes')
    .leftJoin('volume_attachments', 'volume_attachments.id', 'server_volumes.attachment_id')
    .selectAll('server_volumes')
    .select('volume_attachments.state')
    .orderBy('server_volumes.number')
}

function toRow(each: ServerVolume): Omit<Row, 'state'> {
  return {
    id: each.id,
    server_id: each.serverId,
    server_alive: 1,
    volume_id: each.volumeId,
    attachment_id: each.attachmentId,
    made_from: each.madeFrom === null ? null : toJson(each.madeFrom),
    boot_index: each.bootIndex,
    device: each.device,
    tag: each.tag,
    delete_on_termination: Number(each.deleteOnTermination),
    created_at: each.createdAt,
  }
}

function toServerVolume(row: Row): ServerVolume {
  return {
    // A row's ids and words are those that this folder wrote.
    serverId: row.server_id as ServerId,
    volumeId: row.volume_id as VolumeId | null,
    state: row.state as AttachmentState | null,
    id: row.id,
    attachmentId: row.attachment_id,
    madeFrom: row.made_from === null ? null : fromJson(row.made_from),
    bootIndex: row.boot_index,
    device: row.device,
    tag: row.tag,
    deleteOnTermination: row.delete_on_termination === 1,
    createdAt: row.created_at,
  }
}
