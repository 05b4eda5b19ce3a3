/** Lists of servers: of the caller's project, or of all for operators. */
import type { Identity } from '../domain/identity.ts'
import type { ServerId } from '../domain/ids.ts'
import type { Server } from '../domain/server.ts'
import * as list from '../store/compute/server-list.ts'
import type { ServerFilter } from '../store/compute/server-filter.ts'
import type { ServerOrder } from '../store/compute/server-list.ts'
import type { Reader } from '../store/store.ts'
import { authorize } from './authorize.ts'
import type { Context } from './context.ts'
import { fullPage, noMarker } from './page.ts'
import type { Page, PageWish } from './page.ts'
import { shownOf } from './shown-servers.ts'
import type { ServerShown } from './shown-servers.ts'

export type { ServerFilter, ServerMatch } from '../store/compute/server-filter.ts'
export type { ServerOrder, ServerSortKey } from '../store/compute/server-list.ts'

export type ServerQuery = PageWish & {
  readonly filter: ServerFilter
  /** What it is sorted by, and then by age. */
  readonly order: readonly ServerOrder[]
  readonly allProjects: boolean
}

/** Names only: nothing else is looked up. */
export async function listServers(
  ctx: Context,
  who: Identity,
  query: ServerQuery,
): Promise<Page<Server>> {
  authorize(who, 'servers:index')
  if (query.allProjects) authorize(who, 'servers:index:get_all_tenants')
  return await ctx.store.read(async (reader) => await found(reader, who, query))
}

/** With everything that is shown of each. */
export async function listServersInDetail(
  ctx: Context,
  who: Identity,
  query: ServerQuery,
): Promise<Page<ServerShown>> {
  authorize(who, 'servers:detail')
  if (query.allProjects) authorize(who, 'servers:detail:get_all_tenants')
  return await ctx.store.read(async (reader) => {
    const { items, isFull } = await found(reader, who, query)
    return { items: await shownOf(reader, items, ctx.clock.now()), isFull }
  })
}

async function found(reader: Reader, who: Identity, query: ServerQuery): Promise<Page<Server>> {
  const { allProjects, marker, limit, order } = query
  const own = who.projectId === null ? {} : { projectId: who.projectId }
  const filter = allProjects ? query.filter : { ...query.filter, ...own }
  if (marker !== null && !(await list.isMarker(reader, marker, allProjects ? {} : own))) {
    throw noMarker(marker)
  }
  // A marker that exists is an id.
  const after = marker as ServerId | null
  const items = limit === 0 ? [] : await list.list(reader, filter, { order, after, limit })
  return fullPage(items, limit)
}
