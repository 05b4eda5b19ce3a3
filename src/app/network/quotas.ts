/** Limits of projects, as they see them and admins set them. */
import type { Identity } from '../../domain/identity.ts'
import type { ProjectId } from '../../domain/ids.ts'
import { quotaResources } from '../../domain/network/quotas.ts'
import type { QuotaLimits, QuotaResource } from '../../domain/network/quotas.ts'
import * as quotas from '../../store/network/quotas.ts'
import type { Context } from '../context.ts'
import { requireTrust } from './policy.ts'

export async function getLimits(
  ctx: Context,
  who: Identity,
  projectId: ProjectId,
): Promise<QuotaLimits> {
  requireTrust(who, 'get_quota', who.projectId === projectId)
  return await ctx.store.read(async (reader) => await quotas.limitsOf(reader, projectId))
}

export type QuotaUsage = Readonly<
  Record<QuotaResource, { readonly limit: number; readonly used: number }>
>

export async function getUsage(
  ctx: Context,
  who: Identity,
  projectId: ProjectId,
): Promise<QuotaUsage> {
  requireTrust(who, 'get_quota', who.projectId === projectId)
  return await ctx.store.read(async (reader) => {
    const limits = await quotas.limitsOf(reader, projectId)
    const usage: [QuotaResource, { limit: number; used: number }][] = []
    for (const name of quotaResources) {
      usage.push([
        name,
        { limit: limits[name], used: await quotas.usedOf(reader, projectId, name) },
      ])
    }
    // Every resource is in it.
    return Object.fromEntries(usage) as QuotaUsage
  })
}

/** The limits of all projects that have their own. */
export async function listLimits(
  ctx: Context,
  who: Identity,
): Promise<readonly (QuotaLimits & { readonly projectId: ProjectId })[]> {
  requireTrust(who, 'get_quota')
  return await ctx.store.read(async (reader) => {
    const found: (QuotaLimits & { readonly projectId: ProjectId })[] = []
    for (const projectId of await quotas.projectsWithLimits(reader)) {
      found.push({ ...(await quotas.limitsOf(reader, projectId)), projectId })
    }
    return found
  })
}

export async function setLimits(
  ctx: Context,
  who: Identity,
  projectId: ProjectId,
  limits: Partial<QuotaLimits>,
): Promise<QuotaLimits> {
  requireTrust(who, 'update_quota')
  return await ctx.store.transaction(async (tx) => {
    await quotas.setLimits(tx, projectId, limits)
    return await quotas.limitsOf(tx, projectId)
  })
}

export async function resetLimits(
  ctx: Context,
  who: Identity,
  projectId: ProjectId,
): Promise<void> {
  requireTrust(who, 'delete_quota')
  await ctx.store.transaction(async (tx) => await quotas.resetLimits(tx, projectId))
}
