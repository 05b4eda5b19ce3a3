/**
 * Claiming, moving and releasing, in the caller's transaction.
 *
 * `inventories.used` is kept in step with the allocations here and in `allocations.ts`, and nowhere else. Whoever changes what a
 * consumer holds holds the consumer, and then its providers in the order of their numbers, so that two never wait for each
 * other in a circle.
 */
import { consumerTypeOf } from '../../domain/placement/holding.ts'
import type { Amount, Holder } from '../../domain/placement/holding.ts'
import type { ProviderId } from '../../domain/ids.ts'
import type { Instant } from '../../lib/clock.ts'
import { assert } from '../../lib/problem.ts'
import { holding } from '../dialect/dialect.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'
import { bumpProviders, enterProviders, providersIn } from './provider-generations.ts'
import { firstRefusal, stocksFor, sumFor } from './stocks-wanted.ts'
import type { Refusal, Stock } from './stocks-wanted.ts'
import { changeSums } from './use.ts'
import type { UseChange } from './use.ts'

/** Adds to what the holder holds, all of it or nothing: answers why not, and then nothing has been written. */
export async function tryClaim(
  tx: Tx,
  holder: Holder,
  amounts: readonly Amount[],
  now: Instant,
): Promise<Refusal | null> {
  if (amounts.length === 0) return null
  for (;;) {
    const stocks = await stocksFor(tx, amounts)
    const refusal = firstRefusal(stocks, amounts)
    if (refusal !== null) return refusal
    // Somebody else was faster: what is left is judged anew. Each turn of this is a claim of theirs.
    if (!(await enterProviders(tx, stocks, now))) continue
    await write(tx, holder, amounts, stocks, now)
    return null
  }
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
  const stocks = await stocksFor(tx, amounts)
  await bumpProviders(tx, providersIn(stocks), now)
  await write(tx, holder, amounts, stocks, now)
}

/** Writes a claim on providers that are held. */
async function write(
  tx: Tx,
  holder: Holder,
  amounts: readonly Amount[],
  stocks: readonly Stock[],
  now: Instant,
): Promise<void> {
  const consumer = await bumpConsumer(tx, holder, now)
  const uses = stocks.map((stock): UseChange => {
    const { providerNumber: provider, classNumber } = stock
    return { provider, classNumber, delta: sumFor(amounts, stock) }
  })
  await addAllocations(tx, {
    consumer,
    providers: uses.map(({ provider }) => provider),
    classes: uses.map(({ classNumber }) => classNumber),
    amounts: uses.map(({ delta }) => delta),
    at: now,
  })
  await changeSums(tx, uses)
}

type NewAllocations = {
  readonly consumer: number
  readonly providers: readonly number[]
  readonly classes: readonly number[]
  readonly amounts: readonly number[]
  readonly at: Instant
}

const addAllocations = prepared((db, rows: NewAllocations) =>
  db
    .insertInto('allocations')
    .values(
      rows.classes.map((each, i) => ({
        consumer: rows.consumer,
        provider: rows.providers[i] ?? 0,
        class: each,
        used: rows.amounts[i] ?? 0,
        updated_at: rows.at,
      })),
    )
    .onConflict((on) =>
      on
        .columns(['consumer', 'provider', 'class'])
        .doUpdateSet((e) => ({ used: e('allocations.used', '+', e.ref('excluded.used')) })),
    ),
)

/**
 * Hands everything that one holder holds to another, who must hold nothing on these providers yet. Of the providers there is as
 * much in use as before, so they are left alone.
 */
export async function move(tx: Tx, from: Holder, to: Holder, now: Instant): Promise<void> {
  const source = await holdConsumer(tx, from.id)
  // A move that has happened already is no move.
  if (source === null) return
  const destination = await bumpConsumer(tx, to, now)
  await handOver(tx, { source, destination, now })
  await endIdle(tx, { consumer: source })
}

const handOver = prepared((db, by: { source: number; destination: number; now: Instant }) =>
  db
    .updateTable('allocations')
    .set({ consumer: by.destination, updated_at: by.now })
    .where('consumer', '=', by.source),
)

/** Gives back everything the holder holds, or what it holds on one provider's tree. Holding nothing is no error. */
export async function release(
  tx: Tx,
  holderId: string,
  now: Instant,
  only?: { readonly provider: ProviderId },
): Promise<void> {
  const consumer = await holdConsumer(tx, holderId)
  if (consumer === null) return
  const { rows } =
    only === undefined
      ? await dropAllocations(tx, { consumer })
      : await dropAllocationsOn(tx, { consumer, provider: only.provider })
  const held = rows.map((row): UseChange => {
    return { provider: row.provider, classNumber: row.class, delta: -row.used }
  })
  const providers = held.map(({ provider }) => provider)
  await bumpProviders(tx, providers, now)
  await changeSums(tx, held)
  await endIdle(tx, { consumer })
}

const dropAllocations = prepared((db, by: { consumer: number }) =>
  db
    .deleteFrom('allocations')
    .where('consumer', '=', by.consumer)
    .returning(['provider', 'class', 'used']),
)

const dropAllocationsOn = prepared((db, by: { consumer: number; provider: string }) =>
  db
    .deleteFrom('allocations')
    .where('consumer', '=', by.consumer)
    .where('provider', 'in', (e) =>
      e
        .selectFrom('providers')
        .innerJoin('providers as named', 'named.root', 'providers.root')
        .select('providers.number')
        .where('named.id', '=', by.provider),
    )
    .returning(['provider', 'class', 'used']),
)

/** A consumer that holds nothing is none. */
const endIdle = prepared((db, by: { consumer: number }) =>
  db
    .deleteFrom('consumers')
    .where('number', '=', by.consumer)
    .where((e) =>
      e.not(
        e.exists(
          e.selectFrom('allocations').select('class').where('consumer', '=', by.consumer).limit(1),
        ),
      ),
    ),
)

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

/** Holds the consumer until the transaction ends: nobody else changes what it holds. Null when it holds nothing. */
async function holdConsumer(tx: Tx, id: string): Promise<number | null> {
  const [row] = (await selectConsumer(tx, { id })).rows
  return row?.number ?? null
}

const selectConsumer = prepared((db, by: { id: string }) =>
  holding(db, db.selectFrom('consumers').select('number').where('id', '=', by.id)),
)
