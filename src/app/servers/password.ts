/** Setting the password of a guest's administrator. */
import { allow } from '../../domain/server-actions.ts'
import type { Identity } from '../../domain/identity.ts'
import { changePassword as changing } from '../../operations/change-password.ts'
import { serverSubject } from '../../operations/kit.ts'
import * as servers from '../../store/compute/servers.ts'
import { authorize } from '../authorize.ts'
import type { RequestContext } from '../context.ts'
import { onServer, note } from './context.ts'
import type { ServerContext } from './context.ts'
import { hostOf } from './power.ts'

/** The password goes to the guest by way of memory only. */
export async function changePassword(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  password: string,
): Promise<void> {
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
  } catch (thrown) {
    ctx.secrets.forget(sagaId)
    throw thrown
  }
}
