/**
 * Claiming, moving and releasing, in the caller's transaction.
 *
 * `inventories.used` is kept in step with the allocations here and nowhere else. A claim locks the inventories it touches in
 * a fixed order, so that two claims never wait for each other in a circle.
 */
import { consumerTypeOf } from '../../domain/placement/holding.ts'
import type { Amount, Holder } from '../../domain/placement/holding.ts'
import type { ProviderId } from '../../domain/ids.ts'
import type { Instant } from '../../lib/clock.ts'
import { assert } from '../../lib/problem.ts'
import * as changes from '../changes.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'
import { firstRefusal, lockStocks, stockOf, sumFor } from './stock-locks.ts'
import type { Refusal, Stock } from './stock-locks.ts'
import { addToUse } from './use.ts'

/** Adds to what the holder holds, all of it or nothing: answers why not, and then nothing has been written. */
export async function tryClaim(
  tx: Tx,
  holder: Holder,
  amounts: readonly Amount[],
  now: Instant,
): Promise<Refusal | null> {
  if (amounts.length === 0) return null
  const stocks = await lockStocks(tx, amounts)
  const refusal = firstRefusal(stocks, amounts)
  if (refusal !== null) return refusal
  await write(tx, holder, amounts, stocks, now)
  return null
}

/**
 * Adds to what the holder holds without asking whether there is room: for what the same transaction has given back, which
 * is there even where a host has shrunk below what is held of it.
 */
export async function restore(
  tx: Tx,
  holder: Holder,
  amounts: readonly Amount[],
  now: Instant,
): Promise<void> {
  if (amounts.length === 0) return
  await write(tx, holder, amounts, await lockStocks(tx, amounts), now)
}

async function write(
  tx: Tx,
  holder: Holder,
  amounts: readonly Amount[],
  stocks: readonly Stock[],
  now: Instant,
): Promise<void> {
  const consumer = await bumpConsumer(tx, holder, now)
  for (const amount of amounts) {
    const stock = stockOf(stocks, amount)
    await addAllocation(tx, {
      consumer,
      provider: stock.providerNumber,
      class: stock.classNumber,
      used: amount.amount,
      updated_at: now,
    })
  }
  await addUse(
    tx,
    stocks.map((stock) => ({ ...stock, delta: sumFor(amounts, stock) })),
    now,
  )
}

const addAllocation = prepared((db, row: Tables['allocations']) =>
  db
    .insertInto('allocations')
    .values(row)
    .onConflict((on) =>
      on
        .columns(['consumer', 'provider', 'class'])
        .doUpdateSet((e) => ({ used: e('allocations.used', '+', row.used) })),
    ),
)

/** Hands everything that one holder holds to another, who must hold nothing on these providers yet. */
export async function move(tx: Tx, from: Holder, to: Holder, now: Instant): Promise<void> {
  const source = await consumerNumber(tx, from.id)
  // A move that has happened already is no move.
  if (source === null) return
  const destination = await bumpConsumer(tx, to, now)
  await tx
    .updateTable('allocations')
    .set({ consumer: destination, updated_at: now })
    .where('consumer', '=', source)
    .execute()
  await tx.deleteFrom('consumers').where('number', '=', source).execute()
  await bumpProviders(tx, await providersOf(tx, destination), now)
}

/** Gives back everything the holder holds, or what it holds on one provider's tree. Holding nothing is no error. */
export async function release(
  tx: Tx,
  holderId: string,
  now: Instant,
  only?: { readonly provider: ProviderId },
): Promise<void> {
  const consumer = await consumerNumber(tx, holderId)
  if (consumer === null) return
  const held = await stocksHeldBy(tx, consumer, only)
  await tx
    .deleteFrom('allocations')
    .where('consumer', '=', consumer)
    .where((e) =>
      e.or([
        e.val(only === undefined),
        e(
          'provider',
          'in',
          held.map((stock) => stock.providerNumber),
        ),
      ]),
    )
    .execute()
  await addUse(tx, held, now)
  const left = await tx
    .selectFrom('allocations')
    .select('class')
    .where('consumer', '=', consumer)
    .limit(1)
    .executeTakeFirst()
  if (left === undefined) await tx.deleteFrom('consumers').where('number', '=', consumer).execute()
}

