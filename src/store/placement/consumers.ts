/** Consumers: whoever holds an allocation. A consumer without allocations does not exist. */
import type { Selectable } from 'kysely'
import type { ConsumerId, ProjectId, UserId } from '../../domain/ids.ts'
import type { Consumer } from '../../domain/placement/consumer.ts'
import type { Instant } from '../../lib/clock.ts'
import { assert } from '../../lib/problem.ts'
import { holding, one } from '../dialect/dialect.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader, Tx } from '../store.ts'
import type { PlacementTables } from '../tables/placement.ts'

export type StoredConsumer = Consumer & { readonly number: number }

export async function find(reader: Reader, id: string): Promise<StoredConsumer | null> {
  const row = await reader
    .selectFrom('consumers')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  return row === undefined ? null : toConsumer(row)
}

/** Those that exist, held until the transaction ends. */
export async function lock(tx: Tx, ids: readonly string[]): Promise<readonly StoredConsumer[]> {
  if (ids.length === 0) return []
  return (await selectHeld(tx, { ids })).rows.map(toConsumer)
}

const selectHeld = prepared((db, by: { ids: readonly string[] }) =>
  holding(db, db.selectFrom('consumers').selectAll().where('id', 'in', by.ids).orderBy('number')),
)

/**
 * Makes one that a client of Placement asks for. It has been written once, so its generation is 1. With the id of a living server
 * it is that server's, whoever wrote it: it cannot outlive it.
 */
export async function insert(
  tx: Tx,
  consumer: Omit<Consumer, 'generation'>,
  now: Instant,
): Promise<number> {
  const { rows } = await insertRow(tx, {
    id: consumer.id,
    generation: 1,
    type: consumer.type,
    project_id: consumer.projectId,
    user_id: consumer.userId,
    migration_id: null,
    migration_open: null,
    created_at: now,
    updated_at: now,
  })
  const [row] = rows
  assert(row !== undefined, 'a consumer has a number', { consumer: consumer.id })
  return row.number
}

type PlainRow = Omit<PlacementTables['consumers'], 'number' | 'server_alive' | 'server_id'>

const insertRow = prepared((db, row: PlainRow) =>
  db
    .insertInto('consumers')
    .values((e) => {
      const server = e.selectFrom('servers').where('id', '=', row.id).where('alive', '=', one)
      return { ...row, server_id: server.select('id'), server_alive: server.select('alive') }
    })
    .returning('number'),
)

/** Counts a write, and notes whose the consumer is now. */
export async function bump(
  tx: Tx,
  number: number,
  owner: Pick<Consumer, 'projectId' | 'userId' | 'type'>,
  now: Instant,
): Promise<void> {
  const { projectId, userId, type } = owner
  await updateRow(tx, { number, projectId, userId, type, now })
}

type Owned = {
  readonly number: number
  readonly projectId: string
  readonly userId: string
  readonly type: string | null
  readonly now: Instant
}

const updateRow = prepared((db, { number, projectId, userId, type, now }: Owned) =>
  db
    .updateTable('consumers')
    .set((e) => ({
      generation: e('generation', '+', 1),
      project_id: projectId,
      user_id: userId,
      type,
      updated_at: now,
    }))
    .where('number', '=', number),
)

export async function remove(tx: Tx, numbers: readonly number[]): Promise<void> {
  if (numbers.length > 0) await deleteRows(tx, { numbers })
}

const deleteRows = prepared((db, by: { numbers: readonly number[] }) =>
  db.deleteFrom('consumers').where('number', 'in', by.numbers),
)

function toConsumer(row: Selectable<PlacementTables['consumers']>): StoredConsumer {
  return {
    number: row.number,
    // Ids are checked before they are written here, or come from tables that have them as such.
    id: row.id as ConsumerId,
    generation: row.generation,
    type: row.type,
    projectId: row.project_id as ProjectId,
    userId: row.user_id as UserId,
  }
}
