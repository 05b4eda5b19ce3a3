/** The inventories that a claim touches: held until the transaction ends, and whether the claim fits into them. */
import type { Amount } from '../../domain/placement/holding.ts'
import { misfit } from '../../domain/placement/inventory.ts'
import type { Inventory, Misfit } from '../../domain/placement/inventory.ts'
import type { ProviderId } from '../../domain/ids.ts'
import { problem } from '../../lib/problem.ts'
import { holding } from '../dialect/dialect.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader, Tx } from '../store.ts'

/** Why a claim was refused: the class, the provider, and the rule with its numbers. */
export type Refusal = {
  readonly provider: ProviderId
  readonly resourceClass: string
  readonly misfit: Misfit | { readonly rule: 'no-inventory' }
}

/** An inventory as it is stored, with the small numbers that rows are joined by. */
export type Stock = Inventory & {
  readonly providerNumber: number
  readonly provider: ProviderId
  readonly classNumber: number
  readonly resourceClass: string
  readonly used: number
}

/** Holds them in an order that is the same for all, so that two claims never wait for each other in a circle. */
export async function lockStocks(tx: Tx, amounts: readonly Amount[]): Promise<readonly Stock[]> {
  const providers = [...new Set(amounts.map(({ provider }) => provider))]
  const [only] = providers
  const rows =
    only !== undefined && providers.length === 1
      ? (await selectStocksOf(tx, { provider: only })).rows
      : await holding(tx, stocksQuery(tx).where('providers.id', 'in', providers)).execute()
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

/** Most claims are of one host without children. */
const selectStocksOf = prepared((db, by: { provider: string }) =>
  holding(db, stocksQuery(db).where('providers.id', '=', by.provider)),
)

function stocksQuery(reader: Reader) {
  return reader
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
    .orderBy('inventories.provider')
    .orderBy('inventories.class')
}

/** The first amount that does not fit beside what is used, and why; null when all fit. */
export function firstRefusal(stocks: readonly Stock[], amounts: readonly Amount[]): Refusal | null {
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

/** @throws a bug when there is none: a refusal came before. */
export function stockOf(stocks: readonly Stock[], amount: Amount): Stock {
  const stock = stocks.find((each) => isAbout(amount, each))
  if (stock === undefined) throw problem('bug', 'an amount without a stock was let through')
  return stock
}

/** What all amounts together ask of one stock. */
export function sumFor(amounts: readonly Amount[], stock: Stock): number {
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
