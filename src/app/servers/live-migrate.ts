/** Migrating servers live, and steering moves that are under way. */
import { allow } from '../../domain/server-actions.ts'
import type { Identity } from '../../domain/identity.ts'
import type { HostName, MigrationId } from '../../domain/ids.ts'
import type { Migration, Server } from '../../domain/server.ts'
import type { MigrationStatus } from '../../domain/states.ts'
import { problem } from '../../lib/problem.ts'
import { forceComplete as hurrying, steeringSubject } from '../../operations/force-complete.ts'
import { serverSubject } from '../../operations/kit.ts'
import { aborted } from '../../operations/live-ends.ts'
import { liveMigrate as moving } from '../../operations/live-migrate.ts'
import * as hosts from '../../store/compute/hosts.ts'
import * as migrations from '../../store/compute/migrations.ts'
import * as servers from '../../store/compute/servers.ts'
import type { Tx } from '../../store/store.ts'
import { authorize } from '../authorize.ts'
import type { RequestContext } from '../context.ts'
import { begin, onServer, note } from './context.ts'
import type { ServerContext } from './context.ts'
import { refuseForceWithoutHost } from './host-checks.ts'
import { hostOf } from './power.ts'

export type LiveMigrateWish = {
  readonly host: string | null
  /** Whether that host is taken whatever rules speak against it, as long as there is room. */
  readonly forced?: boolean
  /** Whether disks move too; null lets the hosts find out. */
  readonly blockMigration: boolean | null
}

/** @throws `invalid` when the named host will not do. Everything else is found out while it is tried. */
export async function liveMigrate(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  wish: LiveMigrateWish,
): Promise<void> {
  await onServer(ctx, who, id, async (tx, server) => {
    authorize(who, 'os-migrate-server:migrate_live', server)
    if (wish.host !== null) authorize(who, 'os-migrate-server:migrate_live:host', server)
    refuseForceWithoutHost(wish)
    allow(who, server, 'live-migrate')
    const only = wish.host === null ? null : await namedHost(tx, server, wish.host)
    const params = {
      serverId: server.id,
      // Random like every id of a migration.
      migrationId: ctx.ids.uuid() as MigrationId,
      source: hostOf(server),
      only,
      forced: wish.forced === true,
      attemptsMax: only === null ? ctx.settings.attemptsMax : 1,
      blockMigration: wish.blockMigration,
      atOnce: ctx.settings.liveMigrationsAtOnce,
    }
    const begun = await servers.change(tx, server, { taskState: 'migrating' }, ctx.clock.now())
    const action = 'live-migration'
    await begin(ctx, tx, who, request, begun, { saga: moving, params, action })
  })
}

/** Which move of a server: its number, or its id. */
export type MoveRef = string

/**
 * Calls a live move off.
 * @throws `not-found` when the server has no such move, `invalid` when it has come too far, or not far enough for callers that
 *   do not know of waiting moves.
 */
export async function abortLiveMigration(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  ref: MoveRef,
  options: { readonly evenWaiting: boolean },
): Promise<void> {
  await onServer(ctx, who, id, async (tx, server) => {
    authorize(who, 'servers:migrations:delete', server)
    allow(who, server, 'abort-migration')
    const migration = await liveMoveOf(tx, server, ref)
    const statuses: readonly MigrationStatus[] = options.evenWaiting
      ? ['queued', 'preparing', 'running']
      : ['running']
    inStatusOrRefuse(server, migration, statuses, 'abort live migration')
    await ctx.interrupt(tx, serverSubject(server.id), aborted)
    await note(ctx, tx, who, request, server, 'live_migration_cancel', null)
  })
}

/** Hurries a live move. @throws `not-found`, `invalid` when it is not moving the guest just now. */
export async function forceComplete(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  ref: MoveRef,
): Promise<void> {
  await onServer(ctx, who, id, async (tx, server) => {
    authorize(who, 'servers:migrations:force_complete', server)
    allow(who, server, 'force-complete')
    const migration = await liveMoveOf(tx, server, ref)
    inStatusOrRefuse(server, migration, ['running'], 'force_complete')
    const params = { serverId: server.id, source: hostOf(server) }
    const subject = steeringSubject(server.id)
    const sagaId = await ctx.start(tx, hurrying, { subject, params })
    await note(ctx, tx, who, request, server, 'live_migration_force_complete', sagaId)
  })
}

async function liveMoveOf(tx: Tx, server: Server, ref: MoveRef): Promise<Migration> {
  const migration = await migrations.openOf(tx, server.id)
  const isMeant = migration !== null && [String(migration.number), migration.id].includes(ref)
  if (isMeant && migration.kind === 'live-migration') return migration
  const message = `Migration ${ref} not found for instance ${server.id}`
  throw problem('not-found', message, { server: server.id })
}

function inStatusOrRefuse(
  server: Server,
  migration: Migration,
  statuses: readonly MigrationStatus[],
  method: string,
): void {
  if (statuses.includes(migration.status)) return
  const message = `Migration ${migration.number} state of instance ${server.id} is ${migration.status}. Cannot ${method} while the migration is in this state.`
  throw problem('invalid', message, { server: server.id })
}

async function namedHost(tx: Tx, server: Server, name: string): Promise<HostName> {
  // A name that no host has finds nothing.
  const host = await hosts.find(tx, name as HostName)
  if (host === null) {
    throw problem('invalid', `Compute host ${name} could not be found.`, { host: name })
  }
  if (host.name === server.host) {
    const message = `Unable to migrate instance (${server.id}) to current host (${name}).`
    throw problem('invalid', message, { host: name })
  }
  return host.name
}
