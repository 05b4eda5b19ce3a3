/** Volumes, as their owners see, describe and delete them. */
import type { Identity } from '../../domain/identity.ts'
import type { ProjectId } from '../../domain/ids.ts'
import type { Attachment, Volume } from '../../domain/volume/volume.ts'
import type { Instant } from '../../lib/clock.ts'
import { problem } from '../../lib/problem.ts'
import type { Reader, Tx } from '../../store/store.ts'
import * as attachments from '../../store/volume/attachments.ts'
import * as quotas from '../../store/volume/quotas.ts'
import * as snapshots from '../../store/volume/snapshots.ts'
import * as types from '../../store/volume/types.ts'
import * as volumes from '../../store/volume/volumes.ts'
import type { Context } from '../context.ts'
import { listedFor, requireAdmin, requireMember, requireSight } from './policy.ts'

/** A volume with what belongs to it elsewhere. */
export type VolumeShown = {
  readonly volume: Volume
  readonly typeName: string
  readonly isEncrypted: boolean
  readonly attachments: readonly Attachment[]
}

export type WholeOrOwn = { readonly allProjects: boolean; readonly projectId: ProjectId | null }

/** @throws `not-found` also for a volume that is somebody else's. */
export async function getVolume(ctx: Context, who: Identity, id: string): Promise<VolumeShown> {
  return await ctx.store.read(async (reader) => {
    const [shown] = await shownOf(reader, [await visible(reader, who, id)])
    if (shown === undefined) throw volumes.missing(id)
    return shown
  })
}

/** Newest first. */
export async function listVolumes(
  ctx: Context,
  who: Identity,
  asked: WholeOrOwn,
): Promise<readonly VolumeShown[]> {
  return await ctx.store.read(
    async (reader) => await shownOf(reader, await volumes.list(reader, listedFor(who, asked))),
  )
}

/** Changes what is said of a volume to what the function makes of it. */
export async function describe(
  ctx: Context,
  who: Identity,
  id: string,
  change: (volume: Volume) => Partial<Pick<Volume, 'name' | 'description' | 'metadata'>>,
): Promise<VolumeShown> {
  await ctx.store.transaction(async (tx) => {
    const volume = await changeable(tx, who, id, 'volume:update')
    await volumes.save(tx, { ...volume, ...change(volume) }, ctx.clock.now())
  })
  return await getVolume(ctx, who, id)
}

const deletable: ReadonlySet<string> = new Set([
  'available',
  'error',
  'error_restoring',
  'error_extending',
  'error_managing',
])

/**
 * Deletes a volume that nobody has; with `cascade` its snapshots too, and by `force` in whatever state it is.
 * @throws `invalid` in Cinder's words.
 */
export async function deleteVolume(
  ctx: Context,
  who: Identity,
  id: string,
  how: { readonly cascade: boolean; readonly force: boolean },
): Promise<void> {
  if (how.force) requireAdmin(who, 'volume:force_delete')
  await ctx.store.transaction(async (tx) => {
    const volume = await changeable(tx, who, id, 'volume:delete')
    const isMigrating = volume.migrationStatus === 'migrating'
    const isAttached = (await attachments.ofVolume(tx, volume.id)).length > 0
    const kept = await snapshots.ofVolume(tx, volume.id)
    const isBusy = (!deletable.has(volume.status) || isMigrating) && !how.force
    if (isBusy || isAttached || (kept.length > 0 && !how.cascade)) throw notDeletable()
    for (const snapshot of kept) {
      await snapshots.remove(tx, snapshot.id)
      await giveBack(tx, snapshot.projectId, { snapshots: 1, gigabytes: snapshot.sizeGb })
    }
    await forget(tx, volume, ctx.clock.now())
  })
}

/** Reads a volume for somebody. @throws `not-found` when there is none that they may see. */
export async function visible(reader: Reader, who: Identity, id: string): Promise<Volume> {
  const volume = await volumes.get(reader, id)
  requireSight(who, volume, volumes.missing)
  return volume
}

/** Holds a volume for somebody who will change it. @throws `not-found`, `forbidden` */
export async function changeable(tx: Tx, who: Identity, id: string, rule: string): Promise<Volume> {
  const volume = await volumes.hold(tx, id)
  requireSight(who, volume, volumes.missing)
  requireMember(who, rule)
  return volume
}

/** What is shown of these volumes, in their order. */
export async function shownOf(
  reader: Reader,
  list: readonly Volume[],
): Promise<readonly VolumeShown[]> {
  const found = await attachments.ofVolumes(
    reader,
    list.map(({ id }) => id),
  )
  const known = await types.briefs(reader)
  return list.map((volume) => ({
    volume,
    typeName: known.get(volume.typeId)?.name ?? '',
    isEncrypted: known.get(volume.typeId)?.isEncrypted ?? false,
    attachments: found.get(volume.id) ?? [],
  }))
}

async function forget(tx: Tx, volume: Volume, now: Instant): Promise<void> {
  await volumes.remove(tx, volume, now)
  await giveBack(tx, volume.projectId, { volumes: 1, gigabytes: volume.sizeGb })
}

async function giveBack(
  tx: Tx,
  projectId: ProjectId,
  amounts: { readonly volumes?: number; readonly snapshots?: number; readonly gigabytes: number },
): Promise<void> {
  await quotas.charge(tx, projectId, {
    volumes: -(amounts.volumes ?? 0),
    snapshots: -(amounts.snapshots ?? 0),
    gigabytes: -amounts.gigabytes,
  })
}

function notDeletable(): Error {
  return problem(
    'invalid',
    'Invalid volume: Volume status must be available or error or error_restoring or error_extending or error_managing and must not be migrating, attached, belong to a group, have snapshots, awaiting a transfer, or be disassociated from snapshots after volume transfer.',
  )
}
