/** Quotas and limits: what projects may have, and single users of them, and what they use of it. */
import type { Identity } from '../domain/identity.ts'
import type { ProjectId, UserId } from '../domain/ids.ts'
import { isPerUser, settableLimit } from '../domain/quota.ts'
import type { Charge, Limits, QuotaResource } from '../domain/quota.ts'
import { problem } from '../lib/problem.ts'
import * as charges from '../store/compute/charges.ts'
import * as quotas from '../store/compute/quotas.ts'
import * as groups from '../store/compute/server-groups.ts'
import * as projects from '../store/identity/projects.ts'
import type { Reader, Tx } from '../store/store.ts'
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

/** Whose quota is meant: a project's, or that of one of its users, who may be anybody. */
export type QuotaOwner = { readonly project: string; readonly user: string | null }

export async function showQuota(ctx: Context, who: Identity, of: QuotaOwner): Promise<Limits> {
  return await ctx.store.read(async (reader) => {
    const id = await judged(reader, who, of.project, 'os-quota-sets:show')
    return await limitsOf(reader, id, userOf(of))
  })
}

export async function showQuotaUse(ctx: Context, who: Identity, of: QuotaOwner): Promise<QuotaUse> {
  return await ctx.store.read(async (reader) => {
    const id = await judged(reader, who, of.project, 'os-quota-sets:detail')
    const limits = await limitsOf(reader, id, userOf(of))
    const used: Partial<Record<QuotaResource, number>> = await usedOf(reader, id, userOf(of))
    // Its keys are those of the limits.
    return Object.fromEntries(
      Object.entries(limits).map(([name, limit]) => [
        name,
        { limit, in_use: used[name as QuotaResource] ?? 0, reserved: 0 },
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
 * Sets limits of a project, or of one of its users.
 * @throws `invalid` unless it is forced: when one would be below what is used, a project's below what its users were given of it, or
 *   a user's above what the project has left for them.
 */
export async function updateQuota(
  ctx: Context,
  who: Identity,
  of: QuotaOwner,
  wish: { readonly limits: Partial<Limits>; readonly force: boolean },
): Promise<Limits> {
  authorize(who, 'os-quota-sets:update')
  return await ctx.store.transaction(async (tx) => {
    const id = await known(tx, of.project)
    const user = userOf(of)
    if (!wish.force) await refuseUnsettable(tx, id, user, wish.limits)
    if (user === null) await quotas.setLimits(tx, id, wish.limits)
    else await quotas.setUserLimits(tx, { projectId: id, userId: user }, wish.limits)
    return await limitsOf(tx, id, user)
  })
}

async function refuseUnsettable(
  tx: Tx,
  projectId: ProjectId,
  user: UserId | null,
  limits: Partial<Limits>,
): Promise<void> {
  // Nobody is charged until it is decided.
  await charges.heldUsage(tx, projectId, user)
  const used: Partial<Record<QuotaResource, number>> = await usedOf(tx, projectId, user)
  const ofProject = await quotas.limitsOf(tx, projectId)
  const ofUsers = await quotas.userLimitsOf(tx, projectId)
  // The keys of a partial record are among the keys of its type.
  for (const [resource, limit] of Object.entries(limits) as [QuotaResource, number][]) {
    const given = ofUsers.filter((each) => each.resource === resource && each.userId !== user)
    const isOwn = user !== null && isPerUser(resource)
    const range = settableLimit({
      used: used[resource] ?? 0,
      given: given.map((each) => each.limit),
      within: isOwn ? ofProject[resource] : null,
    })
    const bound = boundMissed(limit, range)
    if (bound === null) continue
    throw problem('invalid', `Quota limit ${limit} for ${resource} must be ${bound}.`, { resource })
  }
}

function boundMissed(limit: number, range: { least: number; most: number }): string | null {
  const wished = limit < 0 ? Infinity : limit
  if (wished < range.least) {
    return `greater than or equal to already used and reserved ${range.least}`
  }
  return wished > range.most ? `less than or equal to ${range.most}` : null
}

/** A project back to the defaults, with all its users; or one user back to what the project may have. */
export async function resetQuota(ctx: Context, who: Identity, of: QuotaOwner): Promise<void> {
  authorize(who, 'os-quota-sets:delete')
  await ctx.store.transaction(async (tx) => {
    const projectId = of.project as ProjectId // An unknown project has nothing to clear.
    const userId = userOf(of)
    if (userId === null) await quotas.clearLimits(tx, projectId)
    else await quotas.clearUserLimits(tx, { projectId, userId })
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
  const { server_groups: serverGroups, ...used } = await usedOf(reader, id, null)
  return { limits: await quotas.limitsOf(reader, id), used: { ...used, serverGroups } }
}

type Used = Charge & { readonly server_groups: number }

async function usedOf(reader: Reader, projectId: ProjectId, userId: UserId | null): Promise<Used> {
  if (userId === null) {
    const serverGroups = await groups.countOf(reader, projectId)
    return { ...(await charges.usageOf(reader, projectId)), server_groups: serverGroups }
  }
  const owner = { projectId, userId }
  const serverGroups = await groups.countOf(reader, projectId, userId)
  return { ...(await charges.usageOfUser(reader, owner)), server_groups: serverGroups }
}

async function limitsOf(
  reader: Reader,
  projectId: ProjectId,
  userId: UserId | null,
): Promise<Limits> {
  if (userId === null) return await quotas.limitsOf(reader, projectId)
  return (await quotas.limitsFor(reader, { projectId, userId })).user
}

/** What limits are kept under; nobody asks whether there is such a user. */
function userOf({ user }: QuotaOwner): UserId | null {
  return user as UserId | null
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
