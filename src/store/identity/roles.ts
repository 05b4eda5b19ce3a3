/** Roles, those of services and those of domains, and what they imply. */
import type { RoleRecord } from '../../domain/accounts.ts'
import type { Inference } from '../../domain/role-inferences.ts'
import type { Instant } from '../../lib/clock.ts'
import { toJson } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'
import { keptColumns, toKept } from './kept.ts'
import { insertedOrTaken } from './names.ts'

type Row = Omit<Tables['roles'], 'created_at' | 'taken'>

export const roleColumns = [
  'roles.id',
  'roles.domain_id',
  'roles.name',
  'roles.description',
  'roles.extra',
  'roles.options',
] as const

/** @throws `not-found` */
export async function get(reader: Reader, id: string): Promise<RoleRecord> {
  const query = reader.selectFrom('roles').select(roleColumns).where('id', '=', id)
  const row = await query.executeTakeFirst()
  if (row === undefined) throw problem('not-found', `Could not find role: ${id}.`, { role: id })
  return toRole(row)
}

/** The roles of a domain, or of none. */
export async function list(
  reader: Reader,
  filter: { readonly name: string | null; readonly domainId: string | null },
): Promise<readonly RoleRecord[]> {
  const { name, domainId } = filter
  let query = reader.selectFrom('roles').select(roleColumns).orderBy('name')
  query = query.where('domain_id', domainId === null ? 'is' : '=', domainId)
  if (name !== null) query = query.where('name', '=', name)
  return (await query.execute()).map(toRole)
}

/** Those of services and those of every domain. */
export async function all(reader: Reader): Promise<readonly RoleRecord[]> {
  const query = reader.selectFrom('roles').select(roleColumns).orderBy('name')
  return (await query.execute()).map(toRole)
}

/** @throws `conflict` when the name is taken. */
export async function add(tx: Tx, role: RoleRecord, at: Instant): Promise<void> {
  await insertedOrTaken(
    'role',
    role.name,
    async () =>
      await tx
        .insertInto('roles')
        .values({ ...toRow(role), created_at: at })
        .onConflict((on) => on.doNothing())
        .executeTakeFirst(),
  )
}

export async function save(tx: Tx, role: RoleRecord): Promise<void> {
  const { id, ...rest } = toRow(role)
  await tx.updateTable('roles').set(rest).where('id', '=', id).execute()
}

/** Forgets the role, that anybody had it, and what it implied. */
export async function remove(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('roles').where('id', '=', id).execute()
}

export async function inferences(reader: Reader): Promise<readonly Inference[]> {
  const query = reader.selectFrom('role_inferences').selectAll()
  const rows = await query.orderBy('prior_id').orderBy('implied_id').execute()
  return rows.map((row) => ({ prior: row.prior_id, implied: row.implied_id }))
}

/** @throws `conflict` when there is this rule already. */
export async function addInference(tx: Tx, { prior, implied }: Inference): Promise<void> {
  await insertedOrTaken(
    'implied_role',
    implied,
    async () =>
      await tx
        .insertInto('role_inferences')
        .values({ prior_id: prior, implied_id: implied })
        .onConflict((on) => on.doNothing())
        .executeTakeFirst(),
  )
}

/** False when there was no such rule. */
export async function removeInference(tx: Tx, { prior, implied }: Inference): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('role_inferences')
    .where('prior_id', '=', prior)
    .where('implied_id', '=', implied)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

function toRow(role: RoleRecord): Row & Pick<Tables['roles'], 'taken'> {
  const { id, domainId, name, description } = role
  const taken = domainId === null ? name : toJson([domainId, name])
  return { id, domain_id: domainId, name, taken, description, ...keptColumns(role) }
}

export function toRole(row: Row): RoleRecord {
  const { id, domain_id: domainId, name, description } = row
  return { id, domainId, name, description, ...toKept(row) }
}
