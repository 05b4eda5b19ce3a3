/** What operators and owners can do to a guest from outside: make it dump its memory, put its network in order. */
import { allow } from '../../domain/server-actions.ts'
import type { Identity } from '../../domain/identity.ts'
import { triggerCrashDump as dumping } from '../../operations/crash-dump.ts'
import { injectNetwork as injecting } from '../../operations/inject-network.ts'
import { serverSubject } from '../../operations/kit.ts'
import { authorize } from '../authorize.ts'
import type { RequestContext } from '../context.ts'
import { begin, holdServer } from './context.ts'
import type { ServerContext } from './context.ts'
import { hostOf } from './power.ts'

export async function triggerCrashDump(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const server = await holdServer(tx, who, id)
    authorize(who, 'servers:trigger_crash_dump', server)
    allow(who, server, 'trigger_crash_dump')
    const params = { serverId: server.id, host: hostOf(server) }
    const action = 'trigger_crash_dump'
    await begin(ctx, tx, who, request, server, { saga: dumping, params, action })
  })
}

/** It is no action of the server's owner, so that it is not among the server's actions. */
export async function injectNetworkInfo(
  ctx: ServerContext,
  who: Identity,
  _request: RequestContext,
  id: string,
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const server = await holdServer(tx, who, id)
    authorize(who, 'os-admin-actions:inject_network_info', server)
    allow(who, server, 'inject-network-info')
    const params = { serverId: server.id, host: hostOf(server) }
    await ctx.start(tx, injecting, { subject: serverSubject(server.id), params })
  })
}
