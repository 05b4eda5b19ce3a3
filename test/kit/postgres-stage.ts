/**
 * The same stage on PostgreSQL, where a query takes time that no virtual clock knows of: time goes on when nobody waits for an
 * answer of the database any more.
 */
import assert from 'node:assert/strict'
import pg from 'pg'
import { openWorld } from '../../src/drivers/simulated/world.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { randomIds } from '../../src/lib/ids.ts'
import { silentLog } from '../../src/lib/log.ts'
import { seededRandom } from '../../src/lib/random.ts'
import { virtualClock } from '../../src/lib/virtual-clock.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { takeDatabase } from '../support/postgres-databases.ts'
import { clockOf, keepRows, lasting } from './stage.ts'
import type { Stage, StageOpener } from './stage.ts'

/** On a database of that server. Its user must be a superuser there. */
export function stagesOn(server: string): StageOpener {
  return async (startAt) => {
    const { url, giveBack } = await takeDatabase(server)
    const opened = await openStore(url, {
      clock: systemClock,
      random: seededRandom('store'),
      log: silentLog,
    })
    const records = new pg.Client({ connectionString: url })
    await records.connect()
    await records.query('SET session_replication_role = replica')
    const { store, quiet } = counted(opened)
    let clock = virtualClock(startAt, quiet)
    const world = openWorld({ path: ':memory:', clock: clockOf(() => clock), ids: randomIds })
    let kept: { readonly at: number; readonly putBack: () => Promise<void> } | null = null
    return {
      store,
      world,
      clock: () => clock,
      keep: async () => {
        await quiet()
        const worldBack = keepRows(world.database)
        const recordsBack = await keepRecords(records)
        kept = {
          at: clock.now(),
          putBack: async () => {
            worldBack()
            await recordsBack()
          },
        }
      },
      putBack: async () => {
        assert(kept !== null, 'a stage is furnished before it is played on')
        await quiet()
        await kept.putBack()
        clock = virtualClock(kept.at, quiet)
      },
      close: async () => {
        await records.query('DROP SCHEMA IF EXISTS kept CASCADE')
        await records.end()
        await store.close()
        world.close()
        await giveBack()
      },
    } satisfies Stage
  }
}

/** The store, and how to wait until nobody waits for it and everything that it has committed has been told. */
function counted(store: Store): { readonly store: Store; readonly quiet: () => Promise<void> } {
  let underWay = 0
  /** How many transactions have begun, and how many of those when everything had been told. */
  let begun = 0
  let told = 0
  const count = async <T>(work: () => Promise<T>): Promise<T> => {
    underWay += 1
    try {
      return await work()
    } finally {
      underWay -= 1
    }
  }
  const turn = async (): Promise<void> =>
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
  return {
    store: {
      dialect: store.dialect,
      transaction: async (...given) => {
        begun += 1
        return await count(async () => await store.transaction(...given))
      },
      read: async (work) => await count(async () => await store.read(work)),
      subscribe: (topic, listener) => store.subscribe(topic, listener),
      settled: async () => await store.settled(),
      close: async () => await store.close(),
    },
    quiet: async () => {
      for (;;) {
        await turn()
        if (underWay > 0) continue
        if (told === begun) return
        told = begun
        await store.settled()
      }
    },
  }
}

/** Keeps all rows beside the tables. Answers how they are put back. */
async function keepRecords(records: pg.Client): Promise<() => Promise<void>> {
  const { rows } = await records.query<{ tablename: string }>(
    `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`,
  )
  const tables = rows.map(({ tablename }) => `"${tablename}"`).filter((name) => !isLasting(name))
  await records.query('DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept')
  const puttingBack: string[] = []
  for (const table of tables) {
    await records.query(`CREATE TABLE kept.${table} AS TABLE public.${table}`)
    puttingBack.push(`DELETE FROM public.${table}`)
    const { rowCount } = await records.query(`SELECT 1 FROM kept.${table} LIMIT 1`)
    if (rowCount !== 0) {
      puttingBack.push(`INSERT INTO public.${table} SELECT * FROM kept.${table}`)
    }
  }
  return async () => {
    await records.query(`BEGIN; ${puttingBack.join('; ')}; COMMIT`)
  }
}

function isLasting(quoted: string): boolean {
  return lasting.has(quoted.slice(1, -1))
}
