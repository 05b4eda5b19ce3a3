/** Server groups. Who is a member is written on the servers. */
import type { Selectable } from 'kysely'
import type { ProjectId, ServerId, UserId } from '../../domain/ids.ts'
import type { GroupPolicy, NewServerGroup, ServerGroup } from '../../domain/server-group.ts'
import type { Instant } from '../../lib/clock.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import type { Reader, Tx } from '../store.ts'
import type { ComputeTables } from '../tables/compute.ts'

type Rules = { readonly maxServerPerHost?: number }

/** @throws `not-found`. */
export async function get(reader: Reader, id: string): Promise<ServerGroup> {
  const found = await find(reader, id)
  if (found === null) {
    throw problem('not-found', `Instance group ${id} could not be found.`, { group: id })
  }
  return found
}

export async function find(reader: Reader, id: string): Promise<ServerGroup | null> {
  const row = await reader
    .selectFrom('server_groups')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) return null
  return toGroup(row, await membersOf(reader, [id]))
}

/** Groups of one project or of all, oldest first. */
export async function list(
  reader: Reader,
  projectId: ProjectId | 'all',
  page: { readonly offset: number; readonly limit: number },
): Promise<readonly ServerGroup[]> {
  let query = reader
    .selectFrom('server_groups')
    .selectAll()
    .orderBy('number')
    .limit(page.limit)
    .offset(page.offset)
  if (projectId !== 'all') query = query.where('project_id', '=', projectId)
  const rows = await query.execute()
  const members = await membersOf(
    reader,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => toGroup(row, members))
}

/** How many groups a project has, or one of its users has made there. */
export async function countOf(
  reader: Reader,
  projectId: ProjectId,
  userId?: UserId,
): Promise<number> {
  let query = reader
    .selectFrom('server_groups')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('project_id', '=', projectId)
  if (userId !== undefined) query = query.where('user_id', '=', userId)
  return Number((await query.executeTakeFirstOrThrow()).count)
}

export async function insert(tx: Tx, group: NewServerGroup, now: Instant): Promise<ServerGroup> {
  const rules: Rules =
    group.maxServerPerHost === null ? {} : { maxServerPerHost: group.maxServerPerHost }
  const row = await tx
    .insertInto('server_groups')
    .values({
      id: group.id,
      name: group.name,
      project_id: group.projectId,
      user_id: group.userId,
      policy: group.policy,
      rules: toJson(rules),
      created_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toGroup(row, new Map())
}

/** The members stay; they are members of nothing then. */
export async function remove(tx: Tx, id: string): Promise<void> {
  await tx.updateTable('servers').set({ group_id: null }).where('group_id', '=', id).execute()
  await tx.deleteFrom('server_groups').where('id', '=', id).execute()
}

async function membersOf(
  reader: Reader,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly ServerId[]>> {
  if (ids.length === 0) return new Map()
  const rows = await reader
    .selectFrom('servers')
    .select(['id', 'group_id'])
    .where('group_id', 'in', ids)
    .where('alive', '=', 1)
    .orderBy('number')
    .execute()
  const members = new Map<string, ServerId[]>()
  for (const { id, group_id: group } of rows) {
    // A server's record has such an id.
    if (group !== null) members.set(group, [...(members.get(group) ?? []), id as ServerId])
  }
  return members
}

function toGroup(
  row: Selectable<ComputeTables['server_groups']>,
  members: ReadonlyMap<string, readonly ServerId[]>,
): ServerGroup {
  return {
    id: row.id,
    number: row.number,
    name: row.name,
    // Written by `insert` from values of these very types.
    projectId: row.project_id as ProjectId,
    userId: row.user_id as UserId,
    policy: row.policy as GroupPolicy,
    maxServerPerHost: fromJson<Rules>(row.rules).maxServerPerHost ?? null,
    members: members.get(row.id) ?? [],
    createdAt: row.created_at,
  }
}
