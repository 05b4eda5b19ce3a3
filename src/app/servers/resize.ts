/** Resizing and migrating servers, and deciding what becomes of it. */
import { allow } from '../../domain/server-actions.ts'
import { resized } from '../../domain/flavor.ts'
import type { Flavor } from '../../domain/flavor.ts'
import type { Identity } from '../../domain/identity.ts'
import type { HostName, MigrationId } from '../../domain/ids.ts'
import type { FlavorCopy, Migration, Server } from '../../domain/server.ts'
import { problem } from '../../lib/problem.ts'
import { chargeForBoth } from '../../operations/charging.ts'
import { confirmResize as confirming } from '../../operations/confirm-resize.ts'
import { cleaningSubject } from '../../operations/kit.ts'
import { resizeServer } from '../../operations/resize.ts'
import type { FailurePolicy } from '../../operations/resize.ts'
import { revertResize as reverting } from '../../operations/revert-resize.ts'
import * as flavors from '../../store/compute/flavors.ts'
import * as hosts from '../../store/compute/hosts.ts'
import * as migrations from '../../store/compute/migrations.ts'
import * as servers from '../../store/compute/servers.ts'
import { activeOn } from '../../store/sagas/reading.ts'
import type { Tx } from '../../store/store.ts'
import { authorize } from '../authorize.ts'
import type { RequestContext } from '../context.ts'
import { begin, onServer } from './context.ts'
import type { ServerContext } from './context.ts'
import { upOrRefuse } from './host-checks.ts'
import { hostOf } from './power.ts'

export type ResizeWish = {
  readonly flavorRef: string
  readonly diskConfig?: 'AUTO' | 'MANUAL'
  readonly policy?: FailurePolicy
}

/**
 * Begins a resize to another flavor.
 * @throws `conflict` when the state does not allow it or the host is down, `invalid` for a flavor that will not do,
 *   `over-quota`.
 */
export async function resize(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  wish: ResizeWish,
): Promise<void> {
  await onServer(ctx, who, id, async (tx, server) => {
    authorize(who, 'servers:resize', server)
    allow(who, server, 'resize')
    const flavor = suitable(server, await flavors.find(tx, wish.flavorRef), wish.flavorRef)
    const diskConfig = wish.diskConfig ?? server.diskConfig
    await moveCold(
      ctx,
      tx,
      who,
      request,
      { ...server, diskConfig },
      {
        kind: 'resize',
        newFlavor: resized(server.flavor, flavor),
        only: null,
        policy: wish.policy ?? request.failurePolicy ?? ctx.settings.failurePolicy,
      },
    )
  })
}

/** Begins a cold migration, to the named host or wherever there is room. */
export async function migrate(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  wish: { readonly host: string | null; readonly policy?: FailurePolicy },
): Promise<void> {
  await onServer(ctx, who, id, async (tx, server) => {
    authorize(who, 'os-migrate-server:migrate', server)
    if (wish.host !== null) authorize(who, 'os-migrate-server:migrate:host', server)
    allow(who, server, 'migrate')
    const only = wish.host === null ? null : await namedHost(tx, server, wish.host)
    await moveCold(ctx, tx, who, request, server, {
      kind: 'migration',
      newFlavor: server.flavor,
      only,
      policy: wish.policy ?? request.failurePolicy ?? ctx.settings.failurePolicy,
    })
  })
}

export async function confirmResize(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
): Promise<void> {
  await onServer(ctx, who, id, async (tx, server) => {
    authorize(who, 'servers:confirm_resize', server)
    allow(who, server, 'confirmResize')
    const migration = await finishedMove(tx, server)
    const source = await upOrRefuse(ctx, tx, migration.source)
    const params = { serverId: server.id, migrationId: migration.id, source }
    const action = 'confirmResize'
    await begin(ctx, tx, who, request, server, { saga: confirming, params, action })
  })
}

