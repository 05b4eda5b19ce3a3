/** Domains: what projects and users belong to. */
import type { Domain } from '../../domain/accounts.ts'
import type { UserId } from '../../domain/ids.ts'
import type { Instant } from '../../lib/clock.ts'
import { problem } from '../../lib/problem.ts'
import * as assignments from './assignments.ts'
import { keptColumns, toKept } from './kept.ts'
import { insertedOrTaken } from './names.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

type Row = Omit<Tables['domains'], 'created_at'>
const columns = ['id', 'name', 'description', 'enabled', 'extra', 'options'] as const

/** @throws `not-found` */
export async function get(reader: Reader, id: string): Promise<Domain> {
  const found = await find(reader, { id })
  if (found === null) throw problem('not-found', `Could not find domain: ${id}.`, { domain: id })
  return found
}

export async function find(
  reader: Reader,
  by: { readonly id: string } | { readonly name: string },
): Promise<Domain | null> {
  const [column, value] = 'id' in by ? (['id', by.id] as const) : (['name', by.name] as const)
  const query = reader.selectFrom('domains').select(columns).where(column, '=', value)
  const row = await query.executeTakeFirst()
  return row === undefined ? null : toDomain(row)
}

export async function list(
  reader: Reader,
  filter: { readonly name: string | null; readonly enabled: boolean | null },
): Promise<readonly Domain[]> {
  let query = reader.selectFrom('domains').select(columns).orderBy('name')
  if (filter.name !== null) query = query.where('name', '=', filter.name)
  if (filter.enabled !== null) query = query.where('enabled', '=', Number(filter.enabled))
  return (await query.execute()).map(toDomain)
}

/** The domains on which a user has any role. */
export async function ofUser(reader: Reader, userId: UserId): Promise<readonly Domain[]> {
  const ids = await assignments.reached(reader, userId, 'domain')
  if (ids.length === 0) return []
  const query = reader.selectFrom('domains').select(columns).where('id', 'in', ids)
  return (await query.orderBy('name').execute()).map(toDomain)
}

/** @throws `conflict` when the name is taken. */
export async function add(tx: Tx, domain: Domain, at: Instant): Promise<void> {
  await insertedOrTaken(
    'domain',
    domain.name,
    async () =>
      await tx
        .insertInto('domains')
        .values({ ...toRow(domain), created_at: at })
        .onConflict((on) => on.doNothing())
        .executeTakeFirst(),
  )
}

export async function save(tx: Tx, domain: Domain): Promise<void> {
  const { id, ...rest } = toRow(domain)
  await tx.updateTable('domains').set(rest).where('id', '=', id).execute()
}

/** Forgets the domain. Its projects, users and groups must have gone before. */
export async function remove(tx: Tx, id: string): Promise<void> {
  await assignments.removeOn(tx, { kind: 'domain', id })
  await tx
    .deleteFrom('tokens')
    .where('target_kind', '=', 'domain')
    .where('target_id', '=', id)
    .execute()
  await tx.deleteFrom('domains').where('id', '=', id).execute()
}

function toRow({ id, name, description, enabled, ...kept }: Domain): Row {
  return { id, name, description, enabled: Number(enabled), ...keptColumns(kept) }
}

function toDomain(row: Row): Domain {
  return { ...row, enabled: row.enabled === 1, ...toKept(row) }
}
