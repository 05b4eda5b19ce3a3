/**
 * Databases of a PostgreSQL server, for tests: each test gets one that is as if it had just been made.
 *
 * Making a database and its tables takes a second or two, and dropping it nearly as long; emptying it takes some milliseconds.
 * So they are kept, and whoever needs one takes the first that nobody uses, in this process or in any other. A lock of a
 * session says that it is in use, so that a test that dies gives it back.
 */
import pg from 'pg'
import { createHash } from 'node:crypto'
import { wordsOf } from '../../src/store/upgrades/upgrade.ts'
import { upgrades } from '../../src/store/upgrades/upgrades.ts'

/** The first part of the locks' names: no other lock has it. */
const lockSpace = 7265

export type TakenDatabase = { readonly url: string; giveBack(): Promise<void> }

/** Takes an empty database of the server. Its user must be a superuser there, as it has to make databases anyway. */
export async function takeDatabase(server: string): Promise<TakenDatabase> {
  const keeper = await connect(server)
  const slot = await freeSlot(keeper)
  const name = `berth_test_${slot}_${fingerprint()}`
  const url = new URL(server)
  url.pathname = `/${name}`
  if (await exists(keeper, name)) await empty(keeper, name, url.href)
  else await make(keeper, slot, name)
  return { url: url.href, giveBack: async () => await keeper.end() }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client
}

async function freeSlot(keeper: pg.Client): Promise<number> {
  for (let slot = 1; ; slot += 1) {
    const { rows } = await keeper.query<{ mine: boolean }>(
      'SELECT pg_try_advisory_lock($1, $2) AS mine',
      [lockSpace, slot],
    )
    if (rows[0]?.mine === true) return slot
  }
}

async function exists(keeper: pg.Client, name: string): Promise<boolean> {
  const { rowCount } = await keeper.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
  return rowCount === 1
}

/** Makes it, in the place of those with older tables. */
async function make(keeper: pg.Client, slot: number, name: string): Promise<void> {
  const { rows } = await keeper.query<{ datname: string }>(
    'SELECT datname FROM pg_database WHERE datname LIKE $1',
    [`berth\\_test\\_${slot}\\_%`],
  )
  for (const { datname } of rows) await keeper.query(`DROP DATABASE "${datname}" WITH (FORCE)`)
  await keeper.query(`CREATE DATABASE "${name}"`)
}

/** Leaves the tables and nothing in them. */
async function empty(keeper: pg.Client, name: string, url: string): Promise<void> {
  // Left behind by a process that was killed.
  await keeper.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
    name,
  ])
  const client = await connect(url)
  try {
    const { rows } = await client.query<{ emptying: string | null }>(
      `SELECT string_agg(format('DELETE FROM %I', tablename), '; ') AS emptying
       FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'upgrades'`,
    )
    // What references what does not matter when everything goes.
    await client.query(`SET session_replication_role = replica; ${rows[0]?.emptying ?? ''}`)
    await client.query(
      `SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace`,
    )
  } finally {
    await client.end()
  }
}

/** Databases with other tables have other names. */
function fingerprint(): string {
  const words = wordsOf('postgres')
  const statements = upgrades.map((upgrade) => [upgrade.number, ...upgrade.statements(words)])
  return createHash('sha256').update(JSON.stringify(statements)).digest('hex').slice(0, 12)
}
