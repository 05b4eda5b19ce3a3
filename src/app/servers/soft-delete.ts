/** Deleting servers for the time being, and bringing them back. */
import { allow } from '../../domain/server-actions.ts'
import type { Identity } from '../../domain/identity.ts'
import type { Server } from '../../domain/server.ts'
import { serverSubject } from '../../operations/kit.ts'
import { chargeAgain, restoreServer, softDelete } from '../../operations/soft-delete.ts'
import * as servers from '../../store/compute/servers.ts'
import type { Tx } from '../../store/store.ts'
import { authorize } from '../authorize.ts'
import type { RequestContext } from '../context.ts'
import { begin, onServer, note } from './context.ts'
import type { ServerContext } from './context.ts'
import { hostOf } from './power.ts'

/** Whether a delete of this server can be taken back. What never ran, or is nowhere, has nothing worth keeping. */
export function isKept(ctx: ServerContext, server: Server): boolean {
  return ctx.settings.reclaimAfterMs > 0 && server.launchedAt !== null && server.host !== null
}

/** Puts aside a server that the caller holds. An operation that owns it is asked to give way first. */
export async function putAside(
  ctx: ServerContext,
  tx: Tx,
  who: Identity,
  request: RequestContext,
  server: Server,
): Promise<void> {
  allow(who, server, 'soft-delete')
  if (server.vmState === 'soft-delete' || server.taskState === 'soft-deleting') return
  const now = ctx.clock.now()
  if (await ctx.interrupt(tx, serverSubject(server.id), 'the server is to be deleted')) {
    await servers.change(tx, server, { wanted: { kind: 'soft-delete' } }, now)
    await note(ctx, tx, who, request, server, 'delete', null)
    return
  }
  const begun = await servers.change(tx, server, { taskState: 'soft-deleting' }, now)
  const params = { serverId: server.id, host: hostOf(server) }
  await begin(ctx, tx, who, request, begun, { saga: softDelete, params, action: 'delete' })
}

/** @throws `over-quota`: meanwhile its project was not charged. */
export async function restore(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
): Promise<void> {
  await onServer(ctx, who, id, async (tx, server) => {
    authorize(who, 'os-deferred-delete:restore', server)
    allow(who, server, 'restore')
    await chargeAgain(tx, server)
    const begun = await servers.change(tx, server, { taskState: 'restoring' }, ctx.clock.now())
    const params = { serverId: server.id, host: hostOf(server) }
    await begin(ctx, tx, who, request, begun, { saga: restoreServer, params, action: 'restore' })
  })
}
