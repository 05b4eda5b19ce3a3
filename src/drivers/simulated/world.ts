/**
 * The world: everything that simulated hosts hold, apart from what the control plane believes of it.
 *
 * Each change is one transaction that takes the write lock first, so a verb's effect is there as a whole or not at all, also
 * when the process dies in the middle or when another process shares the file. It need not survive a power cut (a guest would
 * not either), so a commit does not wait for the disk.
 */
import { DatabaseSync } from 'node:sqlite'
import type { HostName } from '../../domain/ids.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Ids } from '../../lib/ids.ts'
import { Problem, problem } from '../../lib/problem.ts'
import type { Guest } from '../virt-driver.ts'
import { holdingsIn, prepareTables, seen } from './world-tables.ts'
import type { Holdings, UploadedImage } from './world-tables.ts'

export type World = {
  /** What is on one host, or everywhere: guests, source copies, incoming bodies and remains. */
  guests(host?: HostName): readonly Guest[]
  /** Every disk that was uploaded as an image and not forgotten since. */
  images(): readonly UploadedImage[]
  /** Reads what is committed, without waiting for whoever is changing something. */
  look<T>(work: (holdings: Holdings) => T): T
  /** Runs the work as one indivisible change. What it throws undoes it. Not to be nested. */
  change<T>(work: (holdings: Holdings) => T): T
  /** The machine stops: what ran or was paused is off; disks and suspended guests stay. */
  losePower(host: HostName): void
  /** Wipes all hosts: everything that is in the file, what agents remember included. */
  clear(): void
  close(): void

  readonly clock: Clock
  readonly ids: Ids
  /** The open file, in which an agent of these hosts keeps what it must remember. */
  readonly database: DatabaseSync
}

/** How long a change waits for another process that is just changing the same file. */
const busyTimeoutMs = 5000
/** SQLITE_BUSY. */
const busyCode = 5

export function openWorld(options: {
  readonly path: string
  readonly clock: Clock
  readonly ids: Ids
}): World {
  const database = openFile(options.path)
  const holdings = holdingsIn(database)
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  const rollback = database.prepare('ROLLBACK')

  const change = <T>(work: (holdings: Holdings) => T): T => {
    reaching(() => begin.run())
    try {
      const result = work(holdings)
      reaching(() => commit.run())
      return result
    } catch (thrown) {
      if (database.isTransaction) rollback.run()
      throw thrown
    }
  }

  return {
    guests: (host) => holdings.bodies(host).map(seen),
    images: () => holdings.images(),
    look: (work) => work(holdings),
    change,
    losePower: (host) => {
      change((held) => {
        for (const body of held.bodies(host)) {
          if (body.power === 'running' || body.power === 'paused') {
            held.put({ ...body, power: 'shutdown' })
          }
        }
      })
    },
    clear: () => {
      change(() => {
        const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all()
        for (const { name } of tables) database.exec(`DELETE FROM "${String(name)}"`)
      })
    },
    close: () => {
      if (database.isOpen) database.close()
    },
    clock: options.clock,
    ids: options.ids,
    database,
  }
}

function openFile(path: string): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { timeout: busyTimeoutMs })
    // Write-ahead logging lets others read during a change; NORMAL leaves out the wait for the disk at each commit.
    turnToWal(database)
    database.exec('PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE')
    prepareTables(database)
    database.exec('COMMIT')
    return database
  } catch (thrown) {
    database?.close()
    if (thrown instanceof Problem) throw thrown
    throw problem(
      'invalid',
      'The file of the simulated hosts cannot be opened, or is no such file',
      { path },
      { cause: thrown },
    )
  }
}

/**
 * Of two processes that turn a new file to write-ahead logging at once, SQLite refuses one without letting it wait, because
 * each would wait for the other. A moment later there is nothing left to do.
 */
function turnToWal(database: DatabaseSync): void {
  const triesMost = 100
  for (let tries = 1; ; tries += 1) {
    try {
      database.exec('PRAGMA journal_mode = WAL')
      return
    } catch (thrown) {
      const isBusy = thrown instanceof Error && 'errcode' in thrown && thrown.errcode === busyCode
      if (!isBusy || tries === triesMost) throw thrown
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, busyTimeoutMs / triesMost)
    }
  }
}

/** A lock that another process keeps for too long is no answer, and asking again is right. */
function reaching(statement: () => unknown): void {
  try {
    statement()
  } catch (thrown) {
    throw problem('unavailable', 'The simulated hosts are busy', {}, { cause: thrown })
  }
}
