/**
 * Backups of volumes: making them, and putting them onto volumes again.
 *
 * Volumes are records here, and so are backups: what is known of a volume's content is kept, and known again of the volume that
 * it is put onto. Nothing is copied, so that a backup is there at once.
 */
import type { Identity } from '../../domain/identity.ts'
import type { Backup, BackupStatus } from '../../domain/volume/backup.ts'
import { admitBackup } from '../../domain/volume/quotas.ts'
import type { Volume, VolumeSnapshot } from '../../domain/volume/volume.ts'
import { problem } from '../../lib/problem.ts'
import * as backups from '../../store/volume/backups.ts'
import * as quotas from '../../store/volume/quotas.ts'
import * as snapshots from '../../store/volume/snapshots.ts'
import * as volumes from '../../store/volume/volumes.ts'
import type { Reader, Tx } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { createVolume } from './creating.ts'
import { listedFor, projectFor, requireAdmin, requireMember, requireSight } from './policy.ts'
import { changeable } from './volumes.ts'
import type { WholeOrOwn } from './volumes.ts'

export type BackupWish = Pick<
  Backup,
  'name' | 'description' | 'container' | 'zone' | 'metadata'
> & {
  readonly volumeId: string
  readonly snapshotId: string | null
  /** Only what is new since the last one. */
  readonly incremental: boolean
  /** Also of a volume that somebody has. */
  readonly force: boolean
}

/** A backup, and whether others add to it. */
export type BackupShown = Backup & { readonly hasDependents: boolean }

export async function getBackup(ctx: Context, who: Identity, id: string): Promise<BackupShown> {
  return await ctx.store.read(async (reader) => {
    const backup = await visible(reader, who, id)
    return { ...backup, hasDependents: (await backups.parents(reader)).has(id) }
  })
}

/** Newest first. */
export async function listBackups(
  ctx: Context,
  who: Identity,
  asked: WholeOrOwn,
): Promise<readonly BackupShown[]> {
  return await ctx.store.read(async (reader) => {
    const parents = await backups.parents(reader)
    const found = await backups.list(reader, listedFor(who, asked))
    return found.map((backup) => ({ ...backup, hasDependents: parents.has(backup.id) }))
  })
}

/** @throws `invalid` when the volume or the snapshot is busy, or there is nothing to add to; `over-quota`. */
export async function createBackup(
  ctx: Context,
  who: Identity,
  wish: BackupWish,
): Promise<BackupShown> {
  const projectId = projectFor(who, 'backup:create')
  return await ctx.store.transaction(async (tx) => {
    const volume = await changeable(tx, who, wish.volumeId, 'backup:create')
    const snapshot = await snapshotFor(tx, who, volume, wish.snapshotId)
    if (snapshot === null) requireRest(volume, wish.force)
    // Nothing is charged: it holds the project, so that two do not take the same room.
    await quotas.charge(tx, projectId, {})
    const limits = await quotas.limitsOf(tx, projectId)
    admitBackup(limits, await backups.useOf(tx, projectId), volume.sizeGb)
    const now = ctx.clock.now()
    const { bootable, imageMetadata } = volume
    const { name, description, container, zone, metadata, incremental } = wish
    const backup: Backup = {
      id: ctx.ids.uuid(),
      projectId,
      userId: who.userId,
      volumeId: volume.id,
      snapshotId: snapshot?.id ?? null,
      parentId: incremental ? await lastOf(tx, volume, projectId, snapshot) : null,
      name,
      description,
      status: 'available',
      sizeGb: volume.sizeGb,
      container,
      zone,
      metadata,
      content: { bootable, imageMetadata },
      dataAt: snapshot?.createdAt ?? now,
      createdAt: now,
      updatedAt: now,
    }
    await backups.add(tx, backup)
    return { ...backup, hasDependents: false }
  })
}

export async function describeBackup(
  ctx: Context,
  who: Identity,
  id: string,
  change: Partial<Pick<Backup, 'name' | 'description' | 'metadata'>>,
): Promise<Backup> {
  return await ctx.store.transaction(async (tx) => {
    const backup = await held(tx, who, id, 'backup:update')
    return await backups.save(tx, { ...backup, ...change }, ctx.clock.now())
  })
}

