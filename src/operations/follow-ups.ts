/**
 * What was asked of a server while an operation owned it, and begins where that one ends: in the same transaction, so that
 * there is no moment at which it is forgotten.
 */
import type { ServerId } from '../domain/ids.ts'
import type { Server, Wanted } from '../domain/server.ts'
import type { Instant } from '../lib/clock.ts'
import type { Run } from '../saga/definition.ts'
import * as actions from '../store/compute/actions.ts'
import * as servers from '../store/compute/servers.ts'
import type { Tx } from '../store/store.ts'
import { deleteServer } from './delete.ts'
import { isEvacuable, startEvacuation } from './evacuate.ts'
import { serverSubject } from './kit.ts'
import type { Starter } from './kit.ts'
import { resetNow } from './reset-state.ts'
import { offloadServer } from './shelve-offload.ts'
import { softDelete } from './soft-delete.ts'

/** Begins what was wanted, if anything was. A delete comes before everything else. */
export async function followUp(
  tx: Tx,
  serverId: ServerId,
  run: Run,
  now: Instant,
  start: Starter,
): Promise<void> {
  if (run.name === deleteServer.name) return
  const server = await servers.find(tx, serverId)
  if (server === null || server.deletedAt !== null) return
  if (server.deleteRequested) return await beginDelete(tx, server, run, now, start)
  switch (server.wanted?.kind) {
    case undefined:
      return
    case 'soft-delete':
      return await beginSoftDelete(tx, server, run, now, start)
    case 'offload':
      return await beginOffload(tx, server, run, now, start)
    case 'evacuate':
      return await beginEvacuation(tx, server, server.wanted, run, now, start)
    case 'reset': {
      const parts = { now, start, cleaningId: run.id('clean after reset') }
      return await resetNow(tx, server, server.wanted.to, parts)
    }
  }
}

/** The operation may have ended elsewhere, or with the server in a state from which nothing can be evacuated. */
async function beginEvacuation(
  tx: Tx,
  server: Server,
  { kind: _, ...evacuation }: Wanted & { kind: 'evacuate' },
  run: Run,
  now: Instant,
  start: Starter,
): Promise<void> {
  const heeded = await servers.change(tx, server, { wanted: null }, now)
  const sagaId = run.id('evacuate')
  if (!isEvacuable(heeded, evacuation.source)) {
    return await actions.refuse(tx, server.id, 'evacuate', now)
  }
  await startEvacuation(tx, heeded, evacuation, now, { id: sagaId, start })
  await actions.attach(tx, server.id, 'evacuate', sagaId)
}

async function beginOffload(
  tx: Tx,
  server: Server,
  run: Run,
  now: Instant,
  start: Starter,
): Promise<void> {
  if (server.host === null) return
  const leaving = { wanted: null, taskState: 'shelving_offloading' } as const
  await servers.change(tx, server, leaving, now)
  await start(tx, offloadServer, {
    id: run.id('offload'),
    subject: serverSubject(server.id),
    params: { serverId: server.id, host: server.host },
  })
}

async function beginDelete(
  tx: Tx,
  server: Server,
  run: Run,
  now: Instant,
  start: Starter,
): Promise<void> {
  // The operation that gave way left the server idle, which it is not.
  await servers.change(tx, server, { deleteRequested: true, taskState: 'deleting' }, now)
  const id = await start(tx, deleteServer, {
    id: run.id('delete'),
    subject: serverSubject(server.id),
    params: { serverId: server.id },
  })
  await actions.attach(tx, server.id, 'delete', id)
}

async function beginSoftDelete(
  tx: Tx,
  server: Server,
  run: Run,
  now: Instant,
  start: Starter,
): Promise<void> {
  const heeded = await servers.change(tx, server, { wanted: null }, now)
  // Nothing is anywhere yet that could be kept: it is deleted for good.
  if (server.host === null) return await beginDelete(tx, heeded, run, now, start)
  await servers.change(tx, heeded, { taskState: 'soft-deleting' }, now)
  const id = await start(tx, softDelete, {
    id: run.id('soft delete'),
    subject: serverSubject(server.id),
    params: { serverId: server.id, host: server.host },
  })
  await actions.attach(tx, server.id, 'delete', id)
}
