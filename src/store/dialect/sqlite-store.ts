/**
 * The embedded store.
 *
 * SQLite has one writer and a commit costs a sync of the disk, so transactions that queue up share a commit: each runs in a
 * savepoint of its own, and all are acknowledged when the one commit is durable. A group begins as soon as the disk has room for
 * its sync, while it is busy with the last one. Readers have connections of their own and see only what is committed; what they have seen is told when it is
 * durable too, so that a power cut takes nothing back that anybody was told.
 *
 * A data directory belongs to one process; a lock that the kernel drops when the process dies, however it dies, says so.
 */
import { asProblem, problem } from '../../lib/problem.ts'
import type { Log } from '../../lib/log.ts'
import * as changes from '../changes.ts'
import type { News } from '../changes.ts'
import type { Reader, Store, Tx } from '../store.ts'
import { Subscribers } from '../subscribers.ts'
import type { SqliteConnection } from './sqlite-connection.ts'
import { connectSqlite } from './sqlite-connection.ts'
import { logFile, WalSync } from './wal-sync.ts'

/** Most transactions that share one commit. Bounds how long the first of them waits. */
const commitGroupMax = 256

type Job = {
  readonly work: (tx: Tx) => Promise<unknown>
  readonly settle: (outcome: Outcome) => void
}
type Outcome =
  | { readonly ok: true; readonly value: unknown; readonly news: readonly News[] }
  | { readonly ok: false; readonly thrown: unknown }

/** How much the write-ahead log grows before what is in it goes to its places, in pages: what changes often goes there once. */
const checkpointPages = 4000

/** How a commit reaches the disk: `full` survives a power cut, `off` is for databases that die with a test. */
export type Durability = 'full' | 'off'

export class SqliteStore implements Store {
  readonly dialect = 'sqlite'
  readonly #log: Log
  readonly #path: string
  readonly #guard: SqliteConnection
  readonly #writer: SqliteConnection
  readonly #idleReaders: SqliteConnection[] = []
  readonly #subscribers: Subscribers
  /** Null where nothing needs to survive. */
  readonly #sync: WalSync | null
  readonly #queue: Job[] = []
  #draining: Promise<void> | null = null
  #closed = false

