/** Shares that are attached to servers. */
import type { ServerId } from '../../domain/ids.ts'
import type { AttachedShare } from '../../domain/share.ts'
import type { Instant } from '../../lib/clock.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

/** Oldest first. */
export async function ofServer(
  reader: Reader,
  serverId: ServerId,
): Promise<readonly AttachedShare[]> {
  const query = reader.selectFrom('server_shares').selectAll().where('server_id', '=', serverId)
  const rows = await query.orderBy('created_at').orderBy('id').execute()
  return rows.map(toShare)
}

/** False when the server has the share, or another one of that tag. */
export async function add(tx: Tx, share: AttachedShare, now: Instant): Promise<boolean> {
  const { id, serverId, shareId, tag } = share
  const row = { id, server_id: serverId, share_id: shareId, tag, created_at: now }
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('server_shares')
    .values(row)
    .onConflict((on) => on.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export async function remove(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('server_shares').where('id', '=', id).execute()
}

function toShare(row: Tables['server_shares']): AttachedShare {
  // A row's server is what `add` was given.
  return { id: row.id, serverId: row.server_id as ServerId, shareId: row.share_id, tag: row.tag }
}
