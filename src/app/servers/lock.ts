/** Locking a server against everybody but operators, and unlocking it. */
import type { Identity } from '../../domain/identity.ts'
import { isAdmin } from '../../domain/identity.ts'
import * as servers from '../../store/compute/servers.ts'
import { authorize } from '../authorize.ts'
import type { RequestContext } from '../context.ts'
import { onServer, note } from './context.ts'
import type { ServerContext } from './context.ts'

export async function lock(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  reason: string | null,
): Promise<void> {
  await onServer(ctx, who, id, async (tx, server) => {
    authorize(who, 'os-lock-server:lock', server)
    // Who owns it may unlock it; what an operator locks stays locked for its owner.
    const isOwners = server.projectId === who.projectId && !isAdmin(who)
    const lockedBy =
      server.lockedBy === 'admin' && isOwners ? 'admin' : isOwners ? 'owner' : 'admin'
    const locked = { locked: true, lockedBy, lockedReason: reason } as const
    await servers.change(tx, server, locked, ctx.clock.now())
    await note(ctx, tx, who, request, server, 'lock', null)
  })
}

export async function unlock(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
): Promise<void> {
  await onServer(ctx, who, id, async (tx, server) => {
    authorize(who, 'os-lock-server:unlock', server)
    if (server.lockedBy === 'admin') authorize(who, 'os-lock-server:unlock:unlock_override', server)
    const unlocked = { locked: false, lockedBy: null, lockedReason: null } as const
    await servers.change(tx, server, unlocked, ctx.clock.now())
    await note(ctx, tx, who, request, server, 'unlock', null)
  })
}
