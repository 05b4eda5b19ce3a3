/** A Kysely dialect with exactly one connection and no transactions of its own: who holds the connection begins and ends them. */
import type { DatabaseConnection, Dialect, Driver } from 'kysely'

type Language = Pick<Dialect, 'createAdapter' | 'createIntrospector' | 'createQueryCompiler'>

export function fixedDialect(connection: DatabaseConnection, language: Language): Dialect {
  const driver: Driver = {
    init: async () => {},
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    destroy: async () => {},
  }
  return { ...language, createDriver: () => driver }
}

async function refuse(): Promise<never> {
  throw new Error('transactions are begun by the store only')
}
