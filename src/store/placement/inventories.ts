/** Inventories: what a provider has of each class, and how much of it is used. */
import type { Selectable } from 'kysely'
import type { Inventory } from '../../domain/placement/inventory.ts'
import type { Provider } from '../../domain/placement/provider.ts'
import type { Instant } from '../../lib/clock.ts'
import { prepared } from '../dialect/prepared.ts'
import { tellIndex } from './telling.ts'
import type { Reader, Tx } from '../store.ts'
import type { PlacementTables } from '../tables/placement.ts'

export type Stock = {
  readonly provider: number
  readonly classNumber: number
  readonly resourceClass: string
  readonly inventory: Inventory
  readonly used: number
  readonly updatedAt: Instant
}

export async function ofProvider(reader: Reader, provider: Provider): Promise<readonly Stock[]> {
  return await ofProviders(reader, [provider.number])
}

/** By provider and class, in the order of their numbers. */
export async function ofProviders(
  reader: Reader,
  providers: readonly number[],
): Promise<readonly Stock[]> {
  if (providers.length === 0) return []
  return (await selectStocks(reader, { providers })).rows.map(toStock)
}

const selectStocks = prepared((db, by: { providers: readonly number[] }) =>
  db
    .selectFrom('inventories')
    .innerJoin('resource_classes', 'resource_classes.number', 'inventories.class')
    .selectAll('inventories')
    .select('resource_classes.name')
    .where('inventories.provider', 'in', by.providers)
    .orderBy('inventories.provider')
    .orderBy('inventories.class'),
)

export async function insert(
  tx: Tx,
  provider: Provider,
  classNumber: number,
  inventory: Inventory,
  now: Instant,
): Promise<void> {
  await tx
    .insertInto('inventories')
    .values({
      provider: provider.number,
      class: classNumber,
      ...columnsOf(inventory),
      used: 0,
      created_at: now,
      updated_at: now,
    })
    .execute()
  await tellIndex(tx, [provider.id], 'inventories', now)
}

export async function update(
  tx: Tx,
  provider: Provider,
  classNumber: number,
  inventory: Inventory,
  now: Instant,
): Promise<void> {
  await tx
    .updateTable('inventories')
    .set({ ...columnsOf(inventory), updated_at: now })
    .where('provider', '=', provider.number)
    .where('class', '=', classNumber)
    .execute()
  await tellIndex(tx, [provider.id], 'inventories', now)
}

/** None of these classes may be in use. */
export async function remove(
  tx: Tx,
  provider: Provider,
  classNumbers: readonly number[],
  now: Instant,
): Promise<void> {
  if (classNumbers.length === 0) return
  await tx
    .deleteFrom('inventories')
    .where('provider', '=', provider.number)
    .where('class', 'in', classNumbers)
    .execute()
  await tellIndex(tx, [provider.id], 'inventories', now)
}

function columnsOf(inventory: Inventory) {
  return {
    total: inventory.total,
    reserved: inventory.reserved,
    min_unit: inventory.minUnit,
    max_unit: inventory.maxUnit,
    step_size: inventory.stepSize,
    ratio: inventory.allocationRatio,
  }
}

function toStock(row: Selectable<PlacementTables['inventories']> & { name: string }): Stock {
  return {
    provider: row.provider,
    classNumber: row.class,
    resourceClass: row.name,
    inventory: {
      total: row.total,
      reserved: row.reserved,
      minUnit: row.min_unit,
      maxUnit: row.max_unit,
      stepSize: row.step_size,
      allocationRatio: row.ratio,
    },
    used: row.used,
    updatedAt: row.updated_at,
  }
}
