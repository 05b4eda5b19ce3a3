/**
 * One connection to PostgreSQL in the shape Kysely wants, with its statements kept prepared.
 *
 * PostgreSQL would parse and plan a statement each time it is sent as a text; one that came before is sent by its name. Questions
 * are sent as they come, without waiting for the answer to the last one: a transaction begins with its first query. Nothing
 * here begins or ends a transaction: who holds the connection does.
 */
import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import type pg from 'pg'
import { Outbox } from '../changes.ts'
import type { Tx } from '../store.ts'
import { queriesOver } from './fixed-dialect.ts'

export type PostgresConnection = {
  /** Its queries, inside a transaction when whoever holds the connection has begun one. */
  readonly db: Tx
  /** Runs a statement without parameters, and answers the command that was done: `COMMIT` may come to a `ROLLBACK`. */
  run(sql: string): Promise<string>
}

/** Names for statements that come again. All connections share them. */
export class StatementNames {
  readonly #names = new Map<string, string | null>()
  #given = 0

  /** The name of a statement; undefined for one that comes for the first time, and may never come again. */
  of(sql: string): string | undefined {
    const name = this.#names.get(sql)
    if (name === undefined) {
      // Lists of ids of many lengths are what could make them many.
      if (this.#names.size < keptMax) this.#names.set(sql, null)
      return undefined
    }
    if (name !== null) return name
    this.#given += 1
    const given = `berth_${this.#given}`
    this.#names.set(sql, given)
    return given
  }
}

/** Each costs some ten kilobytes of every connection's server process. */
const keptMax = 1000

const writing = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])

export function connectionOn(client: pg.ClientBase, names: StatementNames): PostgresConnection {
  const connection: DatabaseConnection = {
    executeQuery: async (query) => await execute(client, names, query),
    // Streaming is not used anywhere: pages are bounded.
    streamQuery: () => {
      throw new Error('streaming is not supported')
    },
  }
  const queries = queriesOver(connection, {
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  })
  return {
    db: Object.assign(queries, { outbox: new Outbox() }),
    run: async (sql) => (await client.query(sql)).command,
  }
}

async function execute<R>(
  client: pg.ClientBase,
  names: StatementNames,
  query: CompiledQuery,
): Promise<QueryResult<R>> {
  const { sql, parameters } = query
  const name = names.of(sql)
  const { command, rowCount, rows } = await client.query<pg.QueryResultRow>({
    text: sql,
    values: [...parameters],
    ...(name === undefined ? {} : { name }),
  })
  return {
    // The row type is the one that Kysely derived from the same query.
    rows: rows as R[],
    ...(writing.has(command) ? { numAffectedRows: BigInt(rowCount ?? 0) } : {}),
  }
}
