/** Shelving servers, taking them off their hosts, and bringing them back. */
import { allow } from '../../domain/server-actions.ts'
import { defaultZone } from '../../domain/host.ts'
import type { Identity } from '../../domain/identity.ts'
import type { HostName, ImageId } from '../../domain/ids.ts'
import type { Server } from '../../domain/server.ts'
import { problem } from '../../lib/problem.ts'
import { chargeExactly } from '../../operations/charging.ts'
import { shelveServer } from '../../operations/shelve.ts'
import { offloadServer } from '../../operations/shelve-offload.ts'
import { takeOffShelf, unshelveServer } from '../../operations/unshelve.ts'
import * as hosts from '../../store/compute/hosts.ts'
import * as servers from '../../store/compute/servers.ts'
import type { Tx } from '../../store/store.ts'
import { authorize } from '../authorize.ts'
import type { RequestContext } from '../context.ts'
import { begin, onServer } from './context.ts'
import type { ServerContext } from './context.ts'
import { beginOnHost, hostOf } from './power.ts'
import { isVolumeBacked } from './volume-backed.ts'

export async function shelve(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
): Promise<void> {
  await onServer(ctx, who, id, async (tx, server) => {
    authorize(who, 'os-shelve:shelve', server)
    allow(who, server, 'shelve')
    if (isVolumeBacked(server)) return await putAside(ctx, tx, who, request, server)
    const params = {
      serverId: server.id,
      host: hostOf(server),
      // Random like every id of an image.
      imageId: ctx.ids.uuid() as ImageId,
      runs: server.vmState === 'active',
      offload: ctx.settings.offloadAfterMs === 0,
    }
    const begun = await servers.change(tx, server, { taskState: 'shelving' }, ctx.clock.now())
    await begin(ctx, tx, who, request, begun, { saga: shelveServer, params, action: 'shelve' })
  })
}

/** Nothing of a server that boots from a volume is lost with its host: it leaves at once, without an image. */
async function putAside(
  ctx: ServerContext,
  tx: Tx,
  who: Identity,
  request: RequestContext,
  server: Server,
): Promise<void> {
  const params = { serverId: server.id, host: hostOf(server) }
  const begun = await servers.change(tx, server, { taskState: 'shelving' }, ctx.clock.now())
  await begin(ctx, tx, who, request, begun, { saga: offloadServer, params, action: 'shelve' })
}

export async function shelveOffload(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
): Promise<void> {
  await beginOnHost(ctx, who, request, id, {
    rule: 'os-shelve:shelve_offload',
    does: 'shelveOffload',
    task: 'shelving_offloading',
    saga: offloadServer,
    with: {},
    action: 'shelveOffload',
  })
}

export type UnshelveWish = {
  /** A zone to be bound to from now on, null to be bound to none; absent to leave it as it is. */
  readonly availabilityZone?: string | null
  readonly host?: string
}

/**
 * Brings a server back.
 * @throws `conflict` when a place is named for a server that is still on its host, `invalid` when there is no such place,
 *   `over-quota` when others have been given its size meanwhile.
 */
export async function unshelve(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  wish: UnshelveWish,
): Promise<void> {
  await onServer(ctx, who, id, async (tx, server) => {
    authorize(who, 'os-shelve:unshelve', server)
    if (wish.host !== undefined) authorize(who, 'os-shelve:unshelve_to_host', server)
    allow(who, server, 'unshelve')
    const action = 'unshelve'
    const imageId = server.shelved?.imageId ?? null
    if (server.vmState === 'shelved') {
      refusePlace(server, wish)
      const params = { serverId: server.id, host: hostOf(server), imageId }
      const begun = await servers.change(tx, server, { taskState: 'unshelving' }, ctx.clock.now())
      await begin(ctx, tx, who, request, begun, { saga: takeOffShelf, params, action })
      return
    }
    const zone = await zoneFor(tx, server, wish)
    const only = wish.host === undefined ? null : await hostFor(tx, wish.host, zone)
    const attemptsMax = only === null ? ctx.settings.attemptsMax : 1
    await chargeExactly(tx, server, server.flavor)
    const params = { serverId: server.id, imageId, zone, only, attemptsMax }
    const begun = await servers.change(tx, server, { taskState: 'unshelving' }, ctx.clock.now())
    await begin(ctx, tx, who, request, begun, { saga: unshelveServer, params, action })
  })
}

function refusePlace(server: Server, wish: UnshelveWish): void {
  if (wish.availabilityZone === undefined && wish.host === undefined) return
  const message =
    'Unshelving an instance to a specified availability zone or host is only supported when the server is SHELVED_OFFLOADED.'
  throw problem('conflict', message, { server: server.id })
}

async function zoneFor(tx: Tx, server: Server, wish: UnshelveWish): Promise<string | null> {
  const zone = wish.availabilityZone
  if (zone === undefined) return server.pinnedZone
  if (zone === null || zone === defaultZone) return zone
  const all = await hosts.list(tx)
  if (all.some((host) => host.zone === zone)) return zone
  throw problem('invalid', 'The requested availability zone is not available', { zone })
}

async function hostFor(tx: Tx, name: string, zone: string | null): Promise<HostName> {
  // A name that no host has finds nothing.
  const host = await hosts.find(tx, name as HostName)
  if (host === null) {
    throw problem('invalid', `Compute host ${name} could not be found.`, { host: name })
  }
  if (zone !== null && host.zone !== zone) {
    const message = `Host ${name} is not in the availability zone ${zone}.`
    throw problem('invalid', message, { host: name, zone })
  }
  return host.name
}
