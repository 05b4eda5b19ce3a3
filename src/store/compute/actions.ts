/**
 * What users asked of servers, and how far it has come.
 *
 * The events of an action are the log of the saga that does it: there is nothing to keep in step.
 */
import type { Selectable } from 'kysely'
import type { HostName, ProjectId, ServerId, UserId } from '../../domain/ids.ts'
import type { ActionEvent, ActionRecord } from '../../domain/server.ts'
import type { Instant } from '../../lib/clock.ts'
import { prepared } from '../dialect/prepared.ts'
import * as log from '../sagas/log.ts'
import type { LogEntry } from '../sagas/log.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

export type NewAction = {
  readonly serverId: ServerId
  readonly name: string
  readonly requestId: string
  readonly projectId: ProjectId
  readonly userId: UserId
  /** The saga that does it; null when it was done in the request itself. */
  readonly sagaId: string | null
  readonly at: Instant
}

export async function add(tx: Tx, action: NewAction): Promise<void> {
  await insert(tx, {
    server_id: action.serverId,
    name: action.name,
    request_id: action.requestId,
    project_id: action.projectId,
    user_id: action.userId,
    saga_id: action.sagaId,
    message: null,
    started_at: action.at,
    updated_at: action.at,
  })
}

const insert = prepared((db, row: Omit<Tables['actions'], 'number'>) =>
  db.insertInto('actions').values(row),
)

/** Says how the saga's action ended: without a message well, else badly. */
export async function close(
  tx: Tx,
  sagaId: string,
  message: string | null,
  at: Instant,
): Promise<void> {
  await updateOfSaga(tx, { sagaId, message, at })
}

type Closing = { readonly sagaId: string; readonly message: string | null; readonly at: Instant }

const updateOfSaga = prepared((db, { sagaId, message, at }: Closing) =>
  db.updateTable('actions').set({ message, updated_at: at }).where('saga_id', '=', sagaId),
)

/** Names the saga that does what was asked, for an action that had to wait for another operation to give way. */
export async function attach(
  tx: Tx,
  serverId: ServerId,
  name: string,
  sagaId: string,
): Promise<void> {
  await tx
    .updateTable('actions')
    .set({ saga_id: sagaId })
    .where('server_id', '=', serverId)
    .where('name', '=', name)
    .where('saga_id', 'is', null)
    .execute()
}

/** Says that what was asked for, and had to wait, cannot be done any more. */
export async function refuse(tx: Tx, serverId: ServerId, name: string, at: Instant): Promise<void> {
  await tx
    .updateTable('actions')
    .set({ message: 'Error', updated_at: at })
    .where('server_id', '=', serverId)
    .where('name', '=', name)
    .where('saga_id', 'is', null)
    .execute()
}

/** The server's actions, newest first, without their events. */
export async function listOf(
  reader: Reader,
  serverId: ServerId,
  page: {
    readonly limit: number
    readonly before?: number
    readonly changedSince?: Instant
    readonly changedBefore?: Instant
  },
): Promise<readonly ActionRecord[]> {
  let query = reader
    .selectFrom('actions')
    .selectAll()
    .where('server_id', '=', serverId)
    .orderBy('number', 'desc')
    .limit(page.limit)
  if (page.before !== undefined) query = query.where('number', '<', page.before)
  if (page.changedSince !== undefined) query = query.where('updated_at', '>=', page.changedSince)
  if (page.changedBefore !== undefined) query = query.where('updated_at', '<=', page.changedBefore)
  return (await query.execute()).map((row) => toAction(row, []))
}

/** One action with its events, newest event first; null when the server had no such request. */
export async function find(
  reader: Reader,
  serverId: ServerId,
  requestId: string,
): Promise<ActionRecord | null> {
  const row = await reader
    .selectFrom('actions')
    .selectAll()
    .where('server_id', '=', serverId)
    .where('request_id', '=', requestId)
    .executeTakeFirst()
  if (row === undefined) return null
  const entries = row.saga_id === null ? [] : await log.entriesOf(reader, [row.saga_id])
  return toAction(row, entries.map(toEvent).toReversed())
}

function toAction(
  row: Selectable<Tables['actions']>,
  events: readonly ActionEvent[],
): ActionRecord {
  return {
    number: row.number,
    // Ids were written by `add` from values of these very types.
    serverId: row.server_id as ServerId,
    name: row.name,
    requestId: row.request_id,
    projectId: row.project_id as ProjectId,
    userId: row.user_id as UserId,
    message: row.message,
    startedAt: row.started_at,
    updatedAt: row.updated_at,
    events,
  }
}

function toEvent(entry: LogEntry): ActionEvent {
  return {
    event: entry.event,
    title: entry.direction === 'do' ? entry.title : `Undo: ${entry.title}`,
    startedAt: entry.startedAt,
    finishedAt: entry.finishedAt,
    result: entry.outcome === 'started' ? null : entry.outcome === 'done' ? 'Success' : 'Error',
    retries: entry.attempts,
    details: entry.problem?.message ?? null,
    // A step's host is a host name or nothing.
    host: entry.host as HostName | null,
  }
}

/** Which requests asked for these operations, by operation. Some were asked for by nobody. */
export async function requestsOf(
  reader: Reader,
  sagaIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await reader
    .selectFrom('actions')
    .select(['saga_id', 'request_id'])
    .where('saga_id', 'in', sagaIds)
    .execute()
  return new Map(
    rows.flatMap((row) => (row.saga_id === null ? [] : [[row.saga_id, row.request_id]])),
  )
}
