/** Providers that somebody claims of, with what they have: held first, then read, so that what is read stays so. */
import type { ProviderId } from '../../domain/ids.ts'
import type { Inventory } from '../../domain/placement/inventory.ts'
import { held } from '../dialect/dialect.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Tx } from '../store.ts'

export type Claimable = {
  readonly number: number
  readonly id: ProviderId
  /** By the name of the resource class. */
  readonly stocks: ReadonlyMap<string, ClaimableStock>
}

export type ClaimableStock = {
  readonly classNumber: number
  readonly inventory: Inventory
  readonly used: number
}

/**
 * Holds the providers with these ids, and those with these numbers, until the transaction ends, in an order that is the same
 * for all. Those that do not exist are not there to be held.
 */
export async function hold(
  tx: Tx,
  ids: readonly ProviderId[],
  numbers: readonly number[],
): Promise<void> {
  if (ids.length + numbers.length === 0) return
  await held(tx, () =>
    tx
      .selectFrom('providers')
      .select('number')
      .where((e) =>
        e.or([
          ...(ids.length === 0 ? [] : [e('id', 'in', ids)]),
          ...(numbers.length === 0 ? [] : [e('number', 'in', numbers)]),
        ]),
      )
      .orderBy('number'),
  )
}

/** Those of them that exist, by id. */
export async function read(
  tx: Tx,
  ids: readonly ProviderId[],
): Promise<ReadonlyMap<ProviderId, Claimable>> {
  const found = new Map<ProviderId, Claimable & { readonly stocks: Map<string, ClaimableStock> }>()
  for (let at = 0; at < ids.length; at += idsAtOnce) {
    const { rows } = await selectStocks(tx, { ids: ids.slice(at, at + idsAtOnce) })
    for (const row of rows) {
      // Providers are stored under such ids.
      const id = row.id as ProviderId
      const provider = found.get(id) ?? { number: row.number, id, stocks: new Map() }
      found.set(id, provider)
      // A provider without inventories has one row, in which there is none.
      if (row.class === null || row.name === null) continue
      provider.stocks.set(row.name, {
        classNumber: row.class,
        inventory: {
          total: row.total ?? 0,
          reserved: row.reserved ?? 0,
          minUnit: row.min_unit ?? 0,
          maxUnit: row.max_unit ?? 0,
          stepSize: row.step_size ?? 0,
          allocationRatio: row.ratio ?? 0,
        },
        used: row.used ?? 0,
      })
    }
  }
  return found
}

const selectStocks = prepared((db, by: { ids: readonly ProviderId[] }) =>
  db
    .selectFrom('providers')
    .leftJoin('inventories', 'inventories.provider', 'providers.number')
    .leftJoin('resource_classes', 'resource_classes.number', 'inventories.class')
    .select([
      'providers.number',
      'providers.id',
      'inventories.class',
      'resource_classes.name',
      'total',
      'reserved',
      'min_unit',
      'max_unit',
      'step_size',
      'ratio',
      'used',
    ])
    .where('providers.id', 'in', by.ids),
)

/** As many as a statement takes with ease. */
const idsAtOnce = 500
