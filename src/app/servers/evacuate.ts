/** Evacuating servers from hosts that are lost. */
import { allow } from '../../domain/server-actions.ts'
import type { Identity } from '../../domain/identity.ts'
import type { HostName, MigrationId } from '../../domain/ids.ts'
import type { Server } from '../../domain/server.ts'
import { problem } from '../../lib/problem.ts'
import { evacuateServer, startEvacuation } from '../../operations/evacuate.ts'
import { serverSubject } from '../../operations/kit.ts'
import * as hosts from '../../store/compute/hosts.ts'
import * as servers from '../../store/compute/servers.ts'
import * as sagas from '../../store/sagas/reading.ts'
import type { Tx } from '../../store/store.ts'
import { authorize } from '../authorize.ts'
import type { RequestContext } from '../context.ts'
import { holdServer, note } from './context.ts'
import type { ServerContext } from './context.ts'
import { isInUse, refuseForceWithoutHost } from './host-checks.ts'
import { hostOf } from './power.ts'

export type EvacuateWish = {
  readonly host: string | null
  /** Whether that host is taken whatever rules speak against it, as long as there is room. */
  readonly forced?: boolean
  /** Whether the server is left stopped, whatever it was before. */
  readonly leavesStopped: boolean
}

/**
 * Begins to make the server anew elsewhere. An operation that was under way on the lost host gives way first.
 * @throws `invalid` while its host is in use or the named host will not do, `not-found` when there is no such host,
 *   `conflict` when it is being evacuated already.
 */
export async function evacuate(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  wish: EvacuateWish,
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const server = await holdServer(tx, who, id)
    authorize(who, 'os-evacuate', server)
    refuseForceWithoutHost(wish)
    allow(who, server, 'evacuate')
    const source = hostOf(server)
    if (await isInUse(ctx, tx, source)) {
      throw problem('invalid', `Compute service of ${source} is still in use.`, { host: source })
    }
    const only = wish.host === null ? null : await namedHost(tx, source, wish.host)
    await refuseSecond(tx, server)
    const evacuation = {
      // Random like every id of a migration.
      migrationId: ctx.ids.uuid() as MigrationId,
      source,
      only,
      forced: wish.forced === true,
      resting: wish.leavesStopped || server.vmState === 'stopped' ? 'stopped' : null,
      attemptsMax: only === null ? ctx.settings.attemptsMax : 1,
    } as const
    const now = ctx.clock.now()
    if (await ctx.interrupt(tx, serverSubject(server.id), 'the server is to be evacuated')) {
      await servers.change(tx, server, { wanted: { kind: 'evacuate', ...evacuation } }, now)
      return await note(ctx, tx, who, request, server, 'evacuate', null)
    }
    const sagaId = ctx.ids.uuid()
    await startEvacuation(tx, server, evacuation, now, { id: sagaId, start: ctx.start })
    await note(ctx, tx, who, request, server, 'evacuate', sagaId)
  })
}

async function refuseSecond(tx: Tx, server: Server): Promise<void> {
  const owner = await sagas.activeOn(tx, serverSubject(server.id))
  const isFirst = owner?.name !== evacuateServer.name && server.wanted?.kind !== 'evacuate'
  if (isFirst && !server.deleteRequested) return
  const task = server.taskState ?? 'rebuilding'
  const message = `Cannot 'evacuate' instance ${server.id} while it is in task_state ${task}`
  throw problem('conflict', message, { server: server.id })
}

async function namedHost(tx: Tx, source: HostName, name: string): Promise<HostName> {
  // A name that no host has finds nothing.
  const host = await hosts.get(tx, name as HostName)
  if (host.name === source) {
    throw problem('invalid', 'The target host can not be the same one.', { host: name })
  }
  return host.name
}
