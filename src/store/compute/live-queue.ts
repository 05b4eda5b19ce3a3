/** The live moves from one host, in the order in which they were accepted: only so many go on at a time. */
import type { HostName, MigrationId, ServerId } from '../../domain/ids.ts'
import type { Reader, Tx } from '../store.ts'

/** Whether fewer than so many that were accepted before it are still under way from the same host. */
export async function isTurn(reader: Reader, id: MigrationId, atOnce: number): Promise<boolean> {
  const before = await reader
    .selectFrom('migrations as other')
    .innerJoin('migrations as own', 'own.source_host', 'other.source_host')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('own.id', '=', id)
    .where('other.open', '=', 1)
    .where('other.kind', '=', 'live-migration')
    .whereRef('other.number', '<', 'own.number')
    .executeTakeFirstOrThrow()
  return Number(before.count) < atOnce
}

/** The servers that wait for their turn, or have it: the first few. */
export async function firstFrom(
  tx: Tx,
  source: HostName,
  limit: number,
): Promise<readonly ServerId[]> {
  const rows = await tx
    .selectFrom('migrations')
    .select('server_id')
    .where('open', '=', 1)
    .where('kind', '=', 'live-migration')
    .where('source_host', '=', source)
    .orderBy('number')
    .limit(limit)
    .execute()
  // Written from such ids.
  return rows.map((row) => row.server_id as ServerId)
}
