/**
 * What the index of providers is made of, read from the first provider to the last.
 *
 * A fleet has millions of rows, so they come in pages, each with a range of providers, and in numbers: names are looked up by
 * whoever builds the index, once for each and not once for each row. Traits and aggregates come as one text for each provider,
 * because most providers have the same ones, and whoever reads can tell by the text that it has seen them before.
 */
import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { ProviderId } from '../../domain/ids.ts'
import { dialectOf } from '../dialect/dialect.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader } from '../store.ts'
import type { PlacementTables } from '../tables/placement.ts'

/** Providers by their numbers: those after the first, up to the last. */
export type Range = { readonly after: number; readonly last: number }

export type ProviderRow = {
  readonly number: number
  readonly id: ProviderId
  readonly parent: number | null
}

export async function providersAfter(
  reader: Reader,
  after: number,
  count: number,
): Promise<readonly ProviderRow[]> {
  const { rows } = await selectProviders(reader, { after, count })
  // Providers are stored under such ids.
  return rows as ProviderRow[]
}

const selectProviders = prepared((db, by: { after: number; count: number }) =>
  db
    .selectFrom('providers')
    .select(['number', 'id', 'parent'])
    .where('number', '>', by.after)
    .orderBy('number')
    .limit(by.count),
)

type InventoryColumns = Omit<PlacementTables['inventories'], 'created_at' | 'updated_at'>
export type InventoryRow = Selectable<InventoryColumns>

export async function inventoriesWithin(
  reader: Reader,
  range: Range,
): Promise<readonly InventoryRow[]> {
  return (await selectInventories(reader, range)).rows
}

const selectInventories = prepared((db, { after, last }: Range) =>
  db
    .selectFrom('inventories')
    .select([
      'provider',
      'class',
      'total',
      'reserved',
      'min_unit',
      'max_unit',
      'step_size',
      'ratio',
      'used',
    ])
    .where('provider', '>', after)
    .where('provider', '<=', last)
    .orderBy('provider')
    .orderBy('class'),
)

/** `items` are numbers with blanks between them. Providers without any have no row. */
export type ItemsRow = { readonly provider: number; readonly items: string }

export async function traitsWithin(reader: Reader, range: Range): Promise<readonly ItemsRow[]> {
  return (await selectTraits(reader, range)).rows
}

const selectTraits = prepared((db, { after, last }: Range) =>
  db
    .selectFrom('provider_traits')
    .select(['provider', listed(db, 'trait').as('items')])
    .where('provider', '>', after)
    .where('provider', '<=', last)
    .groupBy('provider'),
)

export async function aggregatesWithin(reader: Reader, range: Range): Promise<readonly ItemsRow[]> {
  return (await selectAggregates(reader, range)).rows
}

const selectAggregates = prepared((db, { after, last }: Range) =>
  db
    .selectFrom('provider_aggregates')
    .select(['provider', listed(db, 'aggregate').as('items')])
    .where('provider', '>', after)
    .where('provider', '<=', last)
    .groupBy('provider'),
)

function listed(db: Reader, column: 'trait' | 'aggregate') {
  const item = sql.ref(column)
  return dialectOf(db) === 'postgres'
    ? sql<string>`string_agg(${item}::text, ' ' order by ${item})`
    : sql<string>`group_concat(${item}, ' ')`
}

/** By number: the name of a resource class, the name of a trait, the id of an aggregate. */
export type Spellings = Readonly<
  Record<'classes' | 'traits' | 'aggregates', ReadonlyMap<number, string>>
>

export async function spellings(reader: Reader): Promise<Spellings> {
  const classes = await reader.selectFrom('resource_classes').select(['number', 'name']).execute()
  const traits = await reader.selectFrom('traits').select(['number', 'name']).execute()
  const aggregates = await reader.selectFrom('aggregates').select(['number', 'id']).execute()
  return {
    classes: new Map(classes.map(({ number, name }) => [number, name])),
    traits: new Map(traits.map(({ number, name }) => [number, name])),
    aggregates: new Map(aggregates.map(({ number, id }) => [number, id])),
  }
}
