/** Lists of moves. */
import type { ServerId } from '../../domain/ids.ts'
import type { Migration } from '../../domain/server.ts'
import type { Instant } from '../../lib/clock.ts'
import type { Reader } from '../store.ts'
import { toMigration } from './migrations.ts'

export type MigrationFilter = {
  readonly projectId?: string
  readonly userId?: string
  readonly serverId?: string
  readonly status?: string
  readonly kind?: string
  readonly source?: string
  /** Either end. */
  readonly host?: string
  readonly since?: Instant
  readonly before?: Instant
}

/** Those that fit, newest first, at most so many after a number. */
export async function list(
  reader: Reader,
  filter: MigrationFilter,
  page: { readonly after: number | null; readonly limit: number },
): Promise<readonly Migration[]> {
  let query = reader
    .selectFrom('migrations')
    .selectAll()
    .where('hidden', '=', 0)
    .orderBy('number', 'desc')
    .limit(page.limit)
  const { after } = page
  if (after !== null) query = query.where('number', '<', after)
  const equal = {
    project_id: filter.projectId,
    user_id: filter.userId,
    server_id: filter.serverId,
    status: filter.status,
    kind: filter.kind,
    source_host: filter.source,
  }
  // The keys of the literal above are columns.
  for (const [column, value] of Object.entries(equal) as [keyof typeof equal, string?][]) {
    if (value !== undefined) query = query.where(column, '=', value)
  }
  const { host, since, before } = filter
  if (host !== undefined) {
    query = query.where((e) => e.or([e('source_host', '=', host), e('dest_host', '=', host)]))
  }
  if (since !== undefined) query = query.where('updated_at', '>=', since)
  if (before !== undefined) query = query.where('updated_at', '<=', before)
  return (await query.execute()).map(toMigration)
}

/** Moves of a server that are of a kind that shows progress and have not ended. */
export async function openLiveOf(
  reader: Reader,
  serverId: ServerId,
): Promise<readonly (Migration & { readonly progress: string | null })[]> {
  const rows = await reader
    .selectFrom('migrations')
    .selectAll()
    .where('server_id', '=', serverId)
    .where('kind', '=', 'live-migration')
    .where('open', '=', 1)
    .orderBy('number')
    .execute()
  return rows.map((row) => ({ ...toMigration(row), progress: row.progress }))
}
