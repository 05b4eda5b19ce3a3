/**
 * Kysely over exactly one connection, without transactions of its own: who holds the connection begins and ends them.
 *
 * A query goes straight to the connection. Kysely would look for a free one each time and give it back, in some ten turns of
 * promises, which for a row that is found by its key is more work than finding it.
 */
import { DefaultQueryExecutor, Kysely } from 'kysely'
import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely'
import type { Tables } from '../tables/tables.ts'

type Language = Pick<Dialect, 'createAdapter' | 'createIntrospector' | 'createQueryCompiler'>

export function queriesOver(connection: DatabaseConnection, language: Language): Kysely<Tables> {
  const driver: Driver = {
    init: async () => {},
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    destroy: async () => {},
  }
  const dialect = { ...language, createDriver: () => driver }
  const executor = new StraightExecutor(language, connection)
  return new Kysely<Tables>({ config: { dialect }, driver, executor, dialect })
}

class StraightExecutor extends DefaultQueryExecutor {
  readonly #connection: DatabaseConnection

  constructor(language: Language, connection: DatabaseConnection) {
    super(language.createQueryCompiler(), language.createAdapter(), {
      provideConnection: async (consumer) => await consumer(connection),
    })
    this.#connection = connection
  }

  override async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return await this.#connection.executeQuery<R>(query)
  }
}

async function refuse(): Promise<never> {
  throw new Error('transactions are begun by the store only')
}
