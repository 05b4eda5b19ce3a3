/** Changing what a server is called and how it is described: done in the request itself, whatever its state. */
import type { Identity } from '../../domain/identity.ts'
import type { Server } from '../../domain/server.ts'
import { problem } from '../../lib/problem.ts'
import type { ServerPatch } from '../../store/compute/servers.ts'
import * as servers from '../../store/compute/servers.ts'
import { authorize } from '../authorize.ts'
import { shownOf } from '../shown-servers.ts'
import type { ServerShown } from '../shown-servers.ts'
import { holdServer } from './context.ts'
import type { ServerContext } from './context.ts'

export type DetailsWish = {
  readonly [
    K in
      | 'name'
      | 'description'
      | 'hostname'
      | 'accessIpV4'
      | 'accessIpV6'
      | 'diskConfig'
      | 'pinnedZone'
  ]?: Server[K] | undefined
}

/** Changes what is given, and answers the server as it is then. */
export async function update(
  ctx: ServerContext,
  who: Identity,
  id: string,
  wish: DetailsWish,
): Promise<ServerShown> {
  return await ctx.store.transaction(async (tx) => {
    const server = await holdServer(tx, who, id)
    authorize(who, 'servers:update', server)
    if (wish.pinnedZone !== undefined) checkPin(server, wish.pinnedZone)
    const given = Object.entries(wish).filter(([, value]) => value !== undefined)
    // What was not given stays out of the patch, so that it is one.
    const patch = Object.fromEntries(given) as ServerPatch
    const changed = await servers.change(tx, server, patch, ctx.clock.now())
    const [shown] = await shownOf(tx, [changed], ctx.clock.now())
    if (shown === undefined) throw servers.noSuch(server.id)
    return shown
  })
}

/** A server can be unpinned, and pinned again to where it is; it is not moved by a word. */
function checkPin(server: Server, zone: string | null): void {
  if (zone === null || zone === server.pinnedZone) return
  if (server.pinnedZone !== null) {
    const message = `Instance ${server.id} is pinned to availability zone ${server.pinnedZone}. Unpin it first.`
    throw problem('conflict', message, { zone })
  }
  if (zone !== server.zone) {
    const message = `Instance ${server.id} is in availability zone ${server.zone ?? ''} and cannot be pinned to ${zone}.`
    throw problem('conflict', message, { zone })
  }
}
