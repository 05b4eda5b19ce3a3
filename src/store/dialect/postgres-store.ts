/**
 * The store that many processes share.
 *
 * Transactions are serializable: PostgreSQL refuses what could not have happened one after the other, and the refused ones
 * run again, a bounded number of times. Rows that many decide on are locked explicitly on top of that, so that waiting is
 * the rule and running again the exception.
 */
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { isProblem, problem } from '../../lib/problem.ts'
import { backoffMs } from '../../lib/retry.ts'
import type { Log } from '../../lib/log.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Random } from '../../lib/random.ts'
import * as changes from '../changes.ts'
import { Feed } from '../feed.ts'
import type { Reader, Store, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

/** Times a transaction is run before its conflict is reported. */
const attemptsMax = 30
/** Times it is run when a key is taken. */
const uniqueAttemptsMax = 4
const backoff = { firstMs: 2, capMs: 200 }
/** How often the feed looks by itself: a notification can come before its change is past the horizon. */
const pollMs = 50
/** How long others' transactions are waited for before what they hold back is done without. */
const settledMs = 2_000

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
  readonly #db: Kysely<Tables>
  readonly #pool: pg.Pool
  readonly #options: PostgresOptions
  readonly #feed: Feed
  #listening: pg.Client | null = null
  #stopPolling: () => void = () => {}
  #closed = false

  constructor(options: PostgresOptions) {
    this.#options = options
    this.#pool = new pg.Pool({
      connectionString: options.url,
      max: options.connections,
      types: { getTypeParser },
    })
    // A broken idle connection is replaced by the pool; without a listener it would end the process.
    this.#pool.on('error', (thrown) =>
      options.log.warn('database connection lost', { cause: thrown.message }),
    )
    this.#db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: this.#pool }) })
    this.#feed = new Feed((work) => this.read(work), options.log)
  }

  /** Follows the change feed: hears of other processes' commits, and looks by itself now and then. */
  async follow(): Promise<void> {
    await this.#feed.start()
    await this.#listen()
    this.#poll()
  }

  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#begin(work)
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
      return await this.#db
        .transaction()
        // Each statement sees what is committed by then: also what was, while we waited for our turn.
        .setIsolationLevel('read committed')
        .execute(async (transaction) => {
          await sql`select pg_advisory_xact_lock(7264)`.execute(transaction)
          // The brand says no more than that we are inside a transaction, which is so here.
          return await work(transaction as Kysely<Tables> as Tx)
        })
    } catch (thrown) {
      throw translate(thrown)
    }
  }

  async read<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    this.#refuseWhenClosed()
    try {
      return await this.#db
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute(work)
    } catch (thrown) {
      throw translate(thrown)
    }
  }

  subscribe: Store['subscribe'] = (topic, listener) => this.#feed.subscribe(topic, listener)

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
    this.#stopPolling()
    await this.#feed.close()
    await this.#listening?.end()
    await this.#db.destroy()
  }

  async #begin<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    this.#refuseWhenClosed()
    return await this.#db
      .transaction()
      .setIsolationLevel('serializable')
      // The brand says no more than that we are inside a transaction, which is so here.
      .execute(async (transaction) => await work(transaction as Kysely<Tables> as Tx))
  }

  #refuseWhenClosed(): void {
    if (this.#closed) throw problem('unavailable', 'The database is closed')
  }

  async #listen(): Promise<void> {
    const client = new pg.Client({ connectionString: this.#options.url })
    client.on('error', (thrown) => {
      // Polling carries on meanwhile, so nothing is missed.
      this.#options.log.warn('notifications lost', { cause: thrown.message })
      this.#listening = null
    })
    client.on('notification', () => this.#feed.poke())
    await client.connect()
    await client.query('listen berth_changes')
    this.#listening = client
  }

  #poll(): void {
    this.#stopPolling = this.#options.clock.after(pollMs, () => {
      if (this.#closed) return
      this.#feed.poke()
      if (this.#listening === null) {
        this.#listen().catch((thrown: unknown) =>
          this.#options.log.debug('still no notifications', { cause: String(thrown) }),
        )
      }
      this.#poll()
    })
  }
}

/** Whole numbers fit a double: ids and amounts stay far below 2^53. Sums arrive as numeric. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === int8 || oid === numeric) return Number
  return pg.types.getTypeParser(oid, format) as (text: string) => unknown // pg types it as any
}

/** What PostgreSQL says of a transaction that should simply run again: serialization failure, deadlock. */
function isConflict(thrown: unknown): boolean {
  const code = codeOf(thrown)
  return code === '40001' || code === '40P01'
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