/** @throws `invalid` while others add to it, and, without force, when it is busy. */
export async function deleteBackup(
  ctx: Context,
  who: Identity,
  id: string,
  force: boolean,
): Promise<void> {
  if (force) requireAdmin(who, 'volume_extension:backup_admin_actions:force_delete')
  await ctx.store.transaction(async (tx) => {
    const { status } = await held(tx, who, id, 'backup:delete')
    if (!force && status !== 'available' && status !== 'error') {
      throw problem('invalid', 'Invalid backup: Backup status must be available or error')
    }
    if ((await backups.parents(tx)).has(id)) {
      throw problem('invalid', 'Invalid backup: Incremental backups exist for this backup.')
    }
    await backups.remove(tx, id)
  })
}

/** Puts what is in a backup onto a volume that nobody has, or onto a new one. @throws `invalid` */
export async function restoreBackup(
  ctx: Context,
  who: Identity,
  id: string,
  to: { readonly volumeId: string | null; readonly name: string | null },
): Promise<Pick<Volume, 'id' | 'name'>> {
  const { volumeId } = to
  if (volumeId === null) {
    const { volume } = await createVolume(ctx, who, {
      name: to.name ?? `restore_backup_${id}`,
      description: 'auto-created_from_restore_from_backup',
      sizeGb: null,
      typeRef: null,
      zone: null,
      metadata: {},
      multiattach: false,
      source: { kind: 'backup', id },
    })
    return volume
  }
  return await ctx.store.transaction(async (tx) => {
    const volume = await changeable(tx, who, volumeId, 'backup:restore')
    const { status, content, sizeGb } = await visible(tx, who, id)
    if (status !== 'available') {
      throw problem('invalid', 'Invalid backup: Backup status must be available')
    }
    if (volume.status !== 'available') {
      throw problem('invalid', 'Invalid volume: Volume to be restored to must be available')
    }
    if (sizeGb > volume.sizeGb) {
      throw problem(
        'invalid',
        `Invalid volume: volume size ${volume.sizeGb} is too small to restore backup of size ${sizeGb}.`,
      )
    }
    return await volumes.save(tx, { ...volume, ...content }, ctx.clock.now())
  })
}

/** Says what has become of a backup, whatever it was doing. */
export async function resetBackupStatus(
  ctx: Context,
  who: Identity,
  id: string,
  status: BackupStatus,
): Promise<void> {
  requireAdmin(who, 'volume_extension:backup_admin_actions:reset_status')
  await ctx.store.transaction(async (tx) => {
    const backup = await held(tx, who, id, 'volume_extension:backup_admin_actions:reset_status')
    await backups.save(tx, { ...backup, status }, ctx.clock.now())
  })
}

async function snapshotFor(
  reader: Reader,
  who: Identity,
  volume: Volume,
  id: string | null,
): Promise<VolumeSnapshot | null> {
  if (id === null) return null
  const snapshot = await snapshots.get(reader, id)
  requireSight(who, snapshot, snapshots.missing)
  if (snapshot.volumeId !== volume.id) {
    throw problem(
      'invalid',
      `Invalid volume: Volume ${volume.id} does not match with snapshot.volume_id ${snapshot.volumeId}.`,
    )
  }
  if (snapshot.status === 'available') return snapshot
  throw problem(
    'invalid',
    `Invalid snapshot: Snapshot to be backed up must be available, but the current status is "${snapshot.status}".`,
  )
}

function requireRest({ status }: Volume, force: boolean): void {
  if (status === 'available' || (status === 'in-use' && force)) return
  throw problem(
    'invalid',
    status === 'in-use'
      ? 'Invalid volume: Backing up an in-use volume must use the force flag.'
      : `Invalid volume: Volume to be backed up must be available or in-use, but the current status is "${status}".`,
  )
}

/** The backup that an incremental one adds to: the last before its data. @throws `invalid` when there is none. */
async function lastOf(
  reader: Reader,
  volume: Volume,
  projectId: Backup['projectId'],
  snapshot: VolumeSnapshot | null,
): Promise<string> {
  const known = (await backups.ofVolume(reader, volume.id)).filter(
    (each) =>
      each.projectId === projectId &&
      each.status === 'available' &&
      (snapshot === null || each.dataAt < snapshot.createdAt),
  )
  const [last] = known
  if (last !== undefined) return last.id
  throw problem('invalid', 'Invalid backup: No backups available to do an incremental backup.')
}

async function held(tx: Tx, who: Identity, id: string, rule: string): Promise<Backup> {
  const backup = await backups.hold(tx, id)
  requireSight(who, backup, backups.missing)
  requireMember(who, rule)
  return backup
}

async function visible(reader: Reader, who: Identity, id: string): Promise<Backup> {
  const backup = await backups.get(reader, id)
  requireSight(who, backup, backups.missing)
  return backup
}
