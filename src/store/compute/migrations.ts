/**
 * Records of moves. A server has at most one open at a time, and one that has ended can hold nothing: both are constraints of
 * the database. An ended status is final.
 */
import type { Selectable } from 'kysely'
import type { HostName, MigrationId, ProjectId, ServerId, UserId } from '../../domain/ids.ts'
import type { Migration } from '../../domain/server.ts'
import { hasEnded } from '../../domain/states.ts'
import type { MigrationKind, MigrationStatus } from '../../domain/states.ts'
import type { Instant } from '../../lib/clock.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import * as changes from '../changes.ts'
import { one } from '../dialect/dialect.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

export type NewMigration = Omit<Migration, 'number' | 'createdAt' | 'updatedAt'>

/** Opens a move, or notes one that has come to nothing already. Opening the same one twice is opening it once. */
export async function open(tx: Tx, migration: NewMigration, now: Instant): Promise<void> {
  await tx
    .insertInto('migrations')
    .values({
      id: migration.id,
      server_id: migration.serverId,
      open: hasEnded(migration.status) ? null : 1,
      project_id: migration.projectId,
      user_id: migration.userId,
      kind: migration.kind,
      status: migration.status,
      source_host: migration.source,
      dest_host: migration.destination,
      old_flavor: toJson(migration.oldFlavor),
      new_flavor: toJson(migration.newFlavor),
      progress: null,
      hidden: 0,
      created_at: now,
      updated_at: now,
    })
    .onConflict((c) => c.column('id').doNothing())
    .execute()
  await tell(tx, migration.id, migration.projectId, migration.status, now)
}

/**
 * Moves a migration on. An ended status closes it, which the database refuses while the migration holds anything.
 * @throws `conflict` when it has ended already with another status.
 */
export async function enter(
  tx: Tx,
  id: MigrationId,
  status: MigrationStatus,
  now: Instant,
  change: { readonly destination?: HostName | null } = {},
): Promise<void> {
  const row = await tx
    .updateTable('migrations')
    .set({
      status,
      open: hasEnded(status) ? null : 1,
      updated_at: now,
      ...(change.destination === undefined ? {} : { dest_host: change.destination }),
    })
    .where('id', '=', id)
    .where((e) => e.or([e('open', '=', 1), e('status', '=', status)]))
    .returning('project_id')
    .executeTakeFirst()
  if (row === undefined) throw problem('conflict', 'The migration has ended', { migration: id })
  // Written by `open` from such an id.
  await tell(tx, id, row.project_id as ProjectId, status, now)
}

/** Notes how far the driver has come, as JSON. */
export async function setProgress(tx: Tx, id: MigrationId, progress: string): Promise<void> {
  await tx.updateTable('migrations').set({ progress }).where('id', '=', id).execute()
}

export async function find(reader: Reader, id: MigrationId): Promise<Migration | null> {
  const row = await reader
    .selectFrom('migrations')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  return row === undefined ? null : toMigration(row)
}

/** The server's open move, or null. */
export async function openOf(reader: Reader, serverId: ServerId): Promise<Migration | null> {
  const [row] = (await selectOpen(reader, { serverId })).rows
  return row === undefined ? null : toMigration(row)
}

const selectOpen = prepared((db, by: { serverId: ServerId }) =>
  db
    .selectFrom('migrations')
    .selectAll()
    .where('server_id', '=', by.serverId)
    .where('open', '=', one),
)

/** Open moves from or to a host: who is, was or will be there. */
export async function touching(reader: Reader, host: HostName): Promise<readonly Migration[]> {
  const rows = await reader
    .selectFrom('migrations')
    .selectAll()
    .where('open', '=', 1)
    .where((e) => e.or([e('source_host', '=', host), e('dest_host', '=', host)]))
    .orderBy('number')
    .execute()
  return rows.map(toMigration)
}

/** Evacuations that are under way, or whose source still owes to be cleaned. */
export async function openEvacuations(reader: Reader): Promise<readonly Migration[]> {
  const rows = await reader
    .selectFrom('migrations')
    .selectAll()
    .where('open', '=', 1)
    .where('kind', '=', 'evacuation')
    .orderBy('number')
    .execute()
  return rows.map(toMigration)
}

/** Those whose source still owes to be cleaned. */
export async function doneEvacuations(reader: Reader): Promise<readonly Migration[]> {
  const rows = await reader
    .selectFrom('migrations')
    .selectAll()
    .where('open', '=', 1)
    .where('kind', '=', 'evacuation')
    .where('status', '=', 'done')
    .orderBy('number')
    .execute()
  return rows.map(toMigration)
}

/** Cold moves that have waited for a decision since before the instant. */
export async function finishedBefore(
  reader: Reader,
  instant: Instant,
): Promise<readonly Migration[]> {
  const rows = await reader
    .selectFrom('migrations')
    .selectAll()
    .where('open', '=', 1)
    .where('status', '=', 'finished')
    .where('updated_at', '<=', instant)
    .orderBy('number')
    .execute()
  return rows.map(toMigration)
}

export function toMigration(row: Selectable<Tables['migrations']>): Migration {
  return {
    // Ids and states were written by this file from values of these very types.
    id: row.id as MigrationId,
    number: row.number,
    serverId: row.server_id as ServerId,
    projectId: row.project_id as ProjectId,
    userId: row.user_id as UserId,
    kind: row.kind as MigrationKind,
    status: row.status as MigrationStatus,
    source: row.source_host as HostName | null,
    destination: row.dest_host as HostName | null,
    oldFlavor: fromJson(row.old_flavor),
    newFlavor: fromJson(row.new_flavor),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

async function tell(
  tx: Tx,
  id: MigrationId,
  projectId: ProjectId,
  status: MigrationStatus,
  at: Instant,
): Promise<void> {
  await changes.record(tx, { topic: 'migration', key: id, projectId, at, data: { status } })
}
