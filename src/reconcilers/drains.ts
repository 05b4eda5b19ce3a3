/**
 * Empties hosts that operators want to work on.
 *
 * It begins the moves that servers can make without their owners, a few at a time, decides for those that were moved cold by
 * it, and says of every other server why it stays. A server whose move came to nothing is not moved again by itself: whoever
 * drains the host again asks for that.
 */
import { departures } from '../domain/drain.ts'
import type { Drain, StuckServer } from '../domain/drain.ts'
import type { MigrationId } from '../domain/ids.ts'
import type { Migration, Server } from '../domain/server.ts'
import { confirmResize } from '../operations/confirm-resize.ts'
import { liveMigrate } from '../operations/live-migrate.ts'
import { resizeServer } from '../operations/resize.ts'
import type { FailurePolicy } from '../operations/resize.ts'
import { offloadServer } from '../operations/shelve-offload.ts'
import * as drains from '../store/compute/drains.ts'
import * as migrations from '../store/compute/migrations.ts'
import { list as listMigrations } from '../store/compute/migration-list.ts'
import * as servers from '../store/compute/servers.ts'
import type { Tx } from '../store/store.ts'
import type { Reconciler } from './loops.ts'
import { beginForCloud, isFree } from './reconciling.ts'
import type { Reconciling } from './reconciling.ts'

export type DrainSettings = {
  readonly attemptsMax: number
  readonly failurePolicy: FailurePolicy
  readonly liveMigrationsAtOnce: number
}

/** How many servers leave a host at a time. */
const leavingMax = 4

export function drainHosts(ctx: Reconciling, settings: DrainSettings): Reconciler {
  const run = async (): Promise<void> => {
    const underWay = await ctx.store.read(async (reader) => await drains.underWay(reader))
    for (const drain of underWay) await drainOne(ctx, settings, drain)
  }
  return { name: 'drains', everyMs: 2_000, run }
}

async function drainOne(ctx: Reconciling, settings: DrainSettings, drain: Drain): Promise<void> {
  const { host } = drain
  const moves = await ctx.store.read(async (reader) => await migrations.touching(reader, host))
  const leaving = moves.filter(({ source, kind }) => source === host && kind !== 'evacuation')
  for (const move of leaving) await decide(ctx, move, drain)

  const here = await ctx.store.read(async (reader) => await servers.onHost(reader, host))
  const stuck: StuckServer[] = []
  let room = leavingMax - leaving.length
  for (const { id } of here) {
    const why = await ctx.store.transaction(async (tx) => {
      const server = await servers.hold(tx, id)
      const reason = await reasonToStay(tx, server, drain)
      if (reason !== null || room <= 0 || !(await isFree(tx, server))) return reason
      room -= 1
      await depart(ctx, tx, settings, server)
      return null
    })
    if (why !== null) stuck.push({ serverId: id, why })
  }
  const isEmpty = here.length === 0 && leaving.length === 0
  const isBlocked = !isEmpty && leaving.length === 0 && stuck.length === here.length
  const state = isEmpty ? 'done' : isBlocked ? 'blocked' : 'draining'
  await ctx.store.transaction(async (tx) => {
    const current = await drains.find(tx, host)
    if (current?.state !== 'draining') return
    await drains.note(tx, host, { state, stuck }, ctx.clock.now())
  })
}

/** Null when it can go, or is on its way. */
async function reasonToStay(tx: Tx, server: Server, drain: Drain): Promise<string | null> {
  if (server.taskState !== null) return null
  if (departures[server.vmState] === 'never') return `it is ${server.vmState}`
  const filter = { serverId: server.id, source: drain.host, since: drain.startedAt }
  const [last] = await listMigrations(tx, filter, { after: null, limit: 1 })
  const failed = last !== undefined && ['error', 'failed', 'cancelled'].includes(last.status)
  return failed && last.createdAt >= drain.startedAt ? 'its move came to nothing' : null
}

async function depart(
  ctx: Reconciling,
  tx: Tx,
  settings: DrainSettings,
  server: Server,
): Promise<void> {
  const { host, id: serverId } = server
  if (host === null) return
  const now = ctx.clock.now()
  // Random like every id of a migration.
  const migrationId = ctx.ids.uuid() as MigrationId
  const anywhere = { only: null, attemptsMax: settings.attemptsMax } as const
  const move = { serverId, migrationId, source: host, ...anywhere }
  switch (departures[server.vmState]) {
    case 'never':
      return
    case 'live': {
      const begun = await servers.change(tx, server, { taskState: 'migrating' }, now)
      const params = { ...move, blockMigration: null, atOnce: settings.liveMigrationsAtOnce }
      const action = 'live-migration'
      return await beginForCloud(ctx, tx, begun, { saga: liveMigrate, params, action })
    }
    case 'cold': {
      const begun = await servers.change(tx, server, { taskState: 'resize_prep' }, now)
      const flavors = { oldFlavor: server.flavor, newFlavor: server.flavor }
      const how = { kind: 'migration', resting: 'stopped', sameHostAllowed: false } as const
      const params = { ...move, ...flavors, ...how, policy: settings.failurePolicy }
      return await beginForCloud(ctx, tx, begun, { saga: resizeServer, params, action: 'migrate' })
    }
    case 'offload': {
      const begun = await servers.change(tx, server, { taskState: 'shelving_offloading' }, now)
      const operation = { saga: offloadServer, params: { serverId, host } }
      return await beginForCloud(ctx, tx, begun, { ...operation, action: 'shelveOffload' })
    }
  }
}

/** Confirms a cold move that was begun here; one that its owner began is for its owner to decide. */
async function decide(ctx: Reconciling, move: Migration, drain: Drain): Promise<void> {
  const { id: migrationId, serverId, source, status, kind, createdAt } = move
  if (source === null || status !== 'finished' || kind !== 'migration') return
  if (createdAt < drain.startedAt) return
  await ctx.store.transaction(async (tx) => {
    const server = await servers.hold(tx, serverId)
    if (server.vmState !== 'resized' || !(await isFree(tx, server))) return
    const params = { serverId, migrationId, source }
    await beginForCloud(ctx, tx, server, { saga: confirmResize, params, action: 'confirmResize' })
  })
}
