/** Makes visible what a step shows, and draws the conclusions from the end of an operation. */
import type { ServerId } from '../domain/ids.ts'
import type { Instant } from '../lib/clock.ts'
import type { Problem } from '../lib/problem.ts'
import type { Run } from '../saga/definition.ts'
import * as actions from '../store/compute/actions.ts'
import * as migrations from '../store/compute/migrations.ts'
import * as servers from '../store/compute/servers.ts'
import type { Tx } from '../store/store.ts'
import { deleteServer } from './delete.ts'
import { serverOf, serverSubject } from './kit.ts'
import type { Shown, Starter } from './kit.ts'

/** Writes task state and migration status. A server that is to be deleted shows nothing else any more. */
export async function show(tx: Tx, run: Run, shown: Shown, now: Instant): Promise<void> {
  const serverId = serverOf(run.subject)
  if (serverId === null) return
  const server = await servers.hold(tx, serverId)
  const { task, migration } = shown
  if (task !== undefined && task !== server.taskState && !server.deleteRequested) {
    await servers.change(tx, server, { taskState: task }, now)
  }
  if (migration !== undefined) {
    const open = await migrations.openOf(tx, serverId)
    if (open !== null && open.status !== migration)
      await migrations.enter(tx, open.id, migration, now)
  }
}

/**
 * Closes the action, and deletes the server if somebody asked for that meanwhile: the one operation gives way and the next
 * begins in the same transaction, so there is no moment at which a wanted delete is forgotten.
 */
export async function ended(
  tx: Tx,
  run: Run,
  outcome: Problem | null,
  now: Instant,
  start: Starter,
): Promise<void> {
  await actions.close(tx, run.sagaId, outcome === null ? null : 'Error', now)
  const serverId = serverOf(run.subject)
  if (serverId === null || run.name === deleteServer.name) return
  await beginWantedDelete(tx, serverId, run, start)
}

async function beginWantedDelete(
  tx: Tx,
  serverId: ServerId,
  run: Run,
  start: Starter,
): Promise<void> {
  const server = await servers.find(tx, serverId)
  if (server === null || server.deletedAt !== null || !server.deleteRequested) return
  const id = await start(tx, deleteServer, {
    id: run.id('delete'),
    subject: serverSubject(serverId),
    params: { serverId },
  })
  await actions.attach(tx, serverId, 'delete', id)
}
