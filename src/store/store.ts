/**
 * The store: one database, one way to write, one way to read.
 *
 * `transaction` is the only way to write. Its work gets a `Tx`, does queries and nothing else, and either all of it becomes
 * true or none. The promise settles after the commit is durable: what is acknowledged survives a power cut. The work may be
 * run again when the database asks for it, so it must have no effects besides its queries.
 *
 * `read` shows what is committed, as of one moment.
 */
import type { Kysely } from 'kysely'
import type { Tables } from './tables/tables.ts'
import type { News, Outbox, Topic } from './changes.ts'

/** Runs queries that only look. */
export type Reader = Kysely<Tables>

/** Runs queries inside one transaction. A `Tx` is a `Reader` too: it sees its own writes. */
export type Tx = Kysely<Tables> & {
  /** Changes that the transaction has recorded. */
  readonly outbox: Outbox
}

export type DialectName = 'sqlite' | 'postgres'

/**
 * What keeps transactions apart that run at the same time on a database with many writers.
 *
 * - `serializable`: everything happens as if they came one after the other, whatever they decide on: that something is not
 *   there, a count, a range. The database finds out when that cannot be, and one of them runs again. It may also suspect what
 *   is none, the more the busier it is.
 * - `held`: for work that decides on nothing but rows that it holds (`holding`), and on what the very statement that writes
 *   asks for: a generation, a key. Whoever is second waits and sees what the first has done. The rules are in
 *   `docs/architecture.md`.
 */
export type Isolation = 'held' | 'serializable'

export interface Store {
  readonly dialect: DialectName
  /**
   * Runs the work in one transaction and settles when its commit is durable.
   * @throws what the work throws, after rolling back; `unavailable` when the database cannot commit.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>, isolation?: Isolation): Promise<T>
  /** Runs the work on one consistent snapshot of what is committed. */
  read<T>(work: (reader: Reader) => Promise<T>): Promise<T>
  /**
   * Tells the listener of every committed change of a topic, in commit order, in the same process and in all others that
   * share the database. The returned function ends it.
   */
  subscribe(topic: Topic, listener: (news: readonly News[]) => void): () => void
  /** Waits until subscribers of this process have been told of everything that it has committed so far. */
  settled(): Promise<void>
  /** Waits for what is under way, then closes. Later calls raise `unavailable`. */
  close(): Promise<void>
}
