/** Setting the password of a guest's administrator. */
import { allow } from '../../domain/server-actions.ts'
import type { Identity } from '../../domain/identity.ts'
import { problem } from '../../lib/problem.ts'
import { changePassword as changing } from '../../operations/change-password.ts'
import { serverSubject } from '../../operations/kit.ts'
import * as servers from '../../store/compute/servers.ts'
import { authorize } from '../authorize.ts'
import type { RequestContext } from '../context.ts'
import { isUnsupported, notSupported } from '../server-looks.ts'
import { onServer, note } from './context.ts'
import type { ServerContext } from './context.ts'
import { hostOf } from './power.ts'

/**
 * Sets it, and waits until the guest has been told, because its owner cannot see otherwise whether it has.
 * @throws `conflict` when the guest did not take it, `failed` with the status 501 when its hypervisor cannot tell it.
 */
export async function changePassword(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  password: string,
): Promise<void> {
  const failure = await ctx.outcomeOf(await beginPassword(ctx, who, request, id, password))
  if (failure === null) return
  if (isUnsupported(failure)) throw notSupported(failure, 'Unable to set password on instance')
  if (failure.kind !== 'failed') throw failure
  throw problem('conflict', failure.message, { server: id }, { cause: failure })
}

/** Begins to. The password goes to the guest by way of memory only. Answers the operation. */
export async function beginPassword(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  password: string,
): Promise<string> {
  const sagaId = ctx.ids.uuid()
  ctx.secrets.keep(sagaId, password)
  try {
    await onServer(ctx, who, id, async (tx, server) => {
      authorize(who, 'os-admin-password', server)
      allow(who, server, 'changePassword')
      const params = { serverId: server.id, host: hostOf(server) }
      await servers.change(tx, server, { taskState: 'updating_password' }, ctx.clock.now())
      await ctx.start(tx, changing, { id: sagaId, subject: serverSubject(server.id), params })
      await note(ctx, tx, who, request, server, 'changePassword', sagaId)
    })
    return sagaId
  } catch (thrown) {
    ctx.secrets.forget(sagaId)
    throw thrown
  }
}
