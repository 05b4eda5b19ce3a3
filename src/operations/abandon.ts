/**
 * Going on without a host.
 *
 * A delete always wins, in bounded time and without the help of any host. So an operation that must give way to one does not wait
 * for a host that cannot undo what was done there: the host is cleaned of everything the server ever had on it, when it can be.
 */
import type { HostName } from '../domain/ids.ts'
import type { Run } from '../saga/definition.ts'
import * as migrations from '../store/compute/migrations.ts'
import * as servers from '../store/compute/servers.ts'
import * as sagas from '../store/sagas/reading.ts'
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
  const migration = await migrations.openOf(tx, serverId)
  // The host of a step is the name of one. A call to it may have been about both sides of a move.
  const hosts = new Set([host as HostName, migration?.source, migration?.destination])
  for (const each of hosts) {
    if (each === null || each === undefined) continue
    const id = run.id(`clean ${each} for good`)
    // Once it was begun no call of this operation has an effect there any more.
    if ((await sagas.find(tx, id)) !== null) continue
    await beginCleaning(tx, start, { serverId, host: each, what: 'everything' }, id)
  }
  return true
}
