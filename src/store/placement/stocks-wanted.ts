/**
 * The inventories that a claim touches, and whether it fits into them.
 *
 * They are read without holding them. Whoever takes of a provider, or changes what it has, raises the provider's generation; so
 * a claim that was decided on one generation is written only while that is the current one, by the statement that raises it.
 */
import type { Amount } from '../../domain/placement/holding.ts'
import { misfit } from '../../domain/placement/inventory.ts'
import type { Inventory, Misfit } from '../../domain/placement/inventory.ts'
import type { ProviderId } from '../../domain/ids.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader } from '../store.ts'

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
  /** The provider's, as of when this was read. */
  readonly generation: number
  readonly classNumber: number
  readonly resourceClass: string
  readonly used: number
}

/** The stocks of which amounts are wanted, by provider in an order that is the same for all. */
export async function stocksFor(
  reader: Reader,
  amounts: readonly Amount[],
): Promise<readonly Stock[]> {
  const providers = [...new Set(amounts.map(({ provider }) => provider))]
  const { rows } = await selectStocks(reader, { providers })
  const stocks = rows.map((row) => ({
    providerNumber: row.provider,
    // Providers are stored under such ids.
    provider: row.provider_id as ProviderId,
    generation: row.generation,
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

const selectStocks = prepared((db, by: { providers: readonly string[] }) =>
  db
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
      'providers.generation',
      'resource_classes.name as class_name',
    ])
    .where('providers.id', 'in', by.providers)
    .orderBy('inventories.provider')
    .orderBy('inventories.class'),
)

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
