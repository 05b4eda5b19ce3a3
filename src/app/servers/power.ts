/** Stopping, starting and rebooting servers. */
import { allow } from '../../domain/server-actions.ts'
import type { ServerAction } from '../../domain/server-actions.ts'
import type { Identity } from '../../domain/identity.ts'
import type { HostName } from '../../domain/ids.ts'
import type { Rule } from '../../domain/policy.ts'
import type { Server } from '../../domain/server.ts'
import type { TaskState } from '../../domain/states.ts'
import { problem } from '../../lib/problem.ts'
import { rebootServer, startServer, stopServer } from '../../operations/power.ts'
import type { PowerParams } from '../../operations/power.ts'
import type { Saga } from '../../saga/definition.ts'
import * as servers from '../../store/compute/servers.ts'
import type { Tx } from '../../store/store.ts'
import { authorize } from '../authorize.ts'
import type { RequestContext } from '../context.ts'
import { begin, onServer } from './context.ts'
import type { ServerContext } from './context.ts'

/** Powers the guest off. @throws `conflict` when its state does not allow it now. */
export async function stop(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
): Promise<void> {
  await beginOnHost(ctx, who, request, id, {
    rule: 'servers:stop',
    does: 'stop',
    task: 'powering-off',
    saga: stopServer,
    with: {},
    action: 'stop',
  })
}

export async function start(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
): Promise<void> {
  await beginOnHost(ctx, who, request, id, {
    rule: 'servers:start',
    does: 'start',
    task: 'powering-on',
    saga: startServer,
    with: {},
    action: 'start',
  })
}

/** Soft asks the guest; hard is like pulling the plug, and makes a guest again that has gone missing. */
export async function reboot(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  type: 'SOFT' | 'HARD',
): Promise<void> {
  await beginOnHost(ctx, who, request, id, {
    rule: 'servers:reboot',
    does: type === 'SOFT' ? 'reboot-soft' : 'reboot-hard',
    task: type === 'SOFT' ? 'rebooting' : 'rebooting_hard',
    saga: rebootServer,
    with: { type },
    action: 'reboot',
  })
}

export type Plan<X> = {
  readonly rule: Rule
  readonly does: ServerAction
  readonly task: TaskState
  readonly saga: Saga<PowerParams & X>
  readonly with: X
  readonly action: string
  /** What else must be so. */
  readonly check?: (tx: Tx, server: Server) => Promise<void>
}

/** Begins an operation that is one call to the server's host. */
export async function beginOnHost<X>(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  plan: Plan<X>,
): Promise<void> {
  await onServer(ctx, who, id, async (tx, server) => {
    authorize(who, plan.rule, server)
    allow(who, server, plan.does)
    await plan.check?.(tx, server)
    const host = hostOf(server)
    await servers.change(tx, server, { taskState: plan.task }, ctx.clock.now())
    const params = { serverId: server.id, host, ...plan.with }
    await begin(ctx, tx, who, request, server, { saga: plan.saga, params, action: plan.action })
  })
}

/** @throws `conflict` when the server is nowhere yet. */
export function hostOf(server: Server): HostName {
  if (server.host === null) throw problem('conflict', `Instance ${server.id} is not ready`)
  return server.host
}
