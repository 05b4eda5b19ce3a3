/** Servers that ran within a window of time, for reports of usage. */
import type { Server } from '../../domain/server.ts'
import type { Instant } from '../../lib/clock.ts'
import type { Reader } from '../store.ts'
import { toServers } from './servers.ts'

export type Window = { readonly start: Instant; readonly end: Instant }

/**
 * Those that were launched before the end and not gone before the start, after a server, at most so many. A project's come one
 * after the other, so that no more projects than must be are on two pages.
 */
export async function ranWithin(
  reader: Reader,
  window: Window,
  page: {
    readonly projectId: string | null
    readonly after: string | null
    readonly limit: number
  },
): Promise<readonly Server[]> {
  const { projectId, after } = page
  let query = reader
    .selectFrom('servers')
    .selectAll()
    .where('launched_at', 'is not', null)
    .where('launched_at', '<', window.end)
    .where((e) => e.or([e('terminated_at', 'is', null), e('terminated_at', '>', window.start)]))
    .orderBy('project_id')
    .orderBy('id')
    .limit(page.limit)
  if (projectId !== null) query = query.where('project_id', '=', projectId)
  if (after !== null) {
    const marker = reader.selectFrom('servers').select('project_id').where('id', '=', after)
    query = query.where((e) =>
      e.or([
        e('project_id', '>', marker),
        e.and([e('project_id', '=', marker), e('id', '>', after)]),
      ]),
    )
  }
  return await toServers(reader, await query.execute())
}

/** How many servers ran within the window, by the host that they are or were on. */
export async function serversByHost(
  reader: Reader,
  { start, end }: Window,
): Promise<ReadonlyMap<string, number>> {
  const rows = await reader
    .selectFrom('servers')
    .select((e) => ['host', e.fn.countAll<number>().as('count')])
    .where('host', 'is not', null)
    .where('launched_at', '<', end)
    .where((e) => e.or([e('terminated_at', 'is', null), e('terminated_at', '>', start)]))
    .groupBy('host')
    .execute()
  return new Map(rows.map(({ host, count }) => [host ?? '', count]))
}
