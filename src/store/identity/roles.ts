/** Roles, and who has which of them where. */
import type { Assignment, RoleRecord, Target } from '../../domain/accounts.ts'
import type { UserId } from '../../domain/ids.ts'
import type { Instant } from '../../lib/clock.ts'
import { problem } from '../../lib/problem.ts'
import type { Reader, Tx } from '../store.ts'
import { insertedOrTaken } from './names.ts'

export type AssignmentFilter = {
  readonly userId: string | null
  readonly roleId: string | null
  readonly target: Target | null
}

const columns = ['id', 'name', 'description'] as const

/** @throws `not-found` */
export async function get(reader: Reader, id: string): Promise<RoleRecord> {
  const query = reader.selectFrom('roles').select(columns).where('id', '=', id)
  const row = await query.executeTakeFirst()
  if (row === undefined) throw problem('not-found', `Could not find role: ${id}.`, { role: id })
  return row
}

export async function list(reader: Reader, name: string | null): Promise<readonly RoleRecord[]> {
  const query = reader.selectFrom('roles').select(columns).orderBy('name')
  return await (name === null ? query : query.where('name', '=', name)).execute()
}

/** @throws `conflict` when the name is taken. */
export async function add(tx: Tx, role: RoleRecord, at: Instant): Promise<void> {
  await insertedOrTaken(
    'role',
    role.name,
    async () =>
      await tx
        .insertInto('roles')
        .values({ ...role, created_at: at })
        .onConflict((on) => on.doNothing())
        .executeTakeFirst(),
  )
}

export async function save(tx: Tx, { id, name, description }: RoleRecord): Promise<void> {
  await tx.updateTable('roles').set({ name, description }).where('id', '=', id).execute()
}

/** Forgets the role, and that anybody had it. */
export async function remove(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('roles').where('id', '=', id).execute()
}

/** Gives a role. Giving it again changes nothing. */
export async function assign(tx: Tx, { userId, roleId, target }: Assignment): Promise<void> {
  await tx
    .insertInto('role_assignments')
    .values({ user_id: userId, role_id: roleId, target_kind: target.kind, target_id: target.id })
    .onConflict((on) => on.doNothing())
    .execute()
}

/** Takes a role away. False when it was not there. */
export async function unassign(tx: Tx, { userId, roleId, target }: Assignment): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('role_assignments')
    .where('user_id', '=', userId)
    .where('role_id', '=', roleId)
    .where('target_kind', '=', target.kind)
    .where('target_id', '=', target.id)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** The roles that a user was given there, without what they imply. */
export async function given(
  reader: Reader,
  userId: string,
  target: Target,
): Promise<readonly RoleRecord[]> {
  return await reader
    .selectFrom('role_assignments')
    .innerJoin('roles', 'roles.id', 'role_assignments.role_id')
    .select(['roles.id', 'roles.name', 'roles.description'])
    .where('user_id', '=', userId)
    .where('target_kind', '=', target.kind)
    .where('target_id', '=', target.id)
    .orderBy('roles.name')
    .execute()
}

export async function assignments(
  reader: Reader,
  filter: AssignmentFilter,
): Promise<readonly Assignment[]> {
  let query = reader
    .selectFrom('role_assignments')
    .selectAll()
    .orderBy('user_id')
    .orderBy('target_id')
  if (filter.userId !== null) query = query.where('user_id', '=', filter.userId)
  if (filter.roleId !== null) query = query.where('role_id', '=', filter.roleId)
  if (filter.target !== null) {
    query = query
      .where('target_kind', '=', filter.target.kind)
      .where('target_id', '=', filter.target.id)
  }
  return (await query.execute()).map((row) => ({
    // A row's ids are what its columns say; the kinds are those that `assign` takes.
    userId: row.user_id as UserId,
    roleId: row.role_id,
    target: { kind: row.target_kind as Target['kind'], id: row.target_id },
  }))
}
