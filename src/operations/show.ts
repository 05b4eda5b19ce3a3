/** Makes visible what a step shows, and draws the conclusions from the end of an operation. */
import type { Instant } from '../lib/clock.ts'
import type { Problem } from '../lib/problem.ts'
import type { Run } from '../saga/definition.ts'
import * as actions from '../store/compute/actions.ts'
import * as migrations from '../store/compute/migrations.ts'
import * as servers from '../store/compute/servers.ts'
import type { Tx } from '../store/store.ts'
import { followUp } from './follow-ups.ts'
import { serverOf } from './kit.ts'
import type { Shown, Starter } from './kit.ts'

/** Writes task state and migration status. A server that is to be deleted shows nothing else any more. */
export async function show(tx: Tx, run: Run, shown: Shown, now: Instant): Promise<void> {
  const serverId = serverOf(run.subject)
  if (serverId === null) return
  const { task, migration } = shown
  if (task !== undefined) await servers.showTask(tx, serverId, task, now)
  if (migration !== undefined) {
    await servers.hold(tx, serverId)
    const open = await migrations.openOf(tx, serverId)
    if (open !== null && open.status !== migration)
      await migrations.enter(tx, open.id, migration, now)
  }
}

/** Closes the action, and begins what was asked of the server meanwhile. */
export async function ended(
  tx: Tx,
  run: Run,
  outcome: Problem | null,
  now: Instant,
  start: Starter,
): Promise<void> {
  await actions.close(tx, run.sagaId, outcome === null ? null : 'Error', now)
  const serverId = serverOf(run.subject)
  if (serverId !== null) await followUp(tx, serverId, run, now, start)
}
