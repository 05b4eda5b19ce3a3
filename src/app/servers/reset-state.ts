/**
 * Saying what a server's record shall say, when it says something else than the truth.
 *
 * Nothing is done with the guest. An operation that owns the server is asked to unwind first, and a move that waits for its
 * user is closed: whatever it held is given back.
 */
import type { Identity } from '../../domain/identity.ts'
import { problem } from '../../lib/problem.ts'
import { serverSubject } from '../../operations/kit.ts'
import { resetNow } from '../../operations/reset-state.ts'
import * as servers from '../../store/compute/servers.ts'
import { authorize } from '../authorize.ts'
import type { RequestContext } from '../context.ts'
import { holdServer, note } from './context.ts'
import type { ServerContext } from './context.ts'

export async function resetState(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  state: 'active' | 'error',
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const server = await holdServer(tx, who, id)
    authorize(who, 'os-admin-actions:reset_state', server)
    // A delete is not taken back, and what it has begun on hosts cannot be.
    if (server.deleteRequested) {
      const message = `Cannot 'resetState' instance ${server.id} while it is in task_state deleting`
      throw problem('conflict', message, { server: server.id })
    }
    const now = ctx.clock.now()
    await note(ctx, tx, who, request, server, 'resetState', null)
    if (await ctx.interrupt(tx, serverSubject(server.id), 'an operator reset the state')) {
      await servers.change(tx, server, { wanted: { kind: 'reset', to: state } }, now)
      return
    }
    await resetNow(tx, server, state, { now, start: ctx.start, cleaningId: ctx.ids.uuid() })
  })
}
