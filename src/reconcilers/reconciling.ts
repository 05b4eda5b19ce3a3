/** What reconcilers work with, and how they begin operations: in the name of the cloud, and only on servers that nobody owns. */
import type { Hosts } from '../agents/hosts.ts'
import type { HostName } from '../domain/ids.ts'
import type { Server } from '../domain/server.ts'
import type { Guest } from '../drivers/virt-driver.ts'
import type { Clock } from '../lib/clock.ts'
import type { Ids } from '../lib/ids.ts'
import type { Log } from '../lib/log.ts'
import { asProblem } from '../lib/problem.ts'
import { serverSubject } from '../operations/kit.ts'
import type { ServerParams, Starter } from '../operations/kit.ts'
import { callStep } from '../saga/call.ts'
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

const listingDeadlineMs = 30_000

/** The guests on a host. Null when it does not answer: then nothing is known, and nothing is concluded. */
export async function guestsOn(ctx: Reconciling, host: HostName): Promise<readonly Guest[] | null> {
  const never = new AbortController().signal
  try {
    const bodies = await callStep(ctx.clock, never, listingDeadlineMs, async (ticket) => {
      const call = { key: `look/${ctx.ids.uuid()}`, operation: 'look', subject: 'look', epoch: 0 }
      return await ctx.hosts.on(host, { ...call, ...ticket }).listGuests()
    })
    return bodies.filter(({ role }) => role === 'guest')
  } catch (thrown) {
    ctx.log.debug('the guests of a host could not be listed', {
      host,
      problem: asProblem(thrown).message,
    })
    return null
  }
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
