/**
 * Snapshots of volumes that a hypervisor would have to help with, because the volume is a file that a guest is writing to.
 *
 * Volumes here are none, and no hypervisor offers it. What is asked for is taken as it is elsewhere, where the host is told
 * later; and the snapshot ends as it does there on a host that cannot.
 */
import type { SnapshotStatus } from '../../domain/volume/volume.ts'
import { isProblem, problem } from '../../lib/problem.ts'
import type { Tx } from '../../store/store.ts'
import * as serverVolumes from '../../store/volume/server-volumes.ts'
import * as snapshots from '../../store/volume/snapshots.ts'
import type { Context } from '../context.ts'

/** @throws `invalid` for a volume that is attached nowhere. */
export async function assistSnapshot(
  ctx: Context,
  ids: { readonly volumeId: string; readonly snapshotId: string },
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    await refuseUnattached(tx, ids.volumeId, 'invalid')
    await end(ctx, tx, ids, 'error')
  })
}

/** @throws `not-found` for a volume that is attached nowhere. */
export async function assistDeletion(
  ctx: Context,
  ids: { readonly volumeId: string; readonly snapshotId: string },
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    await refuseUnattached(tx, ids.volumeId, 'not-found')
    await end(ctx, tx, ids, 'error_deleting')
  })
}

async function refuseUnattached(
  tx: Tx,
  volumeId: string,
  kind: 'invalid' | 'not-found',
): Promise<void> {
  if (await serverVolumes.isAnyOf(tx, volumeId)) return
  throw problem(kind, `No volume Block Device Mapping with id ${volumeId}.`, { volume: volumeId })
}

async function end(
  ctx: Context,
  tx: Tx,
  { volumeId, snapshotId }: { readonly volumeId: string; readonly snapshotId: string },
  status: SnapshotStatus,
): Promise<void> {
  try {
    const snapshot = await snapshots.get(tx, snapshotId)
    if (snapshot.volumeId !== volumeId) return
    await snapshots.save(tx, { ...snapshot, status }, ctx.clock.now())
  } catch (thrown) {
    // It may be a snapshot that another volume service keeps.
    if (!isProblem(thrown, 'not-found')) throw thrown
  }
}
