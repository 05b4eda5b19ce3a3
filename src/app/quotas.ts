/** Quotas and limits: what projects may have, and what they use of it. */
import type { Identity } from '../domain/identity.ts'
import type { ProjectId } from '../domain/ids.ts'
import type { Charge, Limits, QuotaResource } from '../domain/quota.ts'
import { problem } from '../lib/problem.ts'
import * as quotas from '../store/compute/quotas.ts'
import * as groups from '../store/compute/server-groups.ts'
import * as projects from '../store/identity/projects.ts'
import type { Reader } from '../store/store.ts'
import { authorize } from './authorize.ts'
import type { Context } from './context.ts'

export type Use = { readonly limit: number; readonly in_use: number; readonly reserved: number }
export type QuotaUse = Readonly<Record<QuotaResource, Use>>

export type UsedLimits = {
  readonly limits: Limits
  readonly used: Charge & { readonly serverGroups: number }
}

/** The limits of the caller's project, or of another one for operators, with what is used. */
export async function showLimits(
  ctx: Context,
  who: Identity,
  project: string | null,
): Promise<UsedLimits> {
  // Also for one's own project: whoever names it asks as operators do.
  if (project !== null) authorize(who, 'limits:other_project')
  // What limits are looked up by; an unknown one has the defaults.
  const id = (project ?? who.projectId ?? '') as ProjectId
  return await ctx.store.read(async (reader) => await usedLimits(reader, id))
}

export async function showQuota(ctx: Context, who: Identity, project: string): Promise<Limits> {
  return await ctx.store.read(async (reader) => {
    const id = await judged(reader, who, project, 'os-quota-sets:show')
    return await quotas.limitsOf(reader, id)
  })
}

export async function showQuotaUse(
  ctx: Context,
  who: Identity,
  project: string,
): Promise<QuotaUse> {
  return await ctx.store.read(async (reader) => {
    const id = await judged(reader, who, project, 'os-quota-sets:detail')
    const { limits, used } = await usedLimits(reader, id)
    const counted: Partial<Record<QuotaResource, number>> = {
      instances: used.instances,
      cores: used.cores,
      ram: used.ram,
      server_groups: used.serverGroups,
    }
    // Its keys are those of the limits.
    return Object.fromEntries(
      Object.entries(limits).map(([name, limit]) => [
        name,
        { limit, in_use: counted[name as QuotaResource] ?? 0, reserved: 0 },
      ]),
    ) as QuotaUse
  })
}

export async function showDefaultQuota(
  ctx: Context,
  who: Identity,
  project: string,
): Promise<Limits> {
  authorize(who, 'os-quota-sets:defaults')
  return await ctx.store.read(async (reader) => {
    await known(reader, project)
    return await quotas.classLimits(reader)
  })
}

/**
 * Sets limits of a project.
 * @throws `invalid` when one would be below what is used, unless it is forced.
 */
export async function updateQuota(
  ctx: Context,
  who: Identity,
  project: string,
  wish: { readonly limits: Partial<Limits>; readonly force: boolean },
): Promise<Limits> {
  authorize(who, 'os-quota-sets:update')
  return await ctx.store.transaction(async (tx) => {
    const id = await known(tx, project)
    const used: Partial<Record<QuotaResource, number>> = await quotas.usageOf(tx, id)
    for (const [name, limit] of Object.entries(wish.limits)) {
      const inUse = used[name as QuotaResource] ?? 0 // A key of limits is a resource.
      if (wish.force || limit < 0 || limit >= inUse) continue
      const message = `Quota limit ${limit} for ${name} must be greater than or equal to already used and reserved ${inUse}.`
      throw problem('invalid', message, { resource: name })
    }
    await quotas.setLimits(tx, id, wish.limits)
    return await quotas.limitsOf(tx, id)
  })
}

export async function resetQuota(ctx: Context, who: Identity, project: string): Promise<void> {
  authorize(who, 'os-quota-sets:delete')
  await ctx.store.transaction(async (tx) => {
    await quotas.clearLimits(tx, project as ProjectId) // An unknown project has nothing to clear.
  })
}

/** The limits of projects that have none of their own. There is one class that counts; others only keep what is said of them. */
export async function showQuotaClass(ctx: Context, who: Identity, name: string): Promise<Limits> {
  authorize(who, 'os-quota-class-sets:show')
  return await ctx.store.read(async (reader) => await quotas.classLimits(reader, name))
}

export async function updateQuotaClass(
  ctx: Context,
  who: Identity,
  name: string,
  limits: Partial<Limits>,
): Promise<Limits> {
  authorize(who, 'os-quota-class-sets:update')
  if (name.length > nameMax) {
    const message = `quota_class_name has ${name.length} characters, more than ${nameMax}.`
    throw problem('invalid', message)
  }
  return await ctx.store.transaction(async (tx) => {
    await quotas.setClassLimits(tx, name, limits)
    return await quotas.classLimits(tx, name)
  })
}

/** Characters that the name of a class may have. */
const nameMax = 255

async function usedLimits(reader: Reader, id: ProjectId): Promise<UsedLimits> {
  const used = await quotas.usageOf(reader, id)
  return {
    limits: await quotas.limitsOf(reader, id),
    used: { ...used, serverGroups: await groups.countOf(reader, id) },
  }
}

async function judged(
  reader: Reader,
  who: Identity,
  project: string,
  rule: 'os-quota-sets:show' | 'os-quota-sets:detail',
): Promise<ProjectId> {
  authorize(who, rule, { projectId: project })
  return await known(reader, project)
}

async function known(reader: Reader, project: string): Promise<ProjectId> {
  const found = await projects.find(reader, project)
  if (found === null) {
    throw problem('invalid', `Project ID ${project} is not a valid project.`, { project })
  }
  return found.id
}
