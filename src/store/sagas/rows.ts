/**
 * The saga engine's records.
 *
 * Every write names the epoch it was decided in and is refused when another owner has raised it since. `stale` is how a
 * late owner learns that it is one.
 */
import type { Instant } from '../../lib/clock.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import { assert, problem } from '../../lib/problem.ts'
import type { ProblemRecord } from '../../lib/problem.ts'
import { sql } from 'kysely'
import * as changes from '../changes.ts'
import { dialectOf, holding } from '../dialect/dialect.ts'
import type { Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'
import {
  insertSaga,
  raiseSubject,
  selectHeld,
  selectOwner,
  updateEnded,
  updateInterrupt,
  updateStanding,
} from './statements.ts'
import type { Standing } from './statements.ts'
import { activeOn } from './reading.ts'
import { toRecord } from './record.ts'
import type { Direction, Outputs, SagaRecord, SagaState } from './record.ts'

export type Progress = Partial<{
  state: SagaState
  direction: Direction
  next: number
  round: number
  attempts: number
  outputs: Outputs
  problem: ProblemRecord
  wakeAt: Instant
}>

/**
 * Makes the saga the owner of its subject. Answers its record as it will be once this has committed.
 * @throws `conflict` when another one is.
 */
export async function insert(
  tx: Tx,
  saga: {
    id: string
    name: string
    subject: string
    params: unknown
    owner: string
    leaseMs: number
    now: Instant
  },
): Promise<SagaRecord> {
  // From here on nobody else starts one on the subject before this has committed.
  const epoch = await raiseEpoch(tx, saga.subject)
  const row: Tables['sagas'] = {
    id: saga.id,
    name: saga.name,
    subject: saga.subject,
    active: 1,
    state: 'running',
    direction: 'do',
    next: 0,
    round: 1,
    attempts: 0,
    params: toJson(saga.params),
    outputs: toJson({ steps: {}, earlier: [] } satisfies Outputs),
    problem: null,
    interrupt: null,
    epoch,
    owner: saga.owner,
    lease_until: (await leaseClock(tx, saga.now)) + saga.leaseMs,
    wake_at: saga.now,
    started_at: saga.now,
    updated_at: saga.now,
    ended_at: null,
  }
  const { numAffectedRows } = await insertSaga(tx, row)
  if (numAffectedRows !== 1n)
    throw problem('conflict', 'Another operation is under way', { subject: saga.subject })
  await changes.record(tx, {
    topic: 'saga',
    key: saga.id,
    data: { what: 'started', subject: saga.subject, owner: saga.owner, name: saga.name },
    at: saga.now,
  })
  return toRecord(row)
}

/**
 * Holds the saga that owns the subject, if there is one. Whoever is about to hold what a saga is about as well does this first,
 * as the saga's driver does, so that the two do not wait for each other.
 */
export async function holdOwner(tx: Tx, subject: string): Promise<void> {
  // One writer holds everything already.
  if (dialectOf(tx) !== 'sqlite') await selectOwner(tx, { subject })
}

/**
 * Holds the saga for this transaction and tells whether it was asked to stop.
 * @throws `stale` when the epoch is not the current one any more.
 */
export async function hold(
  tx: Tx,
  saga: { readonly id: string; readonly epoch: number },
): Promise<{ readonly interrupt: string | null }> {
  const [row] = (await selectHeld(tx, { id: saga.id, epoch: saga.epoch })).rows
  if (row === undefined) throw lost(saga)
  return row
}

/** Writes how far a saga has come. Guarded like `hold`. */
export async function advance(
  tx: Tx,
  saga: SagaRecord,
  progress: Progress,
  now: Instant,
): Promise<void> {
  const guard = { id: saga.id, epoch: saga.epoch }
  const standing = { ...columnsIn(progress), updated_at: now }
  const { numAffectedRows } = await updateStanding(tx, { ...guard, ...standing })
  if (numAffectedRows === 0n) throw lost(saga)
  const { direction, next, attempts, state } = { ...saga, ...progress }
  const failure = progress.problem === undefined ? {} : { problem: progress.problem.message }
  await changes.record(tx, {
    topic: 'step',
    key: saga.id,
    data: { name: saga.name, subject: saga.subject, direction, next, attempts, state, ...failure },
    at: now,
  })
}

/** Gives the subject free, and notes how far it has come where that is not noted yet. Guarded like `advance`. */
export async function end(
  tx: Tx,
  saga: { readonly id: string; readonly epoch: number },
  state: 'succeeded' | 'failed',
  now: Instant,
  progress: Progress = {},
): Promise<void> {
  const { id, epoch } = saga
  const last = { ...columnsIn(progress), state, ended_at: now, updated_at: now }
  const ended = await updateEnded(tx, { id, epoch, ...last })
  const [row] = ended.rows
  if (row === undefined) throw lost(saga)
  const failure = row.problem === null ? null : fromJson<ProblemRecord>(row.problem).message
  await changes.record(tx, {
    topic: 'saga',
    key: saga.id,
    data: { what: 'ended', state, subject: row.subject, name: row.name, problem: failure },
    at: now,
  })
}

/** What of a progress there is, as columns. */
function columnsIn(progress: Progress): Standing {
  const { state, direction, next, round, attempts, outputs, problem: failure, wakeAt } = progress
  return {
    ...(state === undefined ? {} : { state }),
    ...(direction === undefined ? {} : { direction }),
    ...(next === undefined ? {} : { next }),
    ...(round === undefined ? {} : { round }),
    ...(attempts === undefined ? {} : { attempts }),
    ...(outputs === undefined ? {} : { outputs: toJson(outputs) }),
    ...(failure === undefined ? {} : { problem: toJson(failure) }),
    ...(wakeAt === undefined ? {} : { wake_at: wakeAt }),
  }
}

/** Asks the saga that owns the subject to stop. Answers whether there is one. A first reason stays. */
export async function interrupt(
  tx: Tx,
  subject: string,
  reason: string,
  now: Instant,
): Promise<boolean> {
  const [row] = (await updateInterrupt(tx, { subject, reason })).rows
  if (row === undefined) return false
  await changes.record(tx, {
    topic: 'saga',
    key: row.id,
    data: { what: 'interrupted', subject, name: row.name, reason },
    at: now,
  })
  return true
}

/** Tells the saga that owns the subject to look again at what it waits for. */
export async function poke(tx: Tx, subject: string, now: Instant): Promise<void> {
  const saga = await activeOn(tx, subject)
  if (saga !== null)
    await changes.record(tx, {
      topic: 'saga',
      key: saga.id,
      data: { what: 'poked', subject },
      at: now,
    })
}

/** Fences whatever is still under way for the saga: from here on only calls and writes with the new epoch count. */
export async function fence(
  tx: Tx,
  saga: { readonly id: string; readonly subject: string; readonly epoch: number },
): Promise<number> {
  const epoch = await raiseEpoch(tx, saga.subject)
  const row = await tx
    .updateTable('sagas')
    .set({ epoch })
    .where('id', '=', saga.id)
    .where('epoch', '=', saga.epoch)
    .where('active', '=', 1)
    .returning('id')
    .executeTakeFirst()
  if (row === undefined) throw lost(saga)
  return epoch
}

/** Takes over sagas whose owner's lease has run out, or all when `everything` says that no other owner can live. */
export async function takeOver(
  tx: Tx,
  by: { owner: string; leaseMs: number; now: Instant; everything: boolean; limit: number },
): Promise<readonly SagaRecord[]> {
  const now = await leaseClock(tx, by.now)
  let query = tx
    .selectFrom('sagas')
    .selectAll()
    .where('active', '=', 1)
    .orderBy('started_at')
    .limit(by.limit)
  query = by.everything
    ? query.where((e) => e.or([e('owner', 'is', null), e('owner', '!=', by.owner)]))
    : query.where('lease_until', '<', now)
  const rows = await holding(tx, query, { skipLocked: true }).execute()
  const taken: SagaRecord[] = []
  for (const row of rows) {
    const epoch = await raiseEpoch(tx, row.subject)
    await tx
      .updateTable('sagas')
      .set({ owner: by.owner, epoch, lease_until: now + by.leaseMs })
      .where('id', '=', row.id)
      .execute()
    taken.push({ ...toRecord(row), owner: by.owner, epoch })
  }
  return taken
}

/** How many ids one statement names at most. */
const idsMax = 1000

/** Says that the owner lives and drives these. */
export async function renewLeases(
  tx: Tx,
  ids: readonly string[],
  by: { owner: string; leaseMs: number; now: Instant },
): Promise<void> {
  const now = await leaseClock(tx, by.now)
  for (let from = 0; from < ids.length; from += idsMax) {
    await tx
      .updateTable('sagas')
      .set({ lease_until: now + by.leaseMs })
      .where('active', '=', 1)
      .where('owner', '=', by.owner)
      .where('id', 'in', ids.slice(from, from + idsMax))
      .execute()
  }
}

/** The next epoch of the subject: above all that were given before. */
export async function raiseEpoch(tx: Tx, subject: string): Promise<number> {
  const [row] = (await raiseSubject(tx, { subject })).rows
  assert(row !== undefined, 'a subject has an epoch', { subject })
  return row.epoch
}

/** Leases of several processes are judged by one clock: the database's, where there is one. */
async function leaseClock(tx: Tx, now: Instant): Promise<Instant> {
  if (dialectOf(tx) === 'sqlite') return now
  const result = await sql<{
    now: number
  }>`select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(tx)
  return result.rows[0]?.now ?? now
}

function lost(saga: { readonly id: string; readonly epoch: number }): Error {
  return problem('stale', 'This operation has another owner now', {
    saga: saga.id,
    epoch: saga.epoch,
  })
}
