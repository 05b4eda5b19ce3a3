/**
 * Databases for tests: the embedded one always, PostgreSQL where `BERTH_TEST_POSTGRES_URL` names a server. Each test gets an
 * empty database of its own.
 */
import pg from 'pg'
import { randomUUID } from 'node:crypto'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { seededRandom } from '../../src/lib/random.ts'
import { openStore, openTemporaryStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'

/** Something that ends, after which what was opened for it is closed. */
type Scope = { after(close: () => Promise<void>): void }

export type TestDatabase = {
  readonly name: string
  readonly open: (t: Scope) => Promise<Store>
}

const tools = { clock: systemClock, random: seededRandom('store'), log: silentLog }

/** Every database that tests can run on here. */
export function testDatabases(): readonly TestDatabase[] {
  const url = process.env['BERTH_TEST_POSTGRES_URL']
  return [
    { name: 'sqlite', open: openEmbedded },
    ...(url === undefined
      ? []
      : [{ name: 'postgres', open: async (t: Scope) => await openOn(url, t) }]),
  ]
}

export async function openEmbedded(t: Scope): Promise<Store> {
  const store = await openTemporaryStore(tools)
  t.after(async () => await store.close())
  return store
}

async function openOn(url: string, t: Scope): Promise<Store> {
  const name = `berth_${randomUUID().replaceAll('-', '')}`
  await administer(url, `CREATE DATABASE ${name}`)
  const own = new URL(url)
  own.pathname = `/${name}`
  const store = await openStore(own.href, tools)
  t.after(async () => {
    await store.close()
    await administer(url, `DROP DATABASE ${name} WITH (FORCE)`)
  })
  return store
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
