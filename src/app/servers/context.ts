/** What use-cases that change servers need besides the store: to start operations, to interrupt them, and the cloud's choices. */
import type { Identity } from '../../domain/identity.ts'
import type { HostVerbs } from '../../agents/hosts.ts'
import type { HostName, ServerId } from '../../domain/ids.ts'
import type { Server } from '../../domain/server.ts'
import type { FailurePolicy } from '../../operations/resize.ts'
import type { Problem } from '../../lib/problem.ts'
import type { Starter } from '../../operations/kit.ts'
import type { Plugging } from '../../operations/plugging.ts'
import type { Secrets } from '../../operations/secrets.ts'
import type { Saga } from '../../saga/definition.ts'
import { serverSubject } from '../../operations/kit.ts'
import * as actions from '../../store/compute/actions.ts'
import * as servers from '../../store/compute/servers.ts'
import { holdOwner } from '../../store/sagas/rows.ts'
import type { Tx } from '../../store/store.ts'
import type { PatrolSettings } from '../audit/patrol.ts'
import type { Context, RequestContext } from '../context.ts'
import { belongsTo } from '../shown-servers.ts'

/** What an operator chooses for the whole cloud. */
export type CloudSettings = {
  /** What becomes of a server whose resize fails after its disk has moved, unless the request says otherwise. */
  readonly failurePolicy: FailurePolicy
  /** Hosts tried at most for one build or move. */
  readonly attemptsMax: number
  /** Whether a resize may end on the host where it began. */
  readonly resizeToSameHost: boolean
  /** How long a deleted server can be restored, in ms; 0 deletes at once. */
  readonly reclaimAfterMs: number
  /** How long a shelved server stays on its host, in ms; 0 takes it off at once, null never. */
  readonly offloadAfterMs: number | null
  /** How many live moves may leave one host at a time. */
  readonly liveMigrationsAtOnce: number
  /** How long a resize waits for its owner before it confirms itself, in ms; 0 for ever. */
  readonly confirmWindowMs: number
  /** How often what guests do is compared with what is believed of them, in ms. */
  readonly powerSyncEveryMs: number
  /** How the cloud audits itself, and how long somebody may object to a heal that cannot be taken back, in ms. */
  readonly audit: PatrolSettings & { readonly graceMs: number }
  /** Who says that a guest's ports are plugged, and how long that may take. */
  readonly plugging: Plugging
}

/** What can be asked of a host about a guest without an operation: it changes nothing. */
export type Looks = Pick<HostVerbs, 'getConsole' | 'getConsoleOutput' | 'getDiagnostics'>

export type ServerContext = Context & {
  readonly start: Starter
  /** Asks the operation that owns the subject to unwind. Answers whether there is one. */
  readonly interrupt: (tx: Tx, subject: string, reason: string) => Promise<boolean>
  /** Waits until the operation has ended. Answers why it failed, or null. */
  readonly outcomeOf: (sagaId: string) => Promise<Problem | null>
  readonly isHostUp: (host: HostName) => boolean
  /** Verbs of a host that change nothing, asked outside of any operation. */
  readonly lookAt: (host: HostName) => Looks
  readonly secrets: Secrets
  readonly settings: CloudSettings
}

/**
 * The living server, held for this transaction.
 * @throws `not-found` also when it is another project's: it is nobody else's business that it exists.
 */
export async function holdServer(tx: Tx, who: Identity, id: string): Promise<Server> {
  // A text that is no id finds nothing.
  const serverId = id as ServerId
  await holdOwner(tx, serverSubject(serverId))
  const server = await servers.hold(tx, serverId)
  if (!belongsTo(who, server)) throw servers.noSuch(server.id)
  return server
}

/** One change of a server, which is held throughout: whoever wants to change it too waits, and then sees what has become of it. */
export async function onServer<T>(
  ctx: ServerContext,
  who: Identity,
  id: string,
  work: (tx: Tx, server: Server) => Promise<T>,
): Promise<T> {
  return await ctx.store.transaction(
    async (tx) => await work(tx, await holdServer(tx, who, id)),
    'held',
  )
}

/** Starts an operation on a server together with the action that records that it was asked for. */
export async function begin<P>(
  ctx: ServerContext,
  tx: Tx,
  who: Identity,
  request: RequestContext,
  server: Server,
  operation: { readonly saga: Saga<P>; readonly params: P; readonly action: string },
): Promise<void> {
  const { saga, params, action } = operation
  const sagaId = await ctx.start(tx, saga, { subject: serverSubject(server.id), params })
  await note(ctx, tx, who, request, server, action, sagaId)
}

/** Records that something was asked of a server. */
export async function note(
  ctx: ServerContext,
  tx: Tx,
  who: Identity,
  request: RequestContext,
  server: Pick<Server, 'id' | 'projectId'>,
  name: string,
  sagaId: string | null,
): Promise<void> {
  await actions.add(tx, {
    serverId: server.id,
    name,
    requestId: request.requestId,
    projectId: who.projectId ?? server.projectId,
    userId: who.userId,
    sagaId,
    at: ctx.clock.now(),
  })
}
