/**
 * What the index of providers is made of, read in bulk: everything, or what concerns some providers.
 *
 * Traits and aggregates come as one row for each provider with all names in one text, because most providers have the same
 * ones: whoever reads them can tell by the text that it has seen them before.
 */
import { sql } from 'kysely'
import type { ProviderId } from '../../domain/ids.ts'
import type { Inventory } from '../../domain/placement/inventory.ts'
import { dialectOf } from '../dialect/dialect.ts'
import type { Reader } from '../store.ts'

/** Providers to read, or all. */
export type Scope = readonly string[] | 'all'

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
  let query = reader
    .selectFrom('providers')
    .leftJoin('providers as parent', 'parent.number', 'providers.parent')
    .select(['providers.id', 'parent.id as parent'])
    .orderBy('providers.number')
  if (scope !== 'all') query = query.where('providers.id', 'in', scope)
  // Providers are stored under such ids.
  return (await query.execute()) as TreeRow[]
}

/** The stocks of a provider come one after the other. */
export async function stocks(reader: Reader, scope: Scope): Promise<readonly StockRow[]> {
  let query = reader
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
    .orderBy('inventories.provider')
    .orderBy('inventories.class')
  if (scope !== 'all') query = query.where('providers.id', 'in', scope)
  const rows = await query.execute()
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
    ${scope === 'all' ? sql`` : sql`where providers.id in (${sql.join(scope)})`}
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
