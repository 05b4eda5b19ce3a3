/**
 * Generations of providers: whoever takes of a provider, or gives back, raises it, and holds the provider from then on.
 *
 * Providers are always held in the order of their numbers.
 */
import type { Instant } from '../../lib/clock.ts'
import { assert } from '../../lib/problem.ts'
import * as changes from '../changes.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Tx } from '../store.ts'
import type { Stock } from './stocks-wanted.ts'

/** Raises the generation of the providers, as long as nobody else has since the stocks were read. Holds them from then on. */
export async function enterProviders(
  tx: Tx,
  stocks: readonly Stock[],
  now: Instant,
): Promise<boolean> {
  for (const number of inOrder(providersIn(stocks))) {
    const was = stocks.find((stock) => stock.providerNumber === number)?.generation ?? 0
    const { rows } = await bumpProviderSince(tx, { number, was, at: now })
    const [row] = rows
    if (row === undefined) return false
    await tellUsed(tx, row.id, now)
  }
  return true
}

/** Counts a change of these providers, and tells whoever keeps an index. Holds them from then on. */
export async function bumpProviders(
  tx: Tx,
  numbers: readonly number[],
  now: Instant,
): Promise<void> {
  for (const number of inOrder(numbers)) {
    const [row] = (await bumpProvider(tx, { number, at: now })).rows
    assert(row !== undefined, 'what is held is held of a provider', { number })
    await tellUsed(tx, row.id, now)
  }
}

async function tellUsed(tx: Tx, id: string, now: Instant): Promise<void> {
  await changes.record(tx, { topic: 'provider', key: id, data: { what: 'used' }, at: now })
}

const bumpProvider = prepared((db, by: { number: number; at: number }) =>
  db
    .updateTable('providers')
    .set((e) => ({ generation: e('generation', '+', 1), updated_at: by.at }))
    .where('number', '=', by.number)
    .returning('id'),
)

const bumpProviderSince = prepared((db, by: { number: number; was: number; at: number }) =>
  db
    .updateTable('providers')
    .set((e) => ({ generation: e('generation', '+', 1), updated_at: by.at }))
    .where('number', '=', by.number)
    .where('generation', '=', by.was)
    .returning('id'),
)

export function providersIn(stocks: readonly Stock[]): readonly number[] {
  return stocks.map(({ providerNumber }) => providerNumber)
}

function inOrder(numbers: readonly number[]): readonly number[] {
  return [...new Set(numbers)].toSorted((a, b) => a - b)
}
