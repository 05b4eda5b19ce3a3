/**
 * Claiming, moving and releasing, in the caller's transaction.
 *
 * `inventories.used` is kept in step with the allocations here and nowhere else. A claim locks the inventories it touches in
 * a fixed order, so that two claims never wait for each other in a circle.
 */
import { sql } from 'kysely'
import { consumerTypeOf } from '../../domain/placement/holding.ts'
import type { Amount, Holder } from '../../domain/placement/holding.ts'
import { misfit } from '../../domain/placement/inventory.ts'
import type { Inventory, Misfit } from '../../domain/placement/inventory.ts'
import type { ProviderId } from '../../domain/ids.ts'
import type { Instant } from '../../lib/clock.ts'
import { problem } from '../../lib/problem.ts'
import * as changes from '../changes.ts'
import { holding } from '../dialect/dialect.ts'
import type { Reader, Tx } from '../store.ts'

/** Why a claim was refused: the class, the provider, and the rule with its numbers. */
export type Refusal = {
  readonly provider: ProviderId
  readonly resourceClass: string
  readonly misfit: Misfit | { readonly rule: 'no-inventory' }
}

/** An inventory as it is stored, with the small numbers that rows are joined by. */
type Stock = Inventory & {
  readonly providerNumber: number
  readonly provider: ProviderId
  readonly classNumber: number
  readonly resourceClass: string
  readonly used: number
}

/**
 * Adds to what the holder holds, all of it or nothing.
 * @throws `no-capacity` with a `Refusal` in the details.
 */
export async function claim(
  tx: Tx,
  holder: Holder,
  amounts: readonly Amount[],
  now: Instant,
): Promise<void> {
  const refusal = await tryClaim(tx, holder, amounts, now)
  if (refusal === null) return
  throw problem('no-capacity', 'There is no room for this claim', { refusal })
}

/** Like `claim`, but answers why not instead of throwing; then nothing has been written. */
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
  const consumer = await bumpConsumer(tx, holder, now)
  for (const amount of amounts) {
    const stock = stockOf(stocks, amount)
    await tx
      .insertInto('allocations')
      .values({
        consumer,
        provider: stock.providerNumber,
        class: stock.classNumber,
        used: amount.amount,
        updated_at: now,
      })
      .onConflict((c) =>
        c
          .columns(['consumer', 'provider', 'class'])
          .doUpdateSet((e) => ({ used: e('allocations.used', '+', amount.amount) })),
      )
      .execute()
  }
  await addUse(
    tx,
    stocks.map((stock) => ({ ...stock, delta: sumFor(amounts, stock) })),
    now,
  )
  return null
}

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

async function lockStocks(tx: Tx, amounts: readonly Amount[]): Promise<readonly Stock[]> {
  const query = tx
    .selectFrom('inventories')
    .innerJoin('providers', 'providers.number', 'inventories.provider')
    .innerJoin('resource_classes', 'resource_classes.number', 'inventories.class')
    .select([
      'inventories.provider',
      'inventories.class',
      'total',
      'reserved',
      'min_unit',
      'max_unit',
      'step_size',
      'ratio',
      'used',
      'providers.id as provider_id',
      'resource_classes.name as class_name',
    ])
    .where('providers.id', 'in', [...new Set(amounts.map(({ provider }) => provider))])
    .where('resource_classes.name', 'in', [
      ...new Set(amounts.map(({ resourceClass }) => resourceClass)),
    ])
    .orderBy('inventories.provider')
    .orderBy('inventories.class')
  const rows = await holding(tx, query).execute()
  const stocks = rows.map((row) => ({
    providerNumber: row.provider,
    // Providers are stored under such ids.
    provider: row.provider_id as ProviderId,
    classNumber: row.class,
    resourceClass: row.class_name,
    total: row.total,
    reserved: row.reserved,
    minUnit: row.min_unit,
    maxUnit: row.max_unit,
    stepSize: row.step_size,
    allocationRatio: row.ratio,
    used: row.used,
  }))
  return stocks.filter((stock) => amounts.some((amount) => isAbout(amount, stock)))
}

function firstRefusal(stocks: readonly Stock[], amounts: readonly Amount[]): Refusal | null {
  for (const { provider, resourceClass } of amounts) {
    const stock = stocks.find((each) => isAbout({ provider, resourceClass }, each))
    const why =
      stock === undefined
        ? ({ rule: 'no-inventory' } as const)
        : misfit(stock, stock.used, sumFor(amounts, stock))
    if (why !== null) return { provider, resourceClass, misfit: why }
  }
  return null
}

/** The number of the holder's consumer, made when it is missing; its generation grows with every write. */
async function bumpConsumer(tx: Tx, holder: Holder, now: Instant): Promise<number> {
  const row = await tx
    .insertInto('consumers')
    .values({
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
    .onConflict((c) =>
      c.column('id').doUpdateSet((e) => ({
        generation: e('consumers.generation', '+', 1),
        updated_at: now,
      })),
    )
    .returning('number')
    .executeTakeFirstOrThrow()
  return row.number
}

async function consumerNumber(reader: Reader, id: string): Promise<number | null> {
  const row = await reader
    .selectFrom('consumers')
    .select('number')
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.number ?? null
}

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
    const delta = sql<number>`case class ${sql.join(
      here.map((use) => sql`when ${sql.lit(use.classNumber)} then ${sql.lit(use.delta)}`),
      sql` `,
    )} else 0 end`
    await tx
      .updateTable('inventories')
      .set({ used: sql<number>`used + ${delta}` })
      .where('provider', '=', provider)
      .where(
        'class',
        'in',
        here.map((use) => use.classNumber),
      )
      .execute()
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
    const row = await tx
      .updateTable('providers')
      .set((e) => ({ generation: e('generation', '+', 1), updated_at: now }))
      .where('number', '=', number)
      .returning('id')
      .executeTakeFirstOrThrow()
    await changes.record(tx, { topic: 'provider', key: row.id, data: { what: 'used' }, at: now })
  }
}

function stockOf(stocks: readonly Stock[], amount: Amount): Stock {
  const stock = stocks.find((each) => isAbout(amount, each))
  if (stock === undefined) throw problem('bug', 'an amount without a stock was let through')
  return stock
}

function sumFor(amounts: readonly Amount[], stock: Stock): number {
  return amounts
    .filter((amount) => isAbout(amount, stock))
    .reduce((sum, { amount }) => sum + amount, 0)
}

function isAbout(
  amount: Pick<Amount, 'provider' | 'resourceClass'>,
  stock: Pick<Stock, 'provider' | 'resourceClass'>,
): boolean {
  return amount.provider === stock.provider && amount.resourceClass === stock.resourceClass
}
