/** What was asked of a server, and how far it came. */
import type { Identity } from '../domain/identity.ts'
import type { ServerId } from '../domain/ids.ts'
import { allows } from '../domain/policy.ts'
import type { Rule } from '../domain/policy.ts'
import type { ActionRecord, Server } from '../domain/server.ts'
import type { Instant } from '../lib/clock.ts'
import { problem } from '../lib/problem.ts'
import * as actions from '../store/compute/actions.ts'
import * as servers from '../store/compute/servers.ts'
import type { Reader } from '../store/store.ts'
import { authorize } from './authorize.ts'
import type { Context } from './context.ts'
import { fullPage, lostMarker } from './page.ts'
import type { Page, PageWish } from './page.ts'
import { belongsTo } from './shown-servers.ts'

export type ActionShown = {
  readonly action: ActionRecord
  readonly server: Server
  /** Whether the viewer may see what went on where. */
  readonly isOperator: boolean
}

/** Whether the actions of servers that are gone are shown too. */
export type Past = { readonly ofDeleted: boolean }

export async function listActions(
  ctx: Context,
  who: Identity,
  id: string,
  query: PageWish & Past & { readonly since: Instant | null; readonly before: Instant | null },
): Promise<Page<ActionShown>> {
  return await ctx.store.read(async (reader) => {
    const server = await serverOf(reader, who, id, 'os-instance-actions:list', query)
    const after = query.marker === null ? null : await actions.find(reader, server.id, query.marker)
    if (query.marker !== null && after === null) throw lostMarker(query.marker)
    const isOperator = allows(who, 'os-instance-actions:events')
    const found = await actions.listOf(reader, server.id, {
      limit: query.limit,
      ...(after === null ? {} : { before: after.number }),
      ...(query.since === null ? {} : { changedSince: query.since }),
      ...(query.before === null ? {} : { changedBefore: query.before }),
    })
    return fullPage(
      found.map((action) => ({ action, server, isOperator })),
      query.limit,
    )
  })
}

export async function showAction(
  ctx: Context,
  who: Identity,
  id: string,
  requestId: string,
  past: Past,
): Promise<ActionShown> {
  return await ctx.store.read(async (reader) => {
    const server = await serverOf(reader, who, id, 'os-instance-actions:show', past)
    const action = await actions.find(reader, server.id, requestId)
    if (action === null) {
      throw problem('not-found', `Action ${requestId} not found`, { server: server.id })
    }
    return { action, server, isOperator: allows(who, 'os-instance-actions:events') }
  })
}

async function serverOf(
  reader: Reader,
  who: Identity,
  id: string,
  rule: Rule,
  { ofDeleted }: Past,
): Promise<Server> {
  // Text from a path is an id as soon as a record has it.
  const server = await servers.find(reader, id as ServerId)
  if (server === null || !belongsTo(who, server) || (server.deletedAt !== null && !ofDeleted)) {
    throw servers.noSuch(id as ServerId)
  }
  authorize(who, rule, server)
  return server
}
