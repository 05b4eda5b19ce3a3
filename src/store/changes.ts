/**
 * The change feed: what happened, written in the transaction in which it happened.
 *
 * It keeps caches current (the placement index, the host list), wakes whoever waits, and is what the event stream shows. A
 * row becomes visible with its transaction or not at all.
 */
import type { Instant } from '../lib/clock.ts'
import { fromJson, toJson } from '../lib/json.ts'
import type { JsonObject } from '../lib/json.ts'
import { dialectOf } from './dialect/dialect.ts'
import { columnsOf, prepared, rowsOf } from './dialect/prepared.ts'
import type { Columns } from './dialect/prepared.ts'
import * as settings from './settings.ts'
import type { Reader, Tx } from './store.ts'
import type { Tables } from './tables/tables.ts'

/** What a change is about; the key says which one. */
export type Topic =
  | 'provider'
  | 'vocabulary'
  | 'host'
  | 'server'
  | 'migration'
  | 'saga'
  /** A saga has come further, or failed to. */
  | 'step'
  | 'port'
  | 'image'
  | 'volume'
  | 'identity'

/** What a subscriber is told of a change. */
export type News = {
  readonly topic: Topic
  readonly key: string
  readonly data: JsonObject
  /** Whose it is, for streams filtered by project; null for what belongs to the cloud. */
  readonly projectId: string | null
  readonly at: Instant
}

export type Change = News & {
  /** Grows with every change; on PostgreSQL not in commit order, so it is no cursor there: see `position`. */
  readonly id: number
  /** A cursor that is exact under concurrent commits: compare as text is wrong, hand it back as it came. */
  readonly position: string
}

export type NewChange = Omit<News, 'data' | 'projectId'> & Partial<News>

/** What a transaction has recorded; the store writes it, all at once, when the transaction's work is done. */
export class Outbox {
  #news: News[] = []
  #written = 0

  add(news: News): void {
    this.#news.push(news)
  }

  /** What was added since it was last asked for. */
  unwritten(): readonly News[] {
    const from = this.#written
    this.#written = this.#news.length
    return this.#news.slice(from)
  }

  /** Everything that the transaction has recorded; the next one begins with nothing. */
  empty(): readonly News[] {
    const news = this.#news
    this.#news = []
    this.#written = 0
    return news
  }
}

/** Adds to the feed. Whoever subscribed is told after the commit. */
export async function record(tx: Tx, change: NewChange): Promise<void> {
  const { topic, key, data = {}, projectId = null, at } = change
  tx.outbox.add({ topic, key, data, projectId, at })
}

/** Writes what the transaction has recorded. For stores, at its end. */
export async function writeRecorded(tx: Tx): Promise<void> {
  const rows = tx.outbox.unwritten().map(toRow)
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const [first, ...others] = rows.slice(from, from + rowsAtOnce)
    if (first !== undefined) await insert(tx, columnsOf([first, ...others]))
  }
}

/** Well below what a statement of either database can have as parameters. */
const rowsAtOnce = 500

type Row = Omit<Tables['changes'], 'id' | 'xid'>

function toRow({ topic, key, data, projectId, at }: News): Row {
  return { topic, key, data: toJson(data), project_id: projectId, at }
}

const insert = prepared((db, rows: Columns<Row>) =>
  db.insertInto('changes').values([...rowsOf(rows)]),
)

/** As many changes as are read at once. */
export const pageSize = 1000

/** The oldest changes after a position, a page of them; from the beginning when the position is null. */
export async function after(reader: Reader, position: string | null): Promise<readonly Change[]> {
  const [xid = 0, id = 0] = (position ?? '0.0').split('.').map(Number)
  const { rows } = await selectAfter(reader, { xid, id })
  return rows.map((row) => ({
    id: row.id,
    position: `${row.xid}.${row.id}`,
    // Written by `record`, which takes nothing else.
    topic: row.topic as Topic,
    key: row.key,
    data: fromJson<JsonObject>(row.data),
    projectId: row.project_id,
    at: row.at,
  }))
}

const selectAfter = prepared((db, at: { xid: number; id: number }) => {
  const query = db.selectFrom('changes').selectAll().orderBy('xid').orderBy('id').limit(pageSize)
  // SQLite has one writer: all changes have one xid, and what is there is complete.
  return dialectOf(db) === 'sqlite'
    ? query.where('xid', '=', at.xid).where('id', '>', at.id)
    : query
        // As one comparison, for which the index on both is enough.
        .where((e) => e(e.refTuple('xid', 'id'), '>', e.tuple(at.xid, at.id)))
        .where('xid', '<', (e) => e.selectFrom('changes_horizon').select('xid'))
})

/** Forgets what is older than the instant, and remembers how far that went: whoever lags behind it has missed something. */
export async function forgetBefore(tx: Tx, before: Instant): Promise<void> {
  const last = await tx
    .selectFrom('changes')
    .select(['xid', 'id'])
    .where('at', '<', before)
    .orderBy('xid', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (last === undefined) return
  await tx.deleteFrom('changes').where('at', '<', before).execute()
  const position = `${last.xid}.${last.id}`
  if (!isAtLeast(await forgottenTo(tx), position)) await settings.set(tx, forgotten, position)
}

const forgotten = 'changes.forgotten'

/** The position up to which changes have been forgotten. */
export async function forgottenTo(reader: Reader): Promise<string> {
  return (await settings.get(reader, forgotten)) ?? '0.0'
}

/** The position of the newest change there is, also of one that others have to wait for. */
export async function newestCommitted(reader: Reader): Promise<string> {
  const row = await reader
    .selectFrom('changes')
    .select(['xid', 'id'])
    .orderBy('xid', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? '0.0' : `${row.xid}.${row.id}`
}

/** Whether everything up to a position has been passed. */
export function isAtLeast(position: string, goal: string): boolean {
  const [xid = 0, id = 0] = position.split('.').map(Number)
  const [goalXid = 0, goalId = 0] = goal.split('.').map(Number)
  return xid > goalXid || (xid === goalXid && id >= goalId)
}

/** The position of the newest visible change, to start following from now. */
export async function newestPosition(reader: Reader): Promise<string> {
  const row = await reader
    .selectFrom('changes')
    .select(['xid', 'id'])
    .where('xid', '<', (e) => e.selectFrom('changes_horizon').select('xid'))
    .orderBy('xid', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? '0.0' : `${row.xid}.${row.id}`
}
