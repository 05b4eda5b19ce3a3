/** Resource providers: the forest. */
import type { Selectable } from 'kysely'
import type { ProviderId } from '../../domain/ids.ts'
import type { Provider } from '../../domain/placement/provider.ts'
import type { Instant } from '../../lib/clock.ts'
import { problem } from '../../lib/problem.ts'
import { tellIndex } from './telling.ts'
import { held } from '../dialect/dialect.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader, Tx } from '../store.ts'
import type { PlacementTables } from '../tables/placement.ts'

type Row = Selectable<PlacementTables['providers']> & { parent_id: string | null; root_id: string }

/** @throws `not-found` */
export async function get(reader: Reader, id: string): Promise<Provider> {
  const found = await find(reader, id)
  if (found !== null) return found
  throw problem('not-found', `No resource provider with uuid ${id} found`, { provider: id })
}

export async function find(reader: Reader, id: string): Promise<Provider | null> {
  const row = await providers(reader).where('providers.id', '=', id).executeTakeFirst()
  return row === undefined ? null : toProvider(row)
}

/** Those that exist, in the order in which they were made. */
export async function named(reader: Reader, ids: readonly string[]): Promise<readonly Provider[]> {
  if (ids.length === 0) return []
  const rows: Row[] = []
  for (let at = 0; at < ids.length; at += idsAtOnce) {
    rows.push(...(await selectNamed(reader, { ids: ids.slice(at, at + idsAtOnce) })).rows)
  }
  return rows.map(toProvider).toSorted((a, b) => a.number - b.number)
}

const selectNamed = prepared((db, by: { ids: readonly string[] }) =>
  providers(db).where('providers.id', 'in', by.ids),
)

export async function all(reader: Reader): Promise<readonly Provider[]> {
  return (await providers(reader).orderBy('providers.number').execute()).map(toProvider)
}

export async function findByName(reader: Reader, name: string): Promise<Provider | null> {
  const row = await providers(reader).where('providers.name', '=', name).executeTakeFirst()
  return row === undefined ? null : toProvider(row)
}

/** The provider and all below it, parents first. */
export async function subtree(reader: Reader, top: Provider): Promise<readonly Provider[]> {
  const tree = await providers(reader)
    .where('providers.root', '=', (e) =>
      e.selectFrom('providers as roots').select('roots.number').where('roots.id', '=', top.root),
    )
    .orderBy('providers.number')
    .execute()
  const found = [top]
  for (const above of found) {
    found.push(...tree.filter((row) => row.parent === above.number).map(toProvider))
  }
  return found
}

/** Holds the providers until the transaction ends, in an order that is the same for all. */
export async function lock(tx: Tx, numbers: readonly number[]): Promise<void> {
  if (numbers.length === 0) return
  await held(tx, () =>
    tx.selectFrom('providers').select('number').where('number', 'in', numbers).orderBy('number'),
  )
}

/** @throws `conflict` with what is taken: the id, the name or both. */
export async function insert(
  tx: Tx,
  provider: { readonly id: ProviderId; readonly name: string; readonly parent: Provider | null },
  now: Instant,
): Promise<Provider> {
  await refuseTaken(tx, provider.id, provider.name)
  const parent = provider.parent === null ? null : await numbersOf(tx, provider.parent)
  const { number } = await tx
    .insertInto('providers')
    .values({
      id: provider.id,
      name: provider.name,
      parent: parent?.number ?? null,
      // A root is its own root, and has its number only afterwards.
      root: parent?.root ?? 0,
      generation: 0,
      created_at: now,
      updated_at: now,
    })
    .returning('number')
    .executeTakeFirstOrThrow()
  if (parent === null) {
    await tx.updateTable('providers').set({ root: number }).where('number', '=', number).execute()
  }
  await tellIndex(tx, [provider.id], 'tree', now)
  return await get(tx, provider.id)
}

