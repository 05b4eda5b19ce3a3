/**
 * Databases for tests: the embedded one always, PostgreSQL where `BERTH_TEST_POSTGRES_URL` names a server. Each test gets an
 * empty database of its own.
 */
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { seededRandom } from '../../src/lib/random.ts'
import { openStore, openTemporaryStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { takeDatabase } from './postgres-databases.ts'

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

async function openOn(server: string, t: Scope): Promise<Store> {
  const { url, giveBack } = await takeDatabase(server)
  const store = await openStore(url, tools)
  t.after(async () => {
    await store.close()
    await giveBack()
  })
  return store
}
