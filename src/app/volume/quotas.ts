/** Limits of projects on volumes, as they see them and operators set them. */
import type { Identity } from '../../domain/identity.ts'
import { isAdmin } from '../../domain/identity.ts'
import type { ProjectId } from '../../domain/ids.ts'
import type { VolumeCharge, VolumeLimits } from '../../domain/volume/quotas.ts'
import { problem } from '../../lib/problem.ts'
import * as quotas from '../../store/volume/quotas.ts'
import type { Context } from '../context.ts'
import { requireAdmin } from './policy.ts'

export type VolumeUse = { readonly limits: VolumeLimits; readonly used: VolumeCharge }

/** @throws `forbidden` for another project's. */
export async function getUse(
  ctx: Context,
  who: Identity,
  projectId: ProjectId,
): Promise<VolumeUse> {
  if (!isAdmin(who) && who.projectId !== projectId) {
    throw problem('forbidden', "Policy doesn't allow volume_extension:quotas:show to be performed.")
  }
  return await ctx.store.read(async (reader) => ({
    limits: await quotas.limitsOf(reader, projectId),
    used: await quotas.usageOf(reader, projectId),
  }))
}

export async function getDefaults(ctx: Context): Promise<VolumeLimits> {
  return await ctx.store.read(quotas.defaultLimits)
}

export async function setLimits(
  ctx: Context,
  who: Identity,
  projectId: ProjectId,
  limits: Partial<VolumeLimits>,
): Promise<VolumeLimits> {
  requireAdmin(who, 'volume_extension:quotas:update')
  return await ctx.store.transaction(async (tx) => {
    await quotas.setLimits(tx, projectId, limits)
    return await quotas.limitsOf(tx, projectId)
  })
}

export async function setDefaults(
  ctx: Context,
  who: Identity,
  limits: Partial<VolumeLimits>,
): Promise<VolumeLimits> {
  requireAdmin(who, 'volume_extension:quota_classes:update')
  return await ctx.store.transaction(async (tx) => {
    await quotas.setDefaultLimits(tx, limits)
    return await quotas.defaultLimits(tx)
  })
}

export async function clearLimits(
  ctx: Context,
  who: Identity,
  projectId: ProjectId,
): Promise<void> {
  requireAdmin(who, 'volume_extension:quotas:delete')
  await ctx.store.transaction(async (tx) => await quotas.clearLimits(tx, projectId))
}
