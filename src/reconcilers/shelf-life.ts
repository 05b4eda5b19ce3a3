/** What has rested long enough: soft-deleted servers are deleted for good, shelved ones leave their hosts. */
import type { Server } from '../domain/server.ts'
import { deleteServer } from '../operations/delete.ts'
import { offloadServer } from '../operations/shelve-offload.ts'
import { resting } from '../store/compute/resting-servers.ts'
import * as servers from '../store/compute/servers.ts'
import type { Tx } from '../store/store.ts'
import type { Reconciler } from './loops.ts'
import { beginForCloud, isFree } from './reconciling.ts'
import type { Reconciling } from './reconciling.ts'

/** With 0 nothing is kept that could be reclaimed. */
export function reclaim(ctx: Reconciling, afterMs: number): Reconciler {
  const run = async (): Promise<void> => {
    if (afterMs === 0) return
    await forEach(ctx, 'soft-delete', async (tx, server, now) => {
      if (server.softDeletedAt === null || now - server.softDeletedAt < afterMs) return
      const latched = { deleteRequested: true, taskState: 'deleting' } as const
      const doomed = await servers.change(tx, server, latched, now)
      const params = { serverId: server.id }
      await beginForCloud(ctx, tx, doomed, { saga: deleteServer, params, action: 'delete' })
    })
  }
  return { name: 'reclaim', everyMs: 60_000, run }
}

/** With 0 servers are offloaded by whoever shelves them, with null never. */
export function offloadShelved(ctx: Reconciling, afterMs: number | null): Reconciler {
  const run = async (): Promise<void> => {
    if (afterMs === null || afterMs === 0) return
    await forEach(ctx, 'shelved', async (tx, server, now) => {
      const { host, shelved } = server
      if (host === null || shelved === null || now - shelved.at < afterMs) return
      const begun = await servers.change(tx, server, { taskState: 'shelving_offloading' }, now)
      const params = { serverId: server.id, host }
      await beginForCloud(ctx, tx, begun, { saga: offloadServer, params, action: 'shelveOffload' })
    })
  }
  return { name: 'offload shelved', everyMs: 60_000, run }
}

/** Looks at every server in a state that no operation owns, each in a transaction of its own. */
async function forEach(
  ctx: Reconciling,
  vmState: 'shelved' | 'soft-delete',
  work: (tx: Tx, server: Server, now: number) => Promise<void>,
): Promise<void> {
  const found = await ctx.store.read(async (reader) => await resting(reader, vmState))
  for (const { id } of found) {
    await ctx.store.transaction(async (tx) => {
      const server = await servers.find(tx, id)
      if (server?.vmState !== vmState || server.deletedAt !== null) return
      if (await isFree(tx, server)) await work(tx, server, ctx.clock.now())
    })
  }
}
