/** Snapshots of volumes. */
import type { Identity } from '../../domain/identity.ts'
import type { SnapshotId } from '../../domain/ids.ts'
import { snapshotProgress } from '../../domain/volume/volume.ts'
import type { SnapshotStatus, VolumeSnapshot } from '../../domain/volume/volume.ts'
import { problem } from '../../lib/problem.ts'
import type { Reader } from '../../store/store.ts'
import * as quotas from '../../store/volume/quotas.ts'
import * as typeQuotas from '../../store/volume/type-quotas.ts'
import * as snapshots from '../../store/volume/snapshots.ts'
import type { Context } from '../context.ts'
import { listedFor, requireAdmin, requireMember, requireSight } from './policy.ts'
import { changeable } from './volumes.ts'
import type { WholeOrOwn } from './volumes.ts'

export type SnapshotWish = {
  readonly volumeId: string
  readonly name: string | null
  readonly description: string | null
  readonly metadata: Readonly<Record<string, string>>
  /** Also of a volume that somebody has. */
  readonly force: boolean
}

export async function getSnapshot(
  ctx: Context,
  who: Identity,
  id: string,
): Promise<VolumeSnapshot> {
  return await ctx.store.read(async (reader) => await visible(reader, who, id))
}

/** Newest first. */
export async function listSnapshots(
  ctx: Context,
  who: Identity,
  asked: WholeOrOwn,
): Promise<readonly VolumeSnapshot[]> {
  return await ctx.store.read(async (reader) => await snapshots.list(reader, listedFor(who, asked)))
}

/** @throws `invalid` when the volume is busy, `over-quota`. */
export async function createSnapshot(
  ctx: Context,
  who: Identity,
  wish: SnapshotWish,
): Promise<VolumeSnapshot> {
  return await ctx.store.transaction(async (tx) => {
    const volume = await changeable(tx, who, wish.volumeId, 'volume:create_snapshot')
    const { status, projectId, sizeGb } = volume
    if (status !== 'available' && !(wish.force && status === 'in-use')) {
      throw problem(
        'invalid',
        `Invalid volume: Volume ${volume.id} status must be available, but current status is: ${status}.`,
      )
    }
    await quotas.charge(tx, projectId, { snapshots: 1, gigabytes: sizeGb })
    await typeQuotas.admit(tx, projectId, volume.typeId, { snapshots: 1, gigabytes: sizeGb })
    const now = ctx.clock.now()
    const snapshot: VolumeSnapshot = {
      // Random like every id of a snapshot.
      id: ctx.ids.uuid() as SnapshotId,
      volumeId: volume.id,
      projectId,
      userId: who.userId,
      name: wish.name,
      description: wish.description,
      status: 'available',
      progress: '100%',
      sizeGb,
      metadata: wish.metadata,
      createdAt: now,
      updatedAt: now,
    }
    await snapshots.add(tx, snapshot)
    return snapshot
  })
}

/** Changes what is said of a snapshot to what the function makes of it. */
export async function describeSnapshot(
  ctx: Context,
  who: Identity,
  id: string,
  change: (
    snapshot: VolumeSnapshot,
  ) => Partial<Pick<VolumeSnapshot, 'name' | 'description' | 'metadata'>>,
): Promise<VolumeSnapshot> {
  return await ctx.store.transaction(async (tx) => {
    const snapshot = await visible(tx, who, id)
    requireMember(who, 'volume:update_snapshot')
    return await snapshots.save(tx, { ...snapshot, ...change(snapshot) }, ctx.clock.now())
  })
}

/** Volumes that were made from it stay: each is a copy. */
export async function deleteSnapshot(
  ctx: Context,
  who: Identity,
  id: string,
  force: boolean,
): Promise<void> {
  if (force) requireAdmin(who, 'volume_extension:snapshot_admin_actions:force_delete')
  await ctx.store.transaction(async (tx) => {
    const seen = await visible(tx, who, id)
    requireMember(who, 'volume:delete_snapshot')
    // Two that delete it at once come here one after the other.
    await changeable(tx, who, seen.volumeId, 'volume:delete_snapshot')
    const snapshot = await visible(tx, who, id)
    if (!force && snapshot.status !== 'available' && snapshot.status !== 'error') {
      throw problem(
        'invalid',
        'Invalid snapshot: Snapshot status must be available or error, and must not be part of a group.',
      )
    }
    await snapshots.remove(tx, snapshot.id)
    const { projectId, sizeGb } = snapshot
    await quotas.charge(tx, projectId, { snapshots: -1, gigabytes: -sizeGb })
  })
}

export async function resetSnapshotStatus(
  ctx: Context,
  who: Identity,
  id: string,
  status: SnapshotStatus,
): Promise<void> {
  requireAdmin(who, 'volume_extension:snapshot_admin_actions:reset_status')
  await ctx.store.transaction(async (tx) => {
    await snapshots.save(tx, { ...(await visible(tx, who, id)), status }, ctx.clock.now())
  })
}

/**
 * Says what has become of a snapshot that is being taken or deleted: whoever takes it outside of this cloud says so here.
 * @throws `invalid` when it is doing something else.
 */
export async function reportSnapshot(
  ctx: Context,
  who: Identity,
  id: string,
  report: { readonly status: SnapshotStatus; readonly progress: string | null },
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const seen = await visible(tx, who, id)
    await changeable(tx, who, seen.volumeId, 'snapshot_extension:snapshot_actions:update_status')
    const snapshot = await visible(tx, who, id)
    const allowed = snapshotProgress[snapshot.status]
    if (allowed === undefined) {
      throw problem(
        'invalid',
        `Snapshot status ${snapshot.status} not allowed for update_snapshot_status`,
      )
    }
    if (!allowed.includes(report.status)) {
      throw problem(
        'invalid',
        `Provided snapshot status ${report.status} not allowed for snapshot with status ${snapshot.status}.`,
      )
    }
    const { status, progress } = report
    const reported = { ...snapshot, status, progress: progress ?? snapshot.progress }
    await snapshots.save(tx, reported, ctx.clock.now())
  })
}

async function visible(reader: Reader, who: Identity, id: string): Promise<VolumeSnapshot> {
  const snapshot = await snapshots.get(reader, id)
  requireSight(who, snapshot, snapshots.missing)
  return snapshot
}
