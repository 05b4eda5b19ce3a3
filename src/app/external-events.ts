/** What other services of the cloud tell of servers: each event is judged by itself, and wakes who waits for it. */
import type { Identity } from '../domain/identity.ts'
import type { ServerId } from '../domain/ids.ts'
import type { Server } from '../domain/server.ts'
import { startServer, stopServer } from '../operations/power.ts'
import { serverSubject } from '../operations/kit.ts'
import * as events from '../store/compute/external-events.ts'
import * as servers from '../store/compute/servers.ts'
import * as sagas from '../store/sagas/rows.ts'
import type { Tx } from '../store/store.ts'
import { authorize } from './authorize.ts'
import type { RequestContext } from './context.ts'
import { begin } from './servers/context.ts'
import type { ServerContext } from './servers/context.ts'

export type ExternalEventWish = {
  readonly serverId: string
  readonly name: string
  readonly tag: string | null
  readonly status: 'completed' | 'failed' | 'in-progress'
}

/**
 * - `accepted`: it is kept, and whoever waits for it looks again.
 * - `unknown`: there is no such server.
 * - `nowhere`: the server is on no host that the event could concern.
 */
export type Judgement = 'accepted' | 'unknown' | 'nowhere'

/** Takes the events in, and answers what became of each, in their order. */
export async function externalEvents(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  wishes: readonly ExternalEventWish[],
): Promise<readonly Judgement[]> {
  authorize(who, 'os-server-external-events:create')
  return await ctx.store.transaction(async (tx) => {
    const judgements: Judgement[] = []
    for (const wish of wishes) judgements.push(await takeIn(ctx, tx, who, request, wish))
    return judgements
  })
}

async function takeIn(
  ctx: ServerContext,
  tx: Tx,
  who: Identity,
  request: RequestContext,
  wish: ExternalEventWish,
): Promise<Judgement> {
  // A text that is no id finds nothing.
  const server = await servers.find(tx, wish.serverId as ServerId)
  if (server === null || server.deletedAt !== null) return 'unknown'
  if (server.host === null) return 'nowhere'
  const now = ctx.clock.now()
  const { name, status } = wish
  await events.note(tx, { serverId: server.id, name, tag: wish.tag ?? '', status, at: now })
  if (name === 'power-update') await followPower(ctx, tx, who, request, server, wish.tag)
  else await sagas.poke(tx, serverSubject(server.id), now)
  return 'accepted'
}

/** Powers on or off what somebody else wants so. In any other state than the one that fits, nothing happens. */
async function followPower(
  ctx: ServerContext,
  tx: Tx,
  who: Identity,
  request: RequestContext,
  server: Server,
  tag: string | null,
): Promise<void> {
  if (server.taskState !== null || server.host === null || server.deleteRequested) return
  const params = { serverId: server.id, host: server.host }
  if (tag === 'POWER_OFF' && server.vmState === 'active') {
    await servers.change(tx, server, { taskState: 'powering-off' }, ctx.clock.now())
    return await begin(ctx, tx, who, request, server, { saga: stopServer, params, action: 'stop' })
  }
  if (tag === 'POWER_ON' && server.vmState === 'stopped') {
    await servers.change(tx, server, { taskState: 'powering-on' }, ctx.clock.now())
    await begin(ctx, tx, who, request, server, { saga: startServer, params, action: 'start' })
  }
}
