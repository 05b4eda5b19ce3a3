/** Confirms resizes that their owners have not decided on within the time that the operator gives them. */
import type { Migration } from '../domain/server.ts'
import { confirmResize } from '../operations/confirm-resize.ts'
import * as migrations from '../store/compute/migrations.ts'
import * as servers from '../store/compute/servers.ts'
import type { Reconciler } from './loops.ts'
import { beginForCloud, isFree } from './reconciling.ts'
import type { Reconciling } from './reconciling.ts'

/** With a window of 0 nothing is ever confirmed by itself. */
export function confirmWindow(ctx: Reconciling, windowMs: number): Reconciler {
  const run = async (): Promise<void> => {
    if (windowMs === 0) return
    const before = ctx.clock.now() - windowMs
    const due = await ctx.store.read(
      async (reader) => await migrations.finishedBefore(reader, before),
    )
    for (const migration of due) await confirm(ctx, migration)
  }
  return { name: 'confirm window', everyMs: 60_000, run }
}

/** A source that is down is waited for: the next run looks again. */
async function confirm(ctx: Reconciling, { id, serverId, source }: Migration): Promise<void> {
  if (source === null || !ctx.hosts.isUp(source)) return
  await ctx.store.transaction(async (tx) => {
    const server = await servers.find(tx, serverId)
    if (server?.vmState !== 'resized' || !(await isFree(tx, server))) return
    const params = { serverId, migrationId: id, source }
    await beginForCloud(ctx, tx, server, { saga: confirmResize, params, action: 'confirmResize' })
  })
}
