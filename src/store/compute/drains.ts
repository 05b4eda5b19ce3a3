/** Hosts that are being emptied. */
import type { Selectable } from 'kysely'
import type { Drain, StuckServer } from '../../domain/drain.ts'
import type { HostName } from '../../domain/ids.ts'
import type { Instant } from '../../lib/clock.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import * as changes from '../changes.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

/** Begins anew, also when one was begun before. */
export async function begin(tx: Tx, host: HostName, total: number, now: Instant): Promise<void> {
  const fresh = { state: 'draining', total, stuck: toJson([]), started_at: now, updated_at: now }
  await tx
    .insertInto('host_drains')
    .values({ host, ...fresh })
    .onConflict((on) => on.column('host').doUpdateSet(fresh))
    .execute()
  await changes.record(tx, { topic: 'host', key: host, data: { drain: 'draining' }, at: now })
}

export async function note(
  tx: Tx,
  host: HostName,
  found: { readonly state: Drain['state']; readonly stuck: readonly StuckServer[] },
  now: Instant,
): Promise<void> {
  await tx
    .updateTable('host_drains')
    .set({ state: found.state, stuck: toJson(found.stuck), updated_at: now })
    .where('host', '=', host)
    .execute()
  await changes.record(tx, { topic: 'host', key: host, data: { drain: found.state }, at: now })
}

export async function find(reader: Reader, host: HostName): Promise<Drain | null> {
  const row = await reader
    .selectFrom('host_drains')
    .selectAll()
    .where('host', '=', host)
    .executeTakeFirst()
  return row === undefined ? null : toDrain(row)
}

/** Those that are not over. */
export async function underWay(reader: Reader): Promise<readonly Drain[]> {
  const rows = await reader
    .selectFrom('host_drains')
    .selectAll()
    .where('state', '=', 'draining')
    .orderBy('host')
    .execute()
  return rows.map(toDrain)
}

export async function forget(tx: Tx, host: HostName): Promise<void> {
  await tx.deleteFrom('host_drains').where('host', '=', host).execute()
}

function toDrain(row: Selectable<Tables['host_drains']>): Drain {
  return {
    // Written by this file from values of these very types.
    host: row.host as HostName,
    state: row.state as Drain['state'],
    total: row.total,
    stuck: fromJson<readonly StuckServer[]>(row.stuck),
    startedAt: row.started_at,
    updatedAt: row.updated_at,
  }
}
