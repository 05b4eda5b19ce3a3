/** Groups of users: who is put into one has the roles of the group, until taken out again. */
import type { User, UserGroup } from '../../domain/accounts.ts'
import type { Identity } from '../../domain/identity.ts'
import { problem } from '../../lib/problem.ts'
import * as domains from '../../store/identity/domains.ts'
import * as groups from '../../store/identity/groups.ts'
import * as users from '../../store/identity/users.ts'
import { changing } from './changing.ts'
import type { IdentityContext } from './context.ts'
import { taken } from './domains.ts'
import { authorize } from './policy.ts'
import { hexId } from './seed.ts'

export type GroupChange = Partial<Pick<UserGroup, 'name' | 'description' | 'extra'>>

export async function getGroup(
  ctx: IdentityContext,
  who: Identity,
  id: string,
): Promise<UserGroup> {
  authorize(who, 'get_group')
  return await ctx.store.read(async (reader) => await groups.get(reader, id))
}

export async function listGroups(
  ctx: IdentityContext,
  who: Identity,
  filter: Omit<groups.GroupFilter, 'userId'>,
): Promise<readonly UserGroup[]> {
  authorize(who, 'list_groups')
  return await ctx.store.read(
    async (reader) => await groups.list(reader, { ...filter, userId: null }),
  )
}

export async function listGroupsOfUser(
  ctx: IdentityContext,
  who: Identity,
  userId: string,
  name: string | null,
): Promise<readonly UserGroup[]> {
  authorize(who, 'list_groups_for_user', { userId })
  return await ctx.store.read(async (reader) => {
    const user = await users.get(reader, userId)
    return await groups.list(reader, { name, domainId: null, userId: user.id })
  })
}

export async function createGroup(
  ctx: IdentityContext,
  who: Identity,
  wanted: Omit<UserGroup, 'id'>,
): Promise<UserGroup> {
  authorize(who, 'create_group', { domainId: wanted.domainId })
  const group = { ...wanted, id: hexId(ctx.ids) }
  await changing(ctx, 'group', async (tx) => {
    await domains.get(tx, group.domainId)
    await groups.add(tx, group, ctx.clock.now())
  })
  return group
}

export async function updateGroup(
  ctx: IdentityContext,
  who: Identity,
  id: string,
  change: GroupChange,
): Promise<UserGroup> {
  authorize(who, 'update_group')
  return await changing(ctx, 'group', async (tx) => {
    const known = await groups.get(tx, id)
    const extra = { ...known.extra, ...change.extra }
    const group = { ...known, ...change, extra }
    const { domainId, name } = group
    const namesakes = await groups.list(tx, { domainId, name, userId: null })
    if (namesakes.some((each) => each.id !== id)) throw taken('group', name)
    await groups.save(tx, group)
    return group
  })
}

/** Forgets the group. Who was in it loses what they had through it. */
export async function deleteGroup(ctx: IdentityContext, who: Identity, id: string): Promise<void> {
  authorize(who, 'delete_group')
  await changing(ctx, 'group', async (tx) => {
    const group = await groups.get(tx, id)
    await groups.remove(tx, group.id)
  })
}

export async function listMembers(
  ctx: IdentityContext,
  who: Identity,
  id: string,
): Promise<readonly User[]> {
  authorize(who, 'list_users_in_group')
  return await ctx.store.read(async (reader) => {
    const group = await groups.get(reader, id)
    return await groups.members(reader, group.id)
  })
}

/** @throws `not-found` when the user is not in the group. */
export async function checkMember(
  ctx: IdentityContext,
  who: Identity,
  id: string,
  userId: string,
): Promise<void> {
  authorize(who, 'check_user_in_group', { userId })
  await ctx.store.read(async (reader) => {
    const user = await users.get(reader, userId)
    const group = await groups.get(reader, id)
    if (!(await groups.isMember(reader, group.id, user.id))) throw notIn(userId, id)
  })
}

export async function addMember(
  ctx: IdentityContext,
  who: Identity,
  id: string,
  userId: string,
): Promise<void> {
  authorize(who, 'add_user_to_group', { userId })
  await changing(ctx, 'group', async (tx) => {
    const user = await users.get(tx, userId)
    const group = await groups.get(tx, id)
    await groups.addMember(tx, group.id, user.id)
  })
}

/** @throws `not-found` when the user is not in the group. */
export async function removeMember(
  ctx: IdentityContext,
  who: Identity,
  id: string,
  userId: string,
): Promise<void> {
  authorize(who, 'remove_user_from_group', { userId })
  await changing(ctx, 'group', async (tx) => {
    const user = await users.get(tx, userId)
    const group = await groups.get(tx, id)
    if (!(await groups.removeMember(tx, group.id, user.id))) throw notIn(userId, id)
  })
}

function notIn(userId: string, groupId: string): Error {
  return problem('not-found', `User '${userId}' not found in group '${groupId}'.`)
}
