/** The log of a saga: one entry per step, direction and round. It is what users see as the progress of an operation. */
import type { Instant } from '../../lib/clock.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import type { ProblemRecord } from '../../lib/problem.ts'
import { columnsOf, prepared, rowsOf } from '../dialect/prepared.ts'
import type { Columns } from '../dialect/prepared.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'
import type { Direction } from './record.ts'

export type LogOutcome = 'started' | 'done' | 'failed'

export type LogEntry = {
  readonly sagaId: string
  readonly step: string
  readonly title: string
  readonly event: string
  readonly direction: Direction
  readonly round: number
  readonly outcome: LogOutcome
  readonly attempts: number
  readonly host: string | null
  readonly startedAt: Instant
  readonly finishedAt: Instant | null
  readonly problem: ProblemRecord | null
}

/**
 * Writes the entries, each of another step, or overwrites what earlier attempts wrote; the start of the first attempt is kept.
 */
export async function write(tx: Tx, ...entries: readonly LogEntry[]): Promise<void> {
  const [first, ...others] = entries.map(toRow)
  if (first !== undefined) await upsert(tx, columnsOf([first, ...others]))
}

type Row = Omit<Tables['saga_log'], 'id'>

function toRow(entry: LogEntry): Row {
  return {
    saga_id: entry.sagaId,
    step: entry.step,
    title: entry.title,
    event: entry.event,
    direction: entry.direction,
    round: entry.round,
    started_at: entry.startedAt,
    outcome: entry.outcome,
    attempts: entry.attempts,
    host: entry.host,
    finished_at: entry.finishedAt,
    problem: entry.problem === null ? null : toJson(entry.problem),
  }
}

const upsert = prepared((db, rows: Columns<Row>) =>
  db
    .insertInto('saga_log')
    .values([...rowsOf(rows)])
    .onConflict((c) =>
      c.columns(['saga_id', 'step', 'direction', 'round']).doUpdateSet((e) => ({
        outcome: e.ref('excluded.outcome'),
        attempts: e.ref('excluded.attempts'),
        host: e.ref('excluded.host'),
        finished_at: e.ref('excluded.finished_at'),
        problem: e.ref('excluded.problem'),
      })),
    ),
)

/** When the step's first attempt in this direction and round began, or null when it has not. */
export async function startOf(
  reader: Reader,
  of: { sagaId: string; step: string; direction: Direction; round: number },
): Promise<Instant | null> {
  const row = await reader
    .selectFrom('saga_log')
    .select('started_at')
    .where('saga_id', '=', of.sagaId)
    .where('step', '=', of.step)
    .where('direction', '=', of.direction)
    .where('round', '=', of.round)
    .executeTakeFirst()
  return row?.started_at ?? null
}

/** The entries of these sagas in the order they began. */
export async function entriesOf(
  reader: Reader,
  sagaIds: readonly string[],
): Promise<readonly LogEntry[]> {
  if (sagaIds.length === 0) return []
  const rows = await reader
    .selectFrom('saga_log')
    .selectAll()
    .where('saga_id', 'in', sagaIds)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    sagaId: row.saga_id,
    step: row.step,
    title: row.title,
    event: row.event,
    // Written by `write`, which takes nothing else; likewise the outcome.
    direction: row.direction as Direction,
    round: row.round,
    outcome: row.outcome as LogOutcome,
    attempts: row.attempts,
    host: row.host,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    problem: row.problem === null ? null : fromJson<ProblemRecord>(row.problem),
  }))
}
