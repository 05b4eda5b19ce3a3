/**
 * Where the rounds of a scenario are played: one database, one world and one clock, put back after every round to how they were
 * when the server had been brought into position.
 *
 * Opening files and preparing statements costs more than a round does, so that is done once. Only rows are put back: numbers
 * that count up, like the positions of the change feed, go on counting, as they would in a cloud that lives longer.
 */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openWorld } from '../../src/drivers/simulated/world.ts'
import type { World } from '../../src/drivers/simulated/world.ts'
import type { Clock, Instant } from '../../src/lib/clock.ts'
import { randomIds } from '../../src/lib/ids.ts'
import { silentLog } from '../../src/lib/log.ts'
import { problem } from '../../src/lib/problem.ts'
import { seededRandom } from '../../src/lib/random.ts'
import { virtualClock } from '../../src/lib/virtual-clock.ts'
import type { VirtualClock } from '../../src/lib/virtual-clock.ts'
import { openVolatileStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'

export type Stage = {
  readonly store: Store
  readonly world: World
  /** The clock of the round that is played: every round begins at the same instant, with nobody waiting. */
  clock(): VirtualClock
  /** What is there now is what every round begins with. */
  keep(): Promise<void>
  putBack(): Promise<void>
  close(): Promise<void>
}

/** Where files cost nothing, if there is such a place. */
const shelf = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** Opens an empty stage. */
export type StageOpener = (startAt: Instant) => Promise<Stage>

/** A clock that is whatever clock there is now. */
export function clockOf(current: () => Clock): Clock {
  return {
    now: () => current().now(),
    after: (ms, call) => current().after(ms, call),
    sleep: async (ms, signal) => await current().sleep(ms, signal),
  }
}

export async function openStage(startAt: Instant): Promise<Stage> {
  const folder = mkdtempSync(join(shelf, 'berth-kit-'))
  let clock = virtualClock(startAt)
  const current = clockOf(() => clock)
  const world = openWorld({ path: ':memory:', clock: current, ids: randomIds })
  const path = join(folder, 'berth.db')
  const store = await openVolatileStore(path, {
    clock: current,
    random: seededRandom('store'),
    log: silentLog,
  })
  const records = new DatabaseSync(path)
  records.exec('pragma foreign_keys = off; pragma synchronous = off; pragma busy_timeout = 5000')
  let kept: { readonly at: Instant; readonly putBack: readonly (() => void)[] } | null = null
  return {
    store,
    world,
    clock: () => clock,
    keep: async () => {
      await store.settled()
      assert(kept === null, 'a stage is furnished once')
      kept = { at: clock.now(), putBack: [keepRows(records), keepRows(world.database)] }
    },
    putBack: async () => {
      assert(kept !== null, 'a stage is furnished before it is played on')
      // Whatever the last round left to be told is told before its rows are gone.
      await store.settled()
      for (const putBack of kept.putBack) putBack()
      clock = virtualClock(kept.at)
    },
    close: async () => {
      await store.close()
      world.close()
      records.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** The store for one round: when the round is over, nothing that it left behind can write into the next one. */
export function untilClosed(store: Store): Store & { end(): void } {
  let ended = false
  const check = (): void => {
    if (ended) throw problem('unavailable', 'The round is over')
  }
  return {
    dialect: store.dialect,
    transaction: async (work) => {
      check()
      return await store.transaction(work)
    },
    read: async (work) => {
      check()
      return await store.read(work)
    },
    subscribe: (topic, listener) =>
      store.subscribe(topic, (changes) => {
        if (!ended) listener(changes)
      }),
    settled: async () => await store.settled(),
    close: async () => {},
    end: () => {
      ended = true
    },
  }
}

/** Tables whose rows stay: positions of the feed only go forward, and no operation changes the vocabulary. */
export const lasting: ReadonlySet<string> = new Set([
  'changes',
  'resource_classes',
  'traits',
  'upgrades',
])

/** Keeps all rows of a database in memory. Answers how they are put back. */
export function keepRows(database: DatabaseSync): () => void {
  database.exec(`attach ':memory:' as kept`)
  const tables = database
    .prepare(
      `select name from main.sqlite_schema where type = 'table' and name not like 'sqlite_%'`,
    )
    .all()
    .map(({ name }) => String(name))
    .filter((name) => !lasting.has(name))
  const puttingBack = tables.flatMap((table) => {
    // What is generated from other columns is not listed, and not to be written.
    const listed = database.prepare(`select name from pragma_table_info(?)`).all(table)
    const columns = listed.map(({ name }) => `"${String(name)}"`).join(', ')
    database.exec(`create table kept."${table}" as select ${columns} from main."${table}"`)
    const isEmpty = database.prepare(`select 1 from kept."${table}"`).get() === undefined
    const remove = database.prepare(`delete from main."${table}"`)
    if (isEmpty) return [remove]
    const add = `insert into main."${table}" (${columns}) select ${columns} from kept."${table}"`
    return [remove, database.prepare(add)]
  })
  const begin = database.prepare('begin immediate')
  const commit = database.prepare('commit')
  return () => {
    begin.run()
    for (const statement of puttingBack) statement.run()
    commit.run()
  }
}
