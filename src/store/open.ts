/**
 * Opening a database: the embedded one by path, PostgreSQL by URL, and bringing its schema up to date.
 *
 * A database that a newer Berth has written is refused: its rows may mean things this one does not know.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { problem } from '../lib/problem.ts'
import type { Random } from '../lib/random.ts'
import { dialectOf, runSql } from './dialect/dialect.ts'
import type * as postgresStore from './dialect/postgres-store.ts'
import { SqliteStore } from './dialect/sqlite-store.ts'
import type { Store, Tx } from './store.ts'
import { upgrades } from './upgrades/upgrades.ts'
import { wordsOf } from './upgrades/upgrade.ts'

export type StoreTools = { readonly clock: Clock; readonly random: Random; readonly log: Log }

/**
 * Opens what the address names: `postgres://…`, or the path of an SQLite file.
 * @throws `conflict` when another process has the file, `invalid` when it is no database of ours, `unavailable` when there is
 *   no answer.
 */
export async function openStore(address: string, tools: StoreTools): Promise<Store> {
  if (isPostgres(address)) return await openPostgres(address, tools)
  const store = new SqliteStore(address, { durability: 'full', log: tools.log })
  return await prepared(store, tools, inTransaction(store))
}

/** Makes the database as if it had never been used. Nobody may have it open. */
export async function eraseDatabase(address: string): Promise<void> {
  if (isPostgres(address)) {
    const { erasePostgres } = await postgres()
    return await erasePostgres(address)
  }
  for (const suffix of ['', '-wal', '-shm', '.lock']) rmSync(address + suffix, { force: true })
}

/** Loaded when it is asked for: its client takes time and memory that the embedded database does not need. */
async function postgres(): Promise<typeof postgresStore> {
  return await import('./dialect/postgres-store.ts')
}

function isPostgres(address: string): boolean {
  return /^postgres(ql)?:\/\//.test(address)
}

/** A database in a folder of its own that goes when it is closed. It takes no trouble to survive a power cut. */
export async function openTemporaryStore(tools: StoreTools, within = tmpdir()): Promise<Store> {
  const folder = mkdtempSync(join(within, 'berth-'))
  const store = await openVolatileStore(join(folder, 'berth.db'), tools)
  const closing = store.close.bind(store)
  store.close = async () => {
    await closing()
    if (existsSync(folder)) rmSync(folder, { recursive: true })
  }
  return store
}

/** A database in a file that takes no trouble to survive a power cut. */
export async function openVolatileStore(path: string, tools: StoreTools): Promise<Store> {
  const store = new SqliteStore(path, { durability: 'off', log: tools.log })
  return await prepared(store, tools, inTransaction(store))
}

async function openPostgres(url: string, tools: StoreTools): Promise<Store> {
  const { PostgresStore } = await postgres()
  const store = new PostgresStore({ ...tools, url, connections: 10 })
  // Processes that start together take turns; the second finds everything done.
  const takingTurns: Upgrading = async (work) => await store.alone(work)
  return await prepared(store, tools, takingTurns, async () => await store.follow())
}

type Upgrading = (work: (tx: Tx) => Promise<void>) => Promise<void>

async function prepared(
  store: Store,
  tools: StoreTools,
  upgrading: Upgrading,
  follow?: () => Promise<void>,
): Promise<Store> {
  try {
    await upgrading(async (tx) => await upgrade(tx, tools.clock.now()))
    await follow?.()
    return store
  } catch (thrown) {
    await store.close()
    throw thrown
  }
}

function inTransaction(store: Store): Upgrading {
  return async (work) => await store.transaction(work)
}

async function upgrade(tx: Tx, now: number): Promise<void> {
  await runSql(
    tx,
    'CREATE TABLE IF NOT EXISTS upgrades (number BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)',
  )
  const rows = await tx.selectFrom('upgrades').select('number').execute()
  const applied = new Set(rows.map((row) => row.number))
  const newest = Math.max(...upgrades.map((each) => each.number))
  const foreign = [...applied].find((number) => number > newest)
  if (foreign !== undefined) {
    throw problem('invalid', 'The database was written by a newer version of Berth', {
      upgrade: foreign,
      newest,
    })
  }
  const words = wordsOf(dialectOf(tx))
  for (const each of upgrades.filter(({ number }) => !applied.has(number))) {
    for (const statement of each.statements(words)) await runSql(tx, statement)
    await tx
      .insertInto('upgrades')
      .values({ number: each.number, name: each.name, applied_at: now })
      .execute()
  }
}
