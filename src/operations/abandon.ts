/**
 * Going on without a host.
 *
 * A delete always wins, in bounded time and without the help of any host. So an operation that must give way to one does not wait
 * for a host that cannot undo what was done there: the host is cleaned of everything the server ever had on it, when it can be.
 */
import type { HostName } from '../domain/ids.ts'
import type { Run } from '../saga/definition.ts'
import * as servers from '../store/compute/servers.ts'
import type { Tx } from '../store/store.ts'
import { beginCleaning } from './clean-host.ts'
import { serverOf } from './kit.ts'
import type { Starter } from './kit.ts'

/** Agrees when the server is to be deleted, and has the host cleaned. */
export async function abandon(tx: Tx, run: Run, host: string, start: Starter): Promise<boolean> {
  const serverId = serverOf(run.subject)
  if (serverId === null) return false
  const server = await servers.get(tx, serverId)
  if (!server.deleteRequested) return false
  // The host of a step is the name of one.
  const params = { serverId, host: host as HostName, what: 'everything' } as const
  await beginCleaning(tx, start, params, run.id(`clean ${host} for good`))
  return true
}
