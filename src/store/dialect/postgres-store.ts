/**
 * The store that many processes share.
 *
 * What everybody does all the time holds the rows that it decides on, so that waiting is the rule and running again the
 * exception. Everything else is serializable: PostgreSQL refuses what could not have happened one after the other, and the
 * refused ones run again, a bounded number of times.
 *
 * Other processes are told of a commit after it, by a connection of its own: a notification within a transaction would make
 * all commits of the whole database server wait for each other. One that is lost costs the time until the next look.
 */
import { sql } from 'kysely'
import pg from 'pg'
import { isProblem, problem } from '../../lib/problem.ts'
import { backoffMs } from '../../lib/retry.ts'
import type { Log } from '../../lib/log.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Random } from '../../lib/random.ts'
import * as changes from '../changes.ts'
import { Feed } from '../feed.ts'
import type { Isolation, Reader, Store, Tx } from '../store.ts'
import { Subscribers } from '../subscribers.ts'
import { connectionOn, StatementNames } from './postgres-connection.ts'
import type { PostgresConnection } from './postgres-connection.ts'
import { PostgresNews } from './postgres-news.ts'

/** Times a transaction is run before its conflict is reported. */
const attemptsMax = 30
/** Times it is run when a key is taken. */
const uniqueAttemptsMax = 4
const backoff = { firstMs: 2, capMs: 200 }
/** How long others' transactions are waited for before what they hold back is done without. */
const settledMs = 2_000

const beginnings = {
  held: 'begin isolation level read committed',
  serializable: 'begin isolation level serializable',
  reading: 'begin isolation level repeatable read read only',
} as const

const int8 = 20
const numeric = 1700

export type PostgresOptions = {
  readonly url: string
  readonly connections: number
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

export class PostgresStore implements Store {
  readonly dialect = 'postgres'
  readonly #pool: pg.Pool
  readonly #connections = new WeakMap<pg.PoolClient, PostgresConnection>()
  readonly #names = new StatementNames()
  readonly #options: PostgresOptions
  readonly #subscribers: Subscribers
  readonly #feed: Feed
  readonly #news: PostgresNews
  #closed = false

  constructor(options: PostgresOptions) {
    this.#options = options
    this.#pool = new pg.Pool({
      connectionString: options.url,
      max: options.connections,
      types: { getTypeParser },
      pipeline: true,
    })
    // A broken idle connection is replaced by the pool; without a listener it would end the process.
    this.#pool.on('error', (thrown) =>
      options.log.warn('database connection lost', { cause: thrown.message }),
    )
    this.#subscribers = new Subscribers(options.log)
    this.#feed = new Feed(
      async (work) => await this.#lookOnce(work),
      this.#subscribers,
      options.log,
    )
    this.#news = new PostgresNews(options, () => this.#feed.poke())
  }

  /** Follows the change feed: hears of other processes' commits, and looks by itself now and then. */
  async follow(): Promise<void> {
    await this.#feed.start()
    await this.#news.open()
  }

  async transaction<T>(
    work: (tx: Tx) => Promise<T>,
    isolation: Isolation = 'serializable',
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { value, hasNews } = await this.#within(beginnings[isolation], async (tx) => {
          const made = await work(tx)
          await changes.writeRecorded(tx)
          return { value: made, hasNews: tx.outbox.empty().length > 0 }
        })
        if (hasNews) this.#tellNews()
        return value
      } catch (thrown) {
        if (!isConflict(thrown) && !mayBeConflict(thrown, attempt)) throw translate(thrown)
        if (attempt === attemptsMax) {
          throw problem(
            'unavailable',
            'The database is too busy',
            { attempts: attempt },
            { cause: thrown },
          )
        }
        await this.#options.clock.sleep(backoffMs(backoff, attempt, this.#options.random))
      }
    }
  }

  /** Runs the work while nobody else, in any process, runs such work; it sees all that earlier ones did. */
  async alone<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      // Each statement sees what is committed by then: also what was, while we waited for our turn.
      return await this.#within(beginnings.held, async (tx) => {
        await sql`select pg_advisory_xact_lock(7264)`.execute(tx)
        const value = await work(tx)
        await changes.writeRecorded(tx)
        return value
      })
    } catch (thrown) {
      throw translate(thrown)
    }
  }

  async read<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await this.#within(beginnings.reading, work)
      } catch (thrown) {
        // Its connection is gone, so this ends.
        if (!isOldPlan(thrown)) throw translate(thrown)
      }
    }
  }

  subscribe: Store['subscribe'] = (topic, listener) => this.#subscribers.subscribe(topic, listener)

  /** A change is told when every transaction that began before it has ended: that may take a moment, but not for ever. */
  async settled(): Promise<void> {
    const { clock } = this.#options
    const goal = await this.read(changes.newestCommitted)
    const until = clock.now() + settledMs
    for (;;) {
      await this.#feed.settled()
      if (changes.isAtLeast(this.#feed.position, goal) || clock.now() > until) return
      await clock.sleep(1)
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#feed.close()
    await this.#news.close()
    await this.#pool.end()
  }

  #tellNews(): void {
    this.#feed.poke()
    this.#news.tell()
  }

  /** Runs the work between a beginning and the end. A connection that does not even roll back is thrown away. */
  async #within<T>(beginning: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return await this.#connected(async ({ db, run }) => {
      // Of a transaction that came to nothing.
      db.outbox.empty()
      // It goes ahead of the first query, on the same connection; if it fails, so does everything behind it.
      const begun = run(beginning)
      const [value] = await Promise.all([work(db), begun])
      const ended = await run('commit')
      // A statement had failed, and whoever ran it did not mind. The database does.
      if (ended !== 'COMMIT') throw problem('bug', 'A failure in a transaction was passed over')
      return value
    })
  }

  /** One query, which needs no transaction around it to see one moment. */
  async #lookOnce<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    return await this.#connected(async ({ db }) => await work(db))
  }

  async #connected<T>(work: (connection: PostgresConnection) => Promise<T>): Promise<T> {
    if (this.#closed) throw problem('unavailable', 'The database is closed')
    const client = await this.#pool.connect()
    let isWhole = true
    try {
      return await work(this.#connectionOn(client))
    } catch (thrown) {
      isWhole = (await rolledBack(client)) && !isOldPlan(thrown)
      throw thrown
    } finally {
      client.release(!isWhole)
    }
  }

  #connectionOn(client: pg.PoolClient): PostgresConnection {
    const known = this.#connections.get(client)
    if (known !== undefined) return known
    const connection = connectionOn(client, this.#names)
    this.#connections.set(client, connection)
    return connection
  }
}

