/** Limits of projects on volumes, as they see them and operators set them. */
import type { Identity } from '../../domain/identity.ts'
import { isAdmin } from '../../domain/identity.ts'
import type { ProjectId } from '../../domain/ids.ts'
import type { BackupUse } from '../../domain/volume/backup.ts'
import { noCharge } from '../../domain/volume/quotas.ts'
import type { TypeUse, VolumeCharge, VolumeLimits } from '../../domain/volume/quotas.ts'
import { problem } from '../../lib/problem.ts'
import * as backups from '../../store/volume/backups.ts'
import * as quotas from '../../store/volume/quotas.ts'
import * as typeQuotas from '../../store/volume/type-quotas.ts'
import * as types from '../../store/volume/types.ts'
import type { Reader, Tx } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { requireAdmin } from './policy.ts'

export type VolumeUse = {
  readonly limits: VolumeLimits
  readonly used: VolumeCharge & BackupUse
  readonly types: readonly TypeUse[]
}

/** Limits that somebody sets: on everything, and on types by their names. */
export type LimitsWish = {
  readonly limits: Partial<VolumeLimits>
  readonly ofTypes: readonly { readonly name: string; readonly limits: Partial<VolumeCharge> }[]
}

/** @throws `forbidden` for another project's. */
export async function getUse(
  ctx: Context,
  who: Identity,
  projectId: ProjectId,
): Promise<VolumeUse> {
  if (!isAdmin(who) && who.projectId !== projectId) {
    throw problem('forbidden', "Policy doesn't allow volume_extension:quotas:show to be performed.")
  }
  return await ctx.store.read(async (reader) => await useOf(reader, projectId))
}

/** The limits of who has none of their own. */
export async function getDefaults(ctx: Context): Promise<VolumeUse> {
  return await ctx.store.read(async (reader) => await useOf(reader, null))
}

export async function setLimits(
  ctx: Context,
  who: Identity,
  projectId: ProjectId,
  wish: LimitsWish,
): Promise<VolumeUse> {
  requireAdmin(who, 'volume_extension:quotas:update')
  return await ctx.store.transaction(async (tx) => {
    await quotas.setLimits(tx, projectId, wish.limits)
    await setTypeLimits(tx, projectId, wish)
    return await useOf(tx, projectId)
  })
}

export async function setDefaults(
  ctx: Context,
  who: Identity,
  wish: LimitsWish,
): Promise<VolumeUse> {
  requireAdmin(who, 'volume_extension:quota_classes:update')
  return await ctx.store.transaction(async (tx) => {
    await quotas.setDefaultLimits(tx, wish.limits)
    await setTypeLimits(tx, null, wish)
    return await useOf(tx, null)
  })
}

async function useOf(reader: Reader, projectId: ProjectId | null): Promise<VolumeUse> {
  const limits =
    projectId === null
      ? await quotas.defaultLimits(reader)
      : await quotas.limitsOf(reader, projectId)
  const used =
    projectId === null
      ? { ...noCharge, backups: 0, backup_gigabytes: 0 }
      : {
          ...(await quotas.usageOf(reader, projectId)),
          ...(await backups.useOf(reader, projectId)),
        }
  return { limits, used, types: await typeQuotas.usesOf(reader, projectId) }
}

/** Limits on types that there are none of are nobody's. */
async function setTypeLimits(
  tx: Tx,
  projectId: ProjectId | null,
  { ofTypes }: LimitsWish,
): Promise<void> {
  if (ofTypes.length === 0) return
  const known = new Map((await types.list(tx, 'all')).map(({ id, name }) => [name, id]))
  for (const { name, limits } of ofTypes) {
    const id = known.get(name)
    if (id !== undefined) await typeQuotas.setLimits(tx, projectId, id, limits)
  }
}

export async function clearLimits(
  ctx: Context,
  who: Identity,
  projectId: ProjectId,
): Promise<void> {
  requireAdmin(who, 'volume_extension:quotas:delete')
  await ctx.store.transaction(async (tx) => await quotas.clearLimits(tx, projectId))
}