export async function revertResize(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
): Promise<void> {
  await onServer(ctx, who, id, async (tx, server) => {
    authorize(who, 'servers:revert_resize', server)
    allow(who, server, 'revertResize')
    const migration = await finishedMove(tx, server)
    const source = await upOrRefuse(ctx, tx, migration.source)
    const destination = await upOrRefuse(ctx, tx, migration.destination)
    await servers.change(tx, server, { taskState: 'resize_reverting' }, ctx.clock.now())
    const params = {
      serverId: server.id,
      migrationId: migration.id,
      source,
      destination,
      oldFlavor: migration.oldFlavor,
      resting: server.move?.resting ?? 'active',
    }
    const action = 'revertResize'
    await begin(ctx, tx, who, request, server, { saga: reverting, params, action })
  })
}

type ColdMove = {
  readonly kind: 'resize' | 'migration'
  readonly newFlavor: FlavorCopy
  readonly only: HostName | null
  readonly policy: FailurePolicy
}

async function moveCold(
  ctx: ServerContext,
  tx: Tx,
  who: Identity,
  request: RequestContext,
  server: Server,
  move: ColdMove,
): Promise<void> {
  const source = await upOrRefuse(ctx, tx, hostOf(server))
  await refuseUnclean(tx, server, source)
  await chargeForBoth(tx, server, server.flavor, move.newFlavor)
  const begun = { taskState: 'resize_prep', diskConfig: server.diskConfig } as const
  await servers.change(tx, server, begun, ctx.clock.now())
  const params = {
    serverId: server.id,
    // Made here so that it is known before the first step runs. Random like every id of a migration.
    migrationId: ctx.ids.uuid() as MigrationId,
    kind: move.kind,
    source,
    oldFlavor: server.flavor,
    newFlavor: move.newFlavor,
    resting: server.vmState === 'stopped' ? 'stopped' : 'active',
    policy: move.policy,
    only: move.only,
    sameHostAllowed: move.kind === 'resize' && ctx.settings.resizeToSameHost,
    attemptsMax: move.only === null ? ctx.settings.attemptsMax : 1,
  } as const
  const action = move.kind === 'resize' ? 'resize' : 'migrate'
  await begin(ctx, tx, who, request, server, { saga: resizeServer, params, action })
}

/**
 * What a server leaves behind when it moves is what brings it back. A host that still deletes what an earlier move left there
 * would delete that too: its call may be on the way already, and belongs to no operation of the server's.
 * @throws `conflict` until the host is clean, which it mostly is within seconds.
 */
async function refuseUnclean(tx: Tx, server: Server, source: HostName): Promise<void> {
  if ((await activeOn(tx, cleaningSubject(source, server.id, 'remains'))) === null) return
  const message = `Cannot move instance ${server.id}: its host is still deleting what an earlier move left there. Please try again later.`
  throw problem('conflict', message, { server: server.id, host: source })
}

/** @throws `invalid` in Nova's words. */
function suitable(server: Server, flavor: Flavor | null, wanted: string): Flavor {
  if (flavor === null || flavor.disabled) {
    throw problem('invalid', `Flavor ${wanted} could not be found.`, { flavor: wanted })
  }
  if (flavor.id === server.flavor.id) {
    throw problem('invalid', 'When resizing, instances must change flavor!', { flavor: flavor.id })
  }
  if (flavor.diskGb === 0 && server.flavor.diskGb !== 0 && server.imageId !== null) {
    throw problem(
      'invalid',
      'Flavor disk is too small: resizing to zero disk flavor is not allowed.',
      {
        flavor: flavor.id,
      },
    )
  }
  return flavor
}

async function namedHost(tx: Tx, server: Server, name: string): Promise<HostName> {
  // A name that no host has finds nothing.
  const host = await hosts.find(tx, name as HostName)
  if (host === null) {
    throw problem('invalid', `Compute host ${name} could not be found.`, { host: name })
  }
  if (host.name === server.host) {
    const message = `Cannot migrate instance ${server.id} to the current host`
    throw problem('invalid', message, { host: name })
  }
  return host.name
}

/** @throws `invalid` when nothing waits for a decision. */
async function finishedMove(tx: Tx, server: Server): Promise<Migration> {
  const migration = await migrations.openOf(tx, server.id)
  if (migration === null || migration.status !== 'finished') {
    throw problem('invalid', 'Instance has not been resized.', { server: server.id })
  }
  return migration
}
