/** Server groups of a project. */
import type { Identity } from '../domain/identity.ts'
import type { GroupPolicy, ServerGroup } from '../domain/server-group.ts'
import { allows } from '../domain/policy.ts'
import type { Rule } from '../domain/policy.ts'
import { problem } from '../lib/problem.ts'
import * as quotas from '../store/compute/quotas.ts'
import * as groups from '../store/compute/server-groups.ts'
import type { Reader } from '../store/store.ts'
import { authorize } from './authorize.ts'
import type { Context } from './context.ts'

export async function listGroups(
  ctx: Context,
  who: Identity,
  query: { readonly allProjects: boolean; readonly offset: number; readonly limit: number },
): Promise<readonly ServerGroup[]> {
  authorize(who, 'os-server-groups:index')
  // Who may not see all projects' groups is shown the own ones, without a word.
  const all = query.allProjects && allows(who, 'os-server-groups:index:all_projects')
  return await ctx.store.read(
    async (reader) => await groups.list(reader, all ? 'all' : projectOf(who), query),
  )
}

export async function showGroup(ctx: Context, who: Identity, id: string): Promise<ServerGroup> {
  return await ctx.store.read(
    async (reader) => await visible(reader, who, id, 'os-server-groups:show'),
  )
}

export type GroupWish = {
  readonly name: string
  readonly policy: GroupPolicy
  readonly maxServerPerHost: number | null
}

export async function createGroup(
  ctx: Context,
  who: Identity,
  wish: GroupWish,
): Promise<ServerGroup> {
  authorize(who, 'os-server-groups:create')
  if (wish.maxServerPerHost !== null && wish.policy !== 'anti-affinity') {
    throw problem('invalid', 'Only anti-affinity policy supports rules.', { policy: wish.policy })
  }
  const projectId = projectOf(who)
  return await ctx.store.transaction(async (tx) => {
    const { project, user } = await quotas.limitsFor(tx, { projectId, userId: who.userId })
    const counts = [
      { most: project.server_groups, has: await groups.countOf(tx, projectId) },
      { most: user.server_groups, has: await groups.countOf(tx, projectId, who.userId) },
    ]
    const full = counts.find(({ most, has }) => most >= 0 && has >= most)
    if (full !== undefined) {
      throw problem('over-quota', 'Quota exceeded, too many server groups.', { limit: full.most })
    }
    const made = { ...wish, id: ctx.ids.uuid(), projectId, userId: who.userId }
    return await groups.insert(tx, made, ctx.clock.now())
  })
}

export async function deleteGroup(ctx: Context, who: Identity, id: string): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const group = await visible(tx, who, id, 'os-server-groups:delete')
    await groups.remove(tx, group.id)
  })
}

/** @throws `not-found` also when it is another project's. */
async function visible(
  reader: Reader,
  who: Identity,
  id: string,
  rule: Rule,
): Promise<ServerGroup> {
  const group = await groups.get(reader, id)
  if (group.projectId !== who.projectId && !who.roles.has('admin')) {
    throw problem('not-found', `Instance group ${id} could not be found.`, { group: id })
  }
  authorize(who, rule, group)
  return group
}

/** The door lets nobody in who has no project. */
function projectOf(who: Identity) {
  if (who.projectId === null) throw problem('forbidden', 'A token for a project is needed')
  return who.projectId
}
