/** Roles. */
import type { RoleRecord } from '../../domain/accounts.ts'
import type { Instant } from '../../lib/clock.ts'
import { problem } from '../../lib/problem.ts'
import type { Reader, Tx } from '../store.ts'
import { insertedOrTaken } from './names.ts'

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
