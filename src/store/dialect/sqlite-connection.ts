/**
 * One `node:sqlite` connection in the shape Kysely wants, with its statements kept prepared.
 *
 * `node:sqlite` is synchronous; Kysely awaits. Nothing here begins or ends a transaction: who holds the connection does.
 */
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, ValueNode } from 'kysely'
import type { CompiledQuery, DatabaseConnection, LimitNode, QueryResult } from 'kysely'
import { DatabaseSync } from 'node:sqlite'
import type { SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'
import { Outbox } from '../changes.ts'
import type { Tx } from '../store.ts'
import { queriesOver } from './fixed-dialect.ts'

export type SqliteConnection = {
  /** Its queries, inside a transaction when whoever holds the connection has begun one. */
  readonly db: Tx
  /** Runs statements without parameters: pragmas, begin, commit. */
  run(sql: string): void
  close(): void
}

export function connectSqlite(
  path: string,
  options: { readonly readOnly: boolean },
): SqliteConnection {
  const database = new DatabaseSync(path, { readOnly: options.readOnly })
  const prepared = new Map<string, Prepared>()
  const connection: DatabaseConnection = {
    executeQuery: async (query) => execute(database, prepared, query),
    // Streaming is not used anywhere: pages are bounded.
    streamQuery: () => {
      throw new Error('streaming is not supported')
    },
  }
  const queries = queriesOver(connection, {
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new QueryCompiler(),
  })
  const db = Object.assign(queries, { outbox: new Outbox() })
  return {
    db,
    run: (sql) => {
      if (isScript(sql)) database.exec(sql)
      else prepare(database, prepared, sql).statement.run()
    },
    close: () => {
      if (database.isOpen) database.close()
    },
  }
}

/**
 * Writes limits into the text. As a parameter SQLite plans with the value, and plans anew whenever one is bound, though it be the
 * same: that takes longer than to find a row.
 */
class QueryCompiler extends SqliteQueryCompiler {
  protected override visitLimit(node: LimitNode): void {
    const { limit } = node
    if (ValueNode.is(limit) && Number.isSafeInteger(limit.value)) {
      this.append(`limit ${String(limit.value)}`)
    } else super.visitLimit(node)
  }
}

/** Begin and commit come thousands of times and are kept prepared; pragmas and the like come once. */
function isScript(sql: string): boolean {
  return sql.includes(';') || sql.startsWith('pragma')
}

/** With the names of its columns; a statement without any returns no rows. */
type Prepared = { readonly statement: StatementSync; readonly columns: readonly string[] }

function execute<R>(
  database: DatabaseSync,
  prepared: Map<string, Prepared>,
  query: CompiledQuery,
): QueryResult<R> {
  const { statement, columns } = prepare(database, prepared, query.sql)
  // Our queries bind text, numbers and null only; Kysely types them as unknown.
  const parameters = query.parameters as readonly SQLInputValue[]
  if (columns.length > 0) {
    // It was told to return arrays.
    const rows = statement.all(...parameters) as unknown as readonly (readonly SQLOutputValue[])[]
    // The row type is the one that Kysely derived from the same query.
    return { rows: rows.map((values) => rowOf(columns, values) as R) }
  }
  const { changes, lastInsertRowid } = statement.run(...parameters)
  return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
}

function prepare(database: DatabaseSync, prepared: Map<string, Prepared>, sql: string): Prepared {
  const known = prepared.get(sql)
  if (known !== undefined) return known
  const statement = database.prepare(sql)
  const columns = statement.columns().map(({ name }) => name)
  statement.setReturnArrays(true)
  const made = { statement, columns }
  // Queries are built from code, so there are few; lists of ids of many lengths are what could make them many.
  if (prepared.size >= 2000) prepared.clear()
  prepared.set(sql, made)
  return made
}

/**
 * A row made here is like any other object of its kind. One that `node:sqlite` makes is a hash table of its own: a page of
 * servers takes twice as long with those, to make and to look into.
 */
function rowOf(
  columns: readonly string[],
  values: readonly SQLOutputValue[],
): Record<string, SQLOutputValue> {
  const row: Record<string, SQLOutputValue> = {}
  for (let i = 0; i < columns.length; i += 1) row[columns[i] ?? ''] = values[i] ?? null
  return row
}
