/** Users. A password leaves this file only as the hash that it is stored as. */
import type { User } from '../../domain/accounts.ts'
import type { UserId } from '../../domain/ids.ts'
import type { Instant } from '../../lib/clock.ts'
import { problem } from '../../lib/problem.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'
import { keptColumns, toKept } from './kept.ts'
import { insertedOrTaken } from './names.ts'
import * as tokens from './tokens.ts'

type Row = Omit<Tables['users'], 'password' | 'created_at'>

export type UserFilter = {
  readonly name: string | null
  readonly domainId: string | null
  readonly enabled: boolean | null
}

export const userColumns = [
  'id',
  'domain_id',
  'name',
  'email',
  'description',
  'default_project_id',
  'enabled',
  'extra',
  'options',
] as const

/** @throws `not-found` */
export async function get(reader: Reader, id: string): Promise<User> {
  const query = reader.selectFrom('users').select(userColumns).where('id', '=', id)
  const row = await query.executeTakeFirst()
  if (row === undefined) throw problem('not-found', `Could not find user: ${id}.`, { user: id })
  return toUser(row)
}

export async function list(reader: Reader, filter: UserFilter): Promise<readonly User[]> {
  let query = reader.selectFrom('users').select(userColumns).orderBy('name')
  if (filter.name !== null) query = query.where('name', '=', filter.name)
  if (filter.domainId !== null) query = query.where('domain_id', '=', filter.domainId)
  if (filter.enabled !== null) query = query.where('enabled', '=', Number(filter.enabled))
  return (await query.execute()).map(toUser)
}

/** Finds who wants to log in, with the hash of the password. */
export async function findForLogin(
  reader: Reader,
  by: { readonly id: string } | { readonly domainId: string; readonly name: string },
): Promise<{ readonly user: User; readonly password: string | null } | null> {
  const query = reader.selectFrom('users').select([...userColumns, 'password'])
  const found =
    'id' in by
      ? query.where('id', '=', by.id)
      : query.where('domain_id', '=', by.domainId).where('name', '=', by.name)
  const row = await found.executeTakeFirst()
  return row === undefined ? null : { user: toUser(row), password: row.password }
}

/** @throws `conflict` when the name is taken in its domain. */
export async function add(tx: Tx, user: User, password: string | null, at: Instant): Promise<void> {
  await insertedOrTaken(
    'user',
    user.name,
    async () =>
      await tx
        .insertInto('users')
        .values({ ...toRow(user), password, created_at: at })
        .onConflict((on) => on.doNothing())
        .executeTakeFirst(),
  )
}

export async function save(tx: Tx, user: User): Promise<void> {
  const { id, ...rest } = toRow(user)
  await tx.updateTable('users').set(rest).where('id', '=', id).execute()
}

/** Sets a new password hash, and ends whatever the old password had opened. */
export async function setPassword(tx: Tx, id: UserId, password: string): Promise<void> {
  await tx.updateTable('users').set({ password }).where('id', '=', id).execute()
  await tokens.removeOfUser(tx, id)
}

/** Forgets the user with all roles, tokens and application credentials. */
export async function remove(tx: Tx, id: UserId): Promise<void> {
  await tx.deleteFrom('users').where('id', '=', id).execute()
}

function toRow(user: User): Row {
  return {
    id: user.id,
    domain_id: user.domainId,
    name: user.name,
    email: user.email,
    description: user.description,
    default_project_id: user.defaultProjectId,
    enabled: Number(user.enabled),
    ...keptColumns(user),
  }
}

export function toUser(row: Row): User {
  return {
    // A row's id is that of the user it is.
    id: row.id as UserId,
    domainId: row.domain_id,
    name: row.name,
    email: row.email,
    description: row.description,
    defaultProjectId: row.default_project_id,
    enabled: row.enabled === 1,
    ...toKept(row),
  }
}
