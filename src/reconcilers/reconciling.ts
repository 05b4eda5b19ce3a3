/** What reconcilers work with, and how they begin operations: in the name of the cloud, and only on servers that nobody owns. */
import type { Hosts } from '../agents/hosts.ts'
import type { Server } from '../domain/server.ts'
import type { Clock } from '../lib/clock.ts'
import type { Ids } from '../lib/ids.ts'
import type { Log } from '../lib/log.ts'
import { serverSubject } from '../operations/kit.ts'
import type { ServerParams, Starter } from '../operations/kit.ts'
import type { Saga } from '../saga/definition.ts'
import * as actions from '../store/compute/actions.ts'
import * as sagas from '../store/sagas/reading.ts'
import type { Store, Tx } from '../store/store.ts'

export type Reconciling = {
  readonly store: Store
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly hosts: Hosts
  readonly start: Starter
}

/** Whether an operation could begin on the server now. */
export async function isFree(tx: Tx, server: Server): Promise<boolean> {
  if (server.taskState !== null || server.deleteRequested) return false
  return (await sagas.activeOn(tx, serverSubject(server.id))) === null
}

/** Begins an operation that nobody asked for, with an action that its owner can read. */
export async function beginForCloud<P extends ServerParams>(
  ctx: Reconciling,
  tx: Tx,
  server: Server,
  operation: { readonly saga: Saga<P>; readonly params: P; readonly action: string },
): Promise<void> {
  const { saga, params, action } = operation
  const sagaId = await ctx.start(tx, saga, { subject: serverSubject(server.id), params })
  await actions.add(tx, {
    serverId: server.id,
    name: action,
    requestId: `req-${ctx.ids.uuid()}`,
    projectId: server.projectId,
    userId: server.userId,
    sagaId,
    at: ctx.clock.now(),
  })
}