  /** Opens the database file, making it when it is missing. Its schema is the business of `openStore`. */
  constructor(path: string, options: { readonly durability: Durability; readonly log: Log }) {
    this.#path = path
    this.#log = options.log
    this.#subscribers = new Subscribers(options.log)
    this.#guard = holdAlone(`${path}.lock`)
    try {
      this.#writer = this.#connect(false)
      // In both cases no commit waits for the disk; `normal` keeps the file whole whenever the power goes.
      const synchronous = options.durability === 'full' ? 'normal' : 'off'
      this.#writer.run(
        `pragma journal_mode = wal; pragma synchronous = ${synchronous}; pragma wal_autocheckpoint = ${checkpointPages}`,
      )
      this.#sync = options.durability === 'full' ? new WalSync(logFile(`${path}-wal`)) : null
    } catch (thrown) {
      this.#guard.close()
      throw problem('invalid', 'The database file cannot be used', { path }, { cause: thrown })
    }
  }

  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    if (this.#closed) throw problem('unavailable', 'The database is closed')
    const outcome = await new Promise<Outcome>((settle) => {
      this.#queue.push({ work, settle })
      this.#draining ??= this.#drain()
    })
    if (!outcome.ok) throw outcome.thrown
    // The value is what this very work returned.
    return outcome.value as T
  }

  async read<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    if (this.#closed) throw problem('unavailable', 'The database is closed')
    const connection = this.#idleReaders.pop() ?? this.#connect(true)
    try {
      connection.run('begin')
      return await work(connection.db)
    } finally {
      connection.run('rollback')
      if (this.#closed) connection.close()
      else this.#idleReaders.push(connection)
      // What was seen may be committed and not durable yet.
      await this.#durable()
    }
  }

  subscribe: Store['subscribe'] = (topic, listener) => this.#subscribers.subscribe(topic, listener)

  /** Nobody else writes: subscribers have been told when a commit is done. */
  async settled(): Promise<void> {}

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#draining
    await this.#sync?.close()
    for (const reader of this.#idleReaders.splice(0)) reader.close()
    this.#writer.close()
    this.#guard.close()
  }

  async #drain(): Promise<void> {
    // Whoever asks in the same turn of the event loop joins the first group.
    await Promise.resolve()
    while (this.#queue.length > 0) {
      await this.#sync?.room(() => this.#queue.length)
      await this.#commitGroup(this.#queue.splice(0, commitGroupMax))
    }
    this.#draining = null
  }

  async #commitGroup(jobs: readonly Job[]): Promise<void> {
    const outcomes: Outcome[] = []
    try {
      this.#writer.run('begin immediate')
      for (const job of jobs) outcomes.push(await this.#runInSavepoint(job))
      this.#writer.run('commit')
    } catch (thrown) {
      this.#abandon(jobs, thrown)
      return
    }
    this.#sync?.committed()
    // What subscribers do with it waits for the disk where it must: they write, or tell what they read with `read`.
    this.#subscribers.tell(outcomes.flatMap((outcome) => (outcome.ok ? outcome.news : [])))
    void this.#acknowledge(jobs, outcomes)
  }

  /** Tells everybody in the group what came of it, as soon as that is durable. */
  async #acknowledge(jobs: readonly Job[], outcomes: readonly Outcome[]): Promise<void> {
    try {
      await this.#durable()
    } catch (thrown) {
      for (const job of jobs) job.settle({ ok: false, thrown })
      return
    }
    jobs.forEach((job, i) => {
      const outcome = outcomes[i]
      if (outcome !== undefined) job.settle(outcome)
    })
  }

  /** @throws `unavailable` when there is no telling whether what was committed survives. */
  async #durable(): Promise<void> {
    try {
      await this.#sync?.durable()
    } catch (thrown) {
      this.#log.error('the disk does not take what is written', { cause: String(thrown) })
      throw problem('unavailable', 'The database cannot be kept', {}, { cause: thrown })
    }
  }

  async #runInSavepoint(job: Job): Promise<Outcome> {
    this.#writer.run('savepoint job')
    try {
      const value = await job.work(this.#writer.db)
      await changes.writeRecorded(this.#writer.db)
      this.#writer.run('release job')
      return { ok: true, value, news: this.#writer.db.outbox.empty() }
    } catch (thrown) {
      this.#writer.db.outbox.empty()
      this.#writer.run('rollback to job')
      this.#writer.run('release job')
      return { ok: false, thrown }
    }
  }

  /** Nothing of the group happened: everybody in it is told so, even those whose work had been refused. */
  #abandon(jobs: readonly Job[], thrown: unknown): void {
    this.#log.error('commit failed', { cause: String(thrown) })
    try {
      this.#writer.run('rollback')
    } catch (again) {
      // SQLite rolls back by itself on some errors; then there is nothing left to roll back.
      this.#log.debug('nothing to roll back', { cause: String(again) })
    }
    const refused = problem(
      'unavailable',
      'The database cannot commit',
      {},
      { cause: asProblem(thrown) },
    )
    for (const job of jobs) job.settle({ ok: false, thrown: refused })
  }

  #connect(readOnly: boolean): SqliteConnection {
    const connection = connectSqlite(this.#path, { readOnly })
    // What a savepoint would need to undo itself is kept in memory: beyond some pages it would be a file each time.
    connection.run(
      'pragma foreign_keys = on; pragma busy_timeout = 5000; pragma cache_size = -65536; pragma temp_store = memory',
    )
    return connection
  }
}

/** Takes the lock that says that this process alone uses the file, until the returned connection is closed. */
function holdAlone(path: string): SqliteConnection {
  const connection = connectSqlite(path, { readOnly: false })
  try {
    connection.run('pragma locking_mode = exclusive; begin exclusive')
  } catch (thrown) {
    connection.close()
    throw problem(
      'conflict',
      'Another process is using this data directory',
      { path },
      { cause: thrown },
    )
  }
  return connection
}
