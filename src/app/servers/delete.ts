/**
 * Deleting servers: a latch that is set at any moment of any operation and never comes off.
 *
 * When an operation owns the server it is asked to give way, and the delete begins where it ends; otherwise it begins now.
 */
import { allow } from '../../domain/server-actions.ts'
import type { Identity } from '../../domain/identity.ts'
import { deleteServer } from '../../operations/delete.ts'
import { serverSubject } from '../../operations/kit.ts'
import * as servers from '../../store/compute/servers.ts'
import { authorize } from '../authorize.ts'
import type { RequestContext } from '../context.ts'
import { begin, onServer, note } from './context.ts'
import type { ServerContext } from './context.ts'
import { isKept, putAside } from './soft-delete.ts'

/** Accepts the delete. A second one while the first is under way changes nothing. */
export async function remove(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  how: 'delete' | 'forceDelete' = 'delete',
): Promise<void> {
  await onServer(ctx, who, id, async (tx, server) => {
    authorize(who, how === 'delete' ? 'servers:delete' : 'os-deferred-delete:force', server)
    allow(who, server, how)
    if (server.deleteRequested) return
    if (how === 'delete' && isKept(ctx, server))
      return await putAside(ctx, tx, who, request, server)
    const latched = { deleteRequested: true, taskState: 'deleting' } as const
    const doomed = await servers.change(tx, server, latched, ctx.clock.now())
    const subject = serverSubject(server.id)
    if (await ctx.interrupt(tx, subject, 'the server is to be deleted')) {
      await note(ctx, tx, who, request, doomed, 'delete', null)
      return
    }
    const params = { serverId: server.id }
    await begin(ctx, tx, who, request, doomed, { saga: deleteServer, params, action: 'delete' })
  })
}
