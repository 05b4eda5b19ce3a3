/** Groups of users, and who is in them. */
import type { User, UserGroup } from '../../domain/accounts.ts'
import type { UserId } from '../../domain/ids.ts'
import type { Instant } from '../../lib/clock.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import type { Reader, Tx } from '../store.ts'
import { insertedOrTaken } from './names.ts'
import { userColumns, toUser } from './users.ts'

export type GroupFilter = {
  readonly name: string | null
  readonly domainId: string | null
  /** Those that this user is in. */
  readonly userId: string | null
}

const columns = ['id', 'domain_id', 'name', 'description', 'extra'] as const

/** @throws `not-found` */
export async function get(reader: Reader, id: string): Promise<UserGroup> {
  const query = reader.selectFrom('user_groups').select(columns).where('id', '=', id)
  const row = await query.executeTakeFirst()
  if (row === undefined) throw problem('not-found', `Could not find group: ${id}.`, { group: id })
  return toGroup(row)
}

export async function list(reader: Reader, filter: GroupFilter): Promise<readonly UserGroup[]> {
  let query = reader.selectFrom('user_groups').select(columns).orderBy('name')
  if (filter.name !== null) query = query.where('name', '=', filter.name)
  if (filter.domainId !== null) query = query.where('domain_id', '=', filter.domainId)
  const { userId } = filter
  if (userId !== null) {
    query = query.where('id', 'in', (e) =>
      e.selectFrom('group_members').select('group_id').where('user_id', '=', userId),
    )
  }
  return (await query.execute()).map(toGroup)
}

/** @throws `conflict` when the name is taken in its domain. */
export async function add(tx: Tx, group: UserGroup, at: Instant): Promise<void> {
  await insertedOrTaken(
    'group',
    group.name,
    async () =>
      await tx
        .insertInto('user_groups')
        .values({
          id: group.id,
          domain_id: group.domainId,
          name: group.name,
          description: group.description,
          extra: toJson(group.extra),
          created_at: at,
        })
        .onConflict((on) => on.doNothing())
        .executeTakeFirst(),
  )
}

export async function save(tx: Tx, { id, name, description, extra }: UserGroup): Promise<void> {
  await tx
    .updateTable('user_groups')
    .set({ name, description, extra: toJson(extra) })
    .where('id', '=', id)
    .execute()
}

/** Forgets the group, who was in it, and its roles. */
export async function remove(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('user_groups').where('id', '=', id).execute()
}

export async function members(reader: Reader, id: string): Promise<readonly User[]> {
  const rows = await reader
    .selectFrom('users')
    .innerJoin('group_members', 'group_members.user_id', 'users.id')
    .select(userColumns)
    .where('group_id', '=', id)
    .orderBy('name')
    .execute()
  return rows.map(toUser)
}

/** Who is in which group, of all groups. */
export async function memberships(
  reader: Reader,
): Promise<readonly { readonly groupId: string; readonly userId: UserId }[]> {
  const query = reader.selectFrom('group_members').selectAll().orderBy('user_id')
  // The column holds ids of users.
  return (await query.execute()).map((row) => ({
    groupId: row.group_id,
    userId: row.user_id as UserId,
  }))
}

export async function isMember(reader: Reader, id: string, userId: UserId): Promise<boolean> {
  const query = reader.selectFrom('group_members').select('user_id')
  const own = query.where('group_id', '=', id).where('user_id', '=', userId)
  return (await own.executeTakeFirst()) !== undefined
}

/** Putting somebody in again changes nothing. */
export async function addMember(tx: Tx, id: string, userId: UserId): Promise<void> {
  await tx
    .insertInto('group_members')
    .values({ group_id: id, user_id: userId })
    .onConflict((on) => on.doNothing())
    .execute()
}

/** False when the user was not in it. */
export async function removeMember(tx: Tx, id: string, userId: UserId): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('group_members')
    .where('group_id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

function toGroup(row: {
  readonly id: string
  readonly domain_id: string
  readonly name: string
  readonly description: string
  readonly extra: string
}): UserGroup {
  const { id, domain_id: domainId, name, description } = row
  return { id, domainId, name, description, extra: fromJson(row.extra) }
}
