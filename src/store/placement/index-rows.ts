/**
 * What the index of providers is made of, as far as it concerns some of them. See index-pages.ts for everything.
 *
 * Traits and aggregates come as one row for each provider with all names in one text.
 */
import { sql } from 'kysely'
import type { ProviderId } from '../../domain/ids.ts'
import type { Inventory } from '../../domain/placement/inventory.ts'
import { dialectOf } from '../dialect/dialect.ts'
import type { Reader } from '../store.ts'

/** Providers to read. */
export type Scope = readonly string[]

export type TreeRow = { readonly id: ProviderId; readonly parent: ProviderId | null }
export type StockRow = {
  readonly id: ProviderId
  readonly resourceClass: string
  readonly inventory: Inventory
  readonly used: number
}
/** `names` is separated by blanks. */
export type NamesRow = { readonly id: ProviderId; readonly names: string }

/** In the order in which the providers were made; a parent may come after its child. */
export async function trees(reader: Reader, scope: Scope): Promise<readonly TreeRow[]> {
  const query = reader
    .selectFrom('providers')
    .leftJoin('providers as parent', 'parent.number', 'providers.parent')
    .select(['providers.id', 'parent.id as parent'])
    .where('providers.id', 'in', scope)
    .orderBy('providers.number')
  // Providers are stored under such ids.
  return (await query.execute()) as TreeRow[]
}

/** The stocks of a provider come one after the other. */
export async function stocks(reader: Reader, scope: Scope): Promise<readonly StockRow[]> {
  const rows = await reader
    .selectFrom('inventories')
    .innerJoin('providers', 'providers.number', 'inventories.provider')
    .innerJoin('resource_classes', 'resource_classes.number', 'inventories.class')
    .select([
      'providers.id',
      'resource_classes.name',
      'total',
      'reserved',
      'min_unit',
      'max_unit',
      'step_size',
      'ratio',
      'used',
    ])
    .where('providers.id', 'in', scope)
    .orderBy('inventories.provider')
    .orderBy('inventories.class')
    .execute()
  return rows.map((row) => ({
    // Providers are stored under such ids.
    id: row.id as ProviderId,
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
  }))
}

export async function traits(reader: Reader, scope: Scope): Promise<readonly NamesRow[]> {
  return await namesOf(reader, scope, 'provider_traits', 'trait', 'traits', 'name')
}

export async function aggregates(reader: Reader, scope: Scope): Promise<readonly NamesRow[]> {
  return await namesOf(reader, scope, 'provider_aggregates', 'aggregate', 'aggregates', 'id')
}

/** Providers without any have no row. */
async function namesOf(
  reader: Reader,
  scope: Scope,
  link: 'provider_traits' | 'provider_aggregates',
  linked: string,
  table: 'traits' | 'aggregates',
  column: string,
): Promise<readonly NamesRow[]> {
  const item = sql.ref(`${link}.${linked}`)
  const numbers =
    dialectOf(reader) === 'postgres'
      ? sql<string>`string_agg(${item}::text, ' ' order by ${item})`
      : sql<string>`group_concat(${item}, ' ')`
  const { rows: vocabulary } = await sql<{ number: number; name: string }>`
    select number, ${sql.ref(column)} as name from ${sql.table(table)}`.execute(reader)
  const { rows } = await sql<{ id: string; numbers: string }>`
    select providers.id as id, ${numbers} as numbers
    from ${sql.table(link)} join providers on providers.number = ${sql.ref(`${link}.provider`)}
    where providers.id in (${sql.join(scope)})
    group by providers.number, providers.id`.execute(reader)
  const names = new Map(vocabulary.map(({ number, name }) => [String(number), name]))
  const spelled = new Map<string, string>()
  return rows.map(({ id, numbers: text }) => {
    let spelling = spelled.get(text)
    if (spelling === undefined) {
      spelling = text
        .split(' ')
        .map((number) => names.get(number) ?? '')
        .join(' ')
      spelled.set(text, spelling)
    }
    // Providers are stored under such ids.
    return { id: id as ProviderId, names: spelling }
  })
}
