/** Where the two databases differ, under a name. */
import { PostgresAdapter, sql } from 'kysely'
import type { RawBuilder, SelectQueryBuilder, SqlBool } from 'kysely'
import type { DialectName, Reader } from '../store.ts'

export function dialectOf(reader: Reader): DialectName {
  return reader.getExecutor().adapter instanceof PostgresAdapter ? 'postgres' : 'sqlite'
}

/**
 * Holds the selected rows until the transaction ends, so that nobody else changes what is decided on. SQLite has one writer:
 * there a transaction holds everything already.
 */
export function holding<DB, TB extends keyof DB, O>(
  reader: Reader,
  query: SelectQueryBuilder<DB, TB, O>,
  options: { readonly skipLocked?: boolean } = {},
): SelectQueryBuilder<DB, TB, O> {
  if (dialectOf(reader) === 'sqlite') return query
  const locked = query.forUpdate()
  return options.skipLocked === true ? locked.skipLocked() : locked
}

/** Holds the selected rows, for whoever reads them another way. Where nothing is to be done, not even the query is built. */
export async function held<DB, TB extends keyof DB, O>(
  reader: Reader,
  query: () => SelectQueryBuilder<DB, TB, O>,
): Promise<void> {
  if (dialectOf(reader) !== 'sqlite') await query().forUpdate().execute()
}

/**
 * Whether a column has one of these texts, which come as a list in JSON. However many there are, the statement is the same: it
 * is put together and planned once.
 */
export function isAmong(reader: Reader, column: string, list: string): RawBuilder<SqlBool> {
  const of = sql.ref(column)
  return dialectOf(reader) === 'sqlite'
    ? sql<SqlBool>`${of} in (select value from json_each(${list}))`
    : sql<SqlBool>`${of} = any(array(select json_array_elements_text(cast(${list} as json))))`
}

/**
 * The 1 of a flag, written out. Some indexes have only rows with a flag; SQLite would plan a statement anew with each run when
 * it depends on a value whether such an index can be used.
 */
export const one = sql.lit(1)

/** Runs a statement that has no parameters and no result. For upgrades. */
export async function runSql(reader: Reader, statement: string): Promise<void> {
  await sql.raw(statement).execute(reader)
}