/** Ends what a failure left open. Answers whether the connection can be used again. */
async function rolledBack(client: pg.PoolClient): Promise<boolean> {
  try {
    await client.query('rollback')
    return true
  } catch {
    // What led here is thrown by whoever asks; this connection only goes.
    return false
  }
}

/** Whole numbers fit a double: ids and amounts stay far below 2^53. Sums arrive as numeric. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === int8 || oid === numeric) return Number
  return pg.types.getTypeParser(oid, format) as (text: string) => unknown // pg types it as any
}

/** What PostgreSQL says of a transaction that should simply run again: serialization failure, deadlock, an old plan. */
function isConflict(thrown: unknown): boolean {
  const code = codeOf(thrown)
  return code === '40001' || code === '40P01' || isOldPlan(thrown)
}

/** A statement was prepared before another process, of a newer version, changed a table: another connection has no such plans. */
function isOldPlan(thrown: unknown): boolean {
  return codeOf(thrown) === '0A000' && String(thrown).includes('cached plan')
}

/**
 * Two transactions that found nothing and inserted the same may hear that the key is taken before they hear that they should
 * run again. When it is really taken, it still is the next time.
 */
function mayBeConflict(thrown: unknown, attempt: number): boolean {
  return codeOf(thrown) === '23505' && attempt < uniqueAttemptsMax
}

/** Lost connections and a database that is down are `unavailable`; the rest is what it is. */
function translate(thrown: unknown): unknown {
  if (isProblem(thrown)) return thrown
  const code = codeOf(thrown)
  const lost = code !== null && (/^(08|57P|53)/.test(code) || /^E[A-Z]+$/.test(code))
  return lost || /connection terminated|timeout/i.test(String(thrown))
    ? problem('unavailable', 'The database does not answer', {}, { cause: thrown })
    : thrown
}

function codeOf(thrown: unknown): string | null {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : null
}

/** Drops everything that is in the database's schema. */
export async function erasePostgres(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
  } finally {
    await client.end()
  }
}
