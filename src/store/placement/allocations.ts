/** Allocations: who holds how much of which class of which provider. `inventories.used` is their sum, changed together. */
import type { ConsumerId, ProviderId } from '../../domain/ids.ts'
import type { Provider } from '../../domain/placement/provider.ts'
import type { Instant } from '../../lib/clock.ts'
import { prepared } from '../dialect/prepared.ts'
import { tellIndex } from './telling.ts'
import { changeSums } from './use.ts'
import type { UseChange } from './use.ts'
import type { Reader, Tx } from '../store.ts'

export type Allocation = {
  readonly consumer: number
  readonly provider: number
  readonly providerId: ProviderId
  readonly classNumber: number
  readonly amount: number
}

/** With the id of the provider, by which others are told of the change. */
export type UseChangeOf = UseChange & Pick<Allocation, 'providerId'>

export type AllocationOfConsumer = {
  readonly provider: ProviderId
  readonly providerGeneration: number
  readonly resourceClass: string
  readonly amount: number
  readonly updatedAt: Instant
}

export async function ofConsumer(
  reader: Reader,
  consumer: number,
): Promise<readonly AllocationOfConsumer[]> {
  const rows = await reader
    .selectFrom('allocations')
    .innerJoin('providers', 'providers.number', 'allocations.provider')
    .innerJoin('resource_classes', 'resource_classes.number', 'allocations.class')
    .select([
      'providers.id',
      'providers.generation',
      'resource_classes.name',
      'allocations.used',
      'allocations.updated_at',
    ])
    .where('consumer', '=', consumer)
    .orderBy('allocations.provider')
    .orderBy('allocations.class')
    .execute()
  return rows.map((row) => ({
    // Providers are stored under such ids.
    provider: row.id as ProviderId,
    providerGeneration: row.generation,
    resourceClass: row.name,
    amount: row.used,
    updatedAt: row.updated_at,
  }))
}

export type AllocationOnProvider = {
  readonly consumer: ConsumerId
  readonly consumerGeneration: number
  readonly resourceClass: string
  readonly amount: number
  readonly updatedAt: Instant
}

export async function onProvider(
  reader: Reader,
  provider: Provider,
): Promise<readonly AllocationOnProvider[]> {
  const rows = await reader
    .selectFrom('allocations')
    .innerJoin('consumers', 'consumers.number', 'allocations.consumer')
    .innerJoin('resource_classes', 'resource_classes.number', 'allocations.class')
    .select([
      'consumers.id',
      'consumers.generation',
      'resource_classes.name',
      'allocations.used',
      'allocations.updated_at',
    ])
    .where('provider', '=', provider.number)
    .orderBy('allocations.consumer')
    .orderBy('allocations.class')
    .execute()
  return rows.map((row) => ({
    // Consumers are stored under such ids.
    consumer: row.id as ConsumerId,
    consumerGeneration: row.generation,
    resourceClass: row.name,
    amount: row.used,
    updatedAt: row.updated_at,
  }))
}

export async function ofConsumers(
  reader: Reader,
  consumers: readonly number[],
): Promise<readonly Allocation[]> {
  if (consumers.length === 0) return []
  const { rows } = await selectOfConsumers(reader, { consumers })
  return rows.map((row) => ({
    consumer: row.consumer,
    provider: row.provider,
    // Providers are stored under such ids.
    providerId: row.id as ProviderId,
    classNumber: row.class,
    amount: row.used,
  }))
}

const selectOfConsumers = prepared((db, by: { consumers: readonly number[] }) =>
  db
    .selectFrom('allocations')
    .innerJoin('providers', 'providers.number', 'allocations.provider')
    .select(['consumer', 'provider', 'providers.id', 'class', 'used'])
    .where('consumer', 'in', by.consumers),
)

export async function areOn(reader: Reader, provider: Provider): Promise<boolean> {
  const row = await reader
    .selectFrom('allocations')
    .select('consumer')
    .where('provider', '=', provider.number)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Drops all allocations of these consumers. The sums are the caller's to change. */
export async function removeOf(tx: Tx, consumers: readonly number[]): Promise<void> {
  if (consumers.length > 0) await deleteOf(tx, { consumers })
}

const deleteOf = prepared((db, by: { consumers: readonly number[] }) =>
  db.deleteFrom('allocations').where('consumer', 'in', by.consumers),
)

export async function insert(
  tx: Tx,
  allocations: readonly Allocation[],
  now: Instant,
): Promise<void> {
  for (let at = 0; at < allocations.length; at += rowsAtOnce) {
    const slice = allocations.slice(at, at + rowsAtOnce)
    await insertRows(tx, {
      consumers: slice.map(({ consumer }) => consumer),
      providers: slice.map(({ provider }) => provider),
      classes: slice.map(({ classNumber }) => classNumber),
      amounts: slice.map(({ amount }) => amount),
      now,
    })
  }
}

type Columns = Readonly<
  Record<'consumers' | 'providers' | 'classes' | 'amounts', readonly number[]>
>

const insertRows = prepared((db, { now, ...columns }: Columns & { readonly now: Instant }) =>
  db.insertInto('allocations').values(
    columns.consumers.map((consumer, i) => ({
      consumer,
      provider: columns.providers[i] ?? 0,
      class: columns.classes[i] ?? 0,
      used: columns.amounts[i] ?? 0,
      updated_at: now,
    })),
  ),
)

/** Brings the sums in step with allocations that were written or dropped. */
export async function changeUse(
  tx: Tx,
  changes: readonly UseChangeOf[],
  now: Instant,
): Promise<void> {
  await changeSums(tx, changes)
  const touched = changes.filter(({ delta }) => delta !== 0).map(({ providerId }) => providerId)
  await tellIndex(tx, [...new Set(touched)], 'used', now)
}

/** Well below what a statement of either database can have as parameters. */
const rowsAtOnce = 500
