/** A saga as the engine sees it, from its row. */
import type { Selectable } from 'kysely'
import type { Instant } from '../../lib/clock.ts'
import { fromJson } from '../../lib/json.ts'
import type { ProblemRecord } from '../../lib/problem.ts'
import type { Tables } from '../tables/tables.ts'

/** `do` goes forward, `rewind` back to the beginning of a part that will be tried again, `undo` back to nothing. */
export type Direction = 'do' | 'rewind' | 'undo'
export type SagaState = 'running' | 'stuck' | 'succeeded' | 'failed'

/** What a saga has come to. `outputs` are by step; those of earlier rounds are kept behind them. */
export type SagaRecord = {
  readonly id: string
  readonly name: string
  readonly subject: string
  readonly state: SagaState
  readonly active: boolean
  readonly direction: Direction
  readonly next: number
  readonly round: number
  readonly attempts: number
  readonly params: unknown
  readonly outputs: Outputs
  readonly problem: ProblemRecord | null
  readonly interrupt: string | null
  readonly epoch: number
  readonly owner: string | null
  readonly wakeAt: Instant
  readonly startedAt: Instant
  readonly updatedAt: Instant
  readonly endedAt: Instant | null
}

export type Outputs = {
  readonly steps: Readonly<Record<string, unknown>>
  readonly earlier: readonly Readonly<Record<string, unknown>>[]
}

export function toRecord(row: Selectable<Tables['sagas']>): SagaRecord {
  return {
    id: row.id,
    name: row.name,
    subject: row.subject,
    // Written by this file, which takes nothing else; likewise the direction.
    state: row.state as SagaState,
    active: row.active === 1,
    direction: row.direction as Direction,
    next: row.next,
    round: row.round,
    attempts: row.attempts,
    params: fromJson(row.params),
    outputs: fromJson(row.outputs),
    problem: row.problem === null ? null : fromJson(row.problem),
    interrupt: row.interrupt,
    epoch: row.epoch,
    owner: row.owner,
    wakeAt: row.wake_at,
    startedAt: row.started_at,
    updatedAt: row.updated_at,
    endedAt: row.ended_at,
  }
}