/** What a holder holds, by provider and class. */
export async function heldBy(reader: Reader, holderId: string): Promise<readonly Amount[]> {
  const rows = await reader
    .selectFrom('allocations')
    .innerJoin('consumers', 'consumers.number', 'allocations.consumer')
    .innerJoin('providers', 'providers.number', 'allocations.provider')
    .innerJoin('resource_classes', 'resource_classes.number', 'allocations.class')
    .select(['providers.id as provider', 'resource_classes.name', 'allocations.used'])
    .where('consumers.id', '=', holderId)
    .orderBy('providers.number')
    .orderBy('resource_classes.number')
    .execute()
  return rows.map((row) => ({
    // Providers are stored under such ids.
    provider: row.provider as ProviderId,
    resourceClass: row.name,
    amount: row.used,
  }))
}

/** The number of the holder's consumer, made when it is missing; its generation grows with every write. */
async function bumpConsumer(tx: Tx, holder: Holder, now: Instant): Promise<number> {
  const { rows } = await upsertConsumer(tx, {
    id: holder.id,
    generation: 1,
    type: consumerTypeOf(holder),
    project_id: holder.projectId,
    user_id: holder.userId,
    server_id: holder.kind === 'server' ? holder.id : null,
    server_alive: holder.kind === 'server' ? 1 : null,
    migration_id: holder.kind === 'migration' ? holder.id : null,
    migration_open: holder.kind === 'migration' ? 1 : null,
    created_at: now,
    updated_at: now,
  })
  const [row] = rows
  assert(row !== undefined, 'a consumer has a number', { consumer: holder.id })
  return row.number
}

const upsertConsumer = prepared((db, row: Omit<Tables['consumers'], 'number'>) =>
  db
    .insertInto('consumers')
    .values(row)
    .onConflict((on) =>
      on.column('id').doUpdateSet((e) => ({
        generation: e('consumers.generation', '+', 1),
        updated_at: row.updated_at,
      })),
    )
    .returning('number'),
)

async function consumerNumber(reader: Reader, id: string): Promise<number | null> {
  const [row] = (await selectConsumer(reader, { id })).rows
  return row?.number ?? null
}

const selectConsumer = prepared((db, by: { id: string }) =>
  db.selectFrom('consumers').select('number').where('id', '=', by.id),
)

type Use = Pick<Stock, 'classNumber' | 'providerNumber'> & { readonly delta: number }

async function stocksHeldBy(
  tx: Tx,
  consumer: number,
  only: { readonly provider: ProviderId } | undefined,
): Promise<readonly Use[]> {
  let query = tx
    .selectFrom('allocations')
    .innerJoin('providers', 'providers.number', 'allocations.provider')
    .select(['allocations.provider', 'allocations.class', 'allocations.used'])
    .where('allocations.consumer', '=', consumer)
    .orderBy('allocations.provider')
    .orderBy('allocations.class')
  if (only !== undefined) {
    query = query.where('providers.root', '=', (e) =>
      e.selectFrom('providers').select('root').where('id', '=', only.provider),
    )
  }
  const rows = await query.execute()
  return rows.map((row) => ({
    providerNumber: row.provider,
    classNumber: row.class,
    delta: -row.used,
  }))
}

/** Writes the sums, provider by provider in order, and tells whoever keeps an index. */
async function addUse(tx: Tx, uses: readonly Use[], now: Instant): Promise<void> {
  const providers = [...new Set(uses.map((use) => use.providerNumber))].toSorted((a, b) => a - b)
  for (const provider of providers) {
    const here = uses.filter((use) => use.providerNumber === provider)
    for (const { classNumber, delta } of here) {
      await addToUse(tx, { provider, class: classNumber, delta })
    }
  }
  await bumpProviders(tx, providers, now)
}

async function providersOf(reader: Reader, consumer: number): Promise<readonly number[]> {
  const rows = await reader
    .selectFrom('allocations')
    .select('provider')
    .distinct()
    .where('consumer', '=', consumer)
    .orderBy('provider')
    .execute()
  return rows.map((row) => row.provider)
}

async function bumpProviders(tx: Tx, numbers: readonly number[], now: Instant): Promise<void> {
  for (const number of numbers) {
    const [row] = (await bumpProvider(tx, { number, at: now })).rows
    assert(row !== undefined, 'what is held is held of a provider', { number })
    await changes.record(tx, { topic: 'provider', key: row.id, data: { what: 'used' }, at: now })
  }
}

const bumpProvider = prepared((db, by: { number: number; at: number }) =>
  db
    .updateTable('providers')
    .set((e) => ({ generation: e('generation', '+', 1), updated_at: by.at }))
    .where('number', '=', by.number)
    .returning('id'),
)