/** @throws `conflict` when the name is taken. */
export async function rename(
  tx: Tx,
  provider: Provider,
  name: string,
  now: Instant,
): Promise<void> {
  if (name === provider.name) return
  await refuseTaken(tx, null, name)
  await tx
    .updateTable('providers')
    .set({ name, updated_at: now })
    .where('number', '=', provider.number)
    .execute()
}

/** Puts the provider, with all below it, under another parent. Whoever asks has made sure that this makes no circle. */
export async function move(
  tx: Tx,
  below: readonly Provider[],
  parent: Provider | null,
  now: Instant,
): Promise<void> {
  const [top] = below
  if (top === undefined) return
  const under = parent === null ? null : await numbersOf(tx, parent)
  await tx
    .updateTable('providers')
    .set({ parent: under?.number ?? null, updated_at: now })
    .where('number', '=', top.number)
    .execute()
  const numbers = below.map(({ number }) => number)
  for (let at = 0; at < numbers.length; at += idsAtOnce) {
    await tx
      .updateTable('providers')
      .set({ root: under?.root ?? top.number })
      .where('number', 'in', numbers.slice(at, at + idsAtOnce))
      .execute()
  }
  await tellIndex(tx, [top.id], 'tree', now)
}

export async function hasChildren(reader: Reader, provider: Provider): Promise<boolean> {
  const row = await reader
    .selectFrom('providers')
    .select('number')
    .where('parent', '=', provider.number)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Deletes the provider with its inventories, traits and aggregates. It must have neither children nor allocations. */
export async function remove(tx: Tx, provider: Provider, now: Instant): Promise<void> {
  for (const table of ['inventories', 'provider_traits', 'provider_aggregates'] as const) {
    await tx.deleteFrom(table).where('provider', '=', provider.number).execute()
  }
  await tx.deleteFrom('providers').where('number', '=', provider.number).execute()
  await tellIndex(tx, [provider.id], 'tree', now)
}

/** Counts a change of these providers. */
export async function bump(tx: Tx, numbers: readonly number[], now: Instant): Promise<void> {
  if (numbers.length === 0) return
  await updateGenerations(tx, { numbers, at: now })
}

const updateGenerations = prepared((db, by: { numbers: readonly number[]; at: number }) =>
  db
    .updateTable('providers')
    .set((e) => ({ generation: e('generation', '+', 1), updated_at: by.at }))
    .where('number', 'in', by.numbers),
)

/** As many as a statement takes with ease. */
const idsAtOnce = 500

function providers(reader: Reader) {
  return reader
    .selectFrom('providers')
    .innerJoin('providers as root', 'root.number', 'providers.root')
    .leftJoin('providers as parent', 'parent.number', 'providers.parent')
    .selectAll('providers')
    .select(['root.id as root_id', 'parent.id as parent_id'])
}

async function numbersOf(
  reader: Reader,
  provider: Provider,
): Promise<{ readonly number: number; readonly root: number }> {
  return await reader
    .selectFrom('providers')
    .select(['number', 'root'])
    .where('number', '=', provider.number)
    .executeTakeFirstOrThrow()
}

async function refuseTaken(reader: Reader, id: ProviderId | null, name: string): Promise<void> {
  const taken = await reader
    .selectFrom('providers')
    .select(['id', 'name'])
    .where((e) => e.or([e('name', '=', name), ...(id === null ? [] : [e('id', '=', id)])]))
    .execute()
  if (taken.length === 0) return
  throw problem('conflict', 'A resource provider with this name or id exists already', {
    id: taken.some((row) => row.id === id),
    name: taken.some((row) => row.name === name),
  })
}

function toProvider(row: Row): Provider {
  return {
    number: row.number,
    // Written by `insert`, which takes nothing else.
    id: row.id as ProviderId,
    name: row.name,
    generation: row.generation,
    parent: row.parent_id as ProviderId | null,
    root: row.root_id as ProviderId,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
