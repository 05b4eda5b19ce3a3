/** Routers: what joins subnets, and joins them to an external network. */
import type { Identity } from '../../domain/identity.ts'
import type { NetworkId, ProjectId } from '../../domain/ids.ts'
import { canonicalAddress } from '../../domain/network/address.ts'
import type { FixedIp, HostRoute, Port, Router } from '../../domain/network/network.ts'
import { owners } from '../../domain/network/network.ts'
import { problem } from '../../lib/problem.ts'
import * as floatingIps from '../../store/network/floating-ips.ts'
import * as records from '../../store/network/port-records.ts'
import type { AddressWish } from '../../store/network/ports.ts'
import * as quotas from '../../store/network/quotas.ts'
import * as routers from '../../store/network/routers.ts'
import * as subnets from '../../store/network/subnets.ts'
import type { Reader, Tx } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { visibleNetwork } from './networks.ts'
import { isTrusted, projectFor, requireChange, requireSight, requireTrust, sees } from './policy.ts'
import { readdress } from './ports.ts'
import { requireRevision } from './revisions.ts'
import type { Seen } from './revisions.ts'
import { makePort } from './service-ports.ts'

export type Gateway = {
  readonly networkId: NetworkId
  readonly snat: boolean | null
  readonly fixedIps: readonly AddressWish[] | null
}

export type RouterFields = Pick<Router, 'name' | 'description' | 'adminUp' | 'routes'> & {
  /** Null for none. */
  readonly gateway: Gateway | null
}

export type NewRouter = RouterFields & { readonly projectId: ProjectId | null }

/** A router with the port that is its gateway. */
export type RouterWithGateway = Router & { readonly gatewayPort: Port | null }

export async function listRouters(
  ctx: Context,
  who: Identity,
): Promise<readonly RouterWithGateway[]> {
  return await ctx.store.read(async (reader) => {
    const found = await routers.list(reader, sees(who))
    const ids = found.flatMap(({ gatewayPortId }) => gatewayPortId ?? [])
    const ports = new Map((await records.list(reader, { ids })).map((port) => [port.id, port]))
    return found.map((router) => ({
      ...router,
      gatewayPort: router.gatewayPortId === null ? null : (ports.get(router.gatewayPortId) ?? null),
    }))
  })
}

export async function getRouter(
  ctx: Context,
  who: Identity,
  id: string,
): Promise<RouterWithGateway> {
  return await ctx.store.read(
    async (reader) => await whole(reader, await visibleRouter(reader, who, id)),
  )
}

export async function createRouter(
  ctx: Context,
  who: Identity,
  { gateway, projectId: asked, ...fields }: NewRouter,
): Promise<RouterWithGateway> {
  return await ctx.store.transaction(async (tx) => {
    const projectId = projectFor(who, asked, 'create_router')
    await quotas.check(tx, projectId, 'router')
    const now = ctx.clock.now()
    const none = { gatewayPortId: null, gatewayNetworkId: null, snat: true }
    const kept = { createdAt: now, updatedAt: now, revision: 1 }
    const router = { ...fields, ...none, ...kept, id: ctx.ids.uuid(), projectId }
    await routers.add(tx, router)
    const made = gateway === null ? router : await setGateway(ctx, tx, who, router, gateway)
    return await whole(tx, made)
  })
}

export async function updateRouter(
  ctx: Context,
  who: Identity,
  id: string,
  { gateway, ...change }: Partial<RouterFields>,
  seen: Seen = null,
): Promise<RouterWithGateway> {
  return await ctx.store.transaction(async (tx) => {
    const router = await visibleRouter(tx, who, id)
    requireChange(who, router, 'update_router')
    requireRevision(router, seen)
    const changed = {
      ...router,
      ...change,
      updatedAt: ctx.clock.now(),
      revision: router.revision + 1,
    }
    await routers.save(tx, changed)
    if (gateway === undefined) return await whole(tx, changed)
    const next =
      gateway === null
        ? await clearGateway(tx, changed)
        : await setGateway(ctx, tx, who, changed, gateway)
    return await whole(tx, next)
  })
}

/** Lets a router have the routes that the function makes of those that it has. */
export async function changeRoutes(
  ctx: Context,
  who: Identity,
  id: string,
  change: (known: readonly HostRoute[]) => readonly HostRoute[],
): Promise<RouterWithGateway> {
  return await ctx.store.transaction(async (tx) => {
    const router = await visibleRouter(tx, who, id)
    requireChange(who, router, 'update_router')
    const { revision, routes } = router
    const changed = { routes: change(routes), updatedAt: ctx.clock.now(), revision: revision + 1 }
    await routers.save(tx, { ...router, ...changed })
    return await whole(tx, { ...router, ...changed })
  })
}

export async function deleteRouter(
  ctx: Context,
  who: Identity,
  id: string,
  seen: Seen = null,
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const router = await visibleRouter(tx, who, id)
    requireChange(who, router, 'delete_router')
    requireRevision(router, seen)
    if ((await routers.interfacesOf(tx, router)).length > 0) {
      throw problem('conflict', `Router ${id} still has ports`, { type: 'RouterInUse' })
    }
    await clearGateway(tx, router)
    await routers.remove(tx, router.id)
  })
}

/** The port of a router on an external network. */
export async function makeGateway(
  ctx: Context,
  tx: Tx,
  router: Pick<Router, 'id'>,
  networkId: NetworkId,
  fixedIps: readonly AddressWish[] | null,
): Promise<Port> {
  return await makePort(ctx, tx, {
    networkId,
    // Gateways belong to nobody, so that the project does not see the external network's addresses.
    projectId: '' as ProjectId,
    deviceId: router.id,
    deviceOwner: owners.routerGateway,
    fixedIps,
  })
}

async function setGateway(
  ctx: Context,
  tx: Tx,
  who: Identity,
  router: Router,
  { networkId, snat, fixedIps }: Gateway,
): Promise<Router> {
  const network = await visibleNetwork(tx, who, networkId)
  if (!network.external) throw bad(`Network ${networkId} is not an external network`)
  if (snat === false) requireTrust(who, 'update_router:external_gateway_info:enable_snat')
  if (fixedIps !== null) requireTrust(who, 'update_router:external_gateway_info:external_fixed_ips')
  if (fixedIps !== null) await refuseGatewayOf(tx, network.id, fixedIps)
  if (router.gatewayNetworkId === networkId && router.gatewayPortId !== null) {
    const port = await records.get(tx, router.gatewayPortId)
    if (fixedIps !== null && areOthers(port.fixedIps, fixedIps)) {
      await readdress(ctx, tx, port, fixedIps)
    }
    const same = { ...router, snat: snat ?? router.snat }
    await routers.save(tx, same)
    return same
  }
  const without = await clearGateway(tx, router)
  const port = await makeGateway(ctx, tx, router, network.id, fixedIps)
  const changed = {
    ...without,
    gatewayPortId: port.id,
    gatewayNetworkId: network.id,
    snat: snat ?? true,
  }
  await routers.save(tx, changed)
  return changed
}

/**
 * Whether the wishes name other subnets or other addresses than the port has. One more wish for any address, on a subnet that
 * it has one on, changes nothing: that is how Neutron reads clients who repeat a subnet and leave its address out.
 */
function areOthers(known: readonly FixedIp[], wishes: readonly AddressWish[]): boolean {
  const within = (a: readonly string[], b: readonly string[]): boolean =>
    a.every((each) => b.includes(each))
  const same = (a: readonly string[], b: readonly string[]): boolean => within(a, b) && within(b, a)
  const subnetsAlike = same(
    known.map(({ subnetId }) => subnetId),
    wishes.flatMap(({ subnetId }) => subnetId ?? []),
  )
  const addressesAlike = same(
    known.map(({ address }) => address),
    wishes.flatMap(({ address }) => canonicalAddress(address ?? '') ?? []),
  )
  return !subnetsAlike || !addressesAlike
}

/** @throws `invalid` for an address that is the external network's own way out. */
async function refuseGatewayOf(
  reader: Reader,
  networkId: NetworkId,
  wishes: readonly AddressWish[],
): Promise<void> {
  const gateways = (await subnets.ofNetwork(reader, networkId)).map(({ gateway }) => gateway)
  const taken = wishes.find(({ address }) => address !== null && gateways.includes(address))
  if (taken === undefined) return
  throw bad(`External IP ${taken.address} is the same as the gateway IP`)
}

async function clearGateway(tx: Tx, router: Router): Promise<Router> {
  if (router.gatewayPortId === null) return router
  if (await floatingIps.needRouter(tx, router.id, null)) {
    const message = `Gateway cannot be updated for router ${router.id}, since a gateway to external network ${router.gatewayNetworkId} is required by one or more floating IPs.`
    throw problem('conflict', message, { type: 'RouterExternalGatewayInUseByFloatingIp' })
  }
  const changed = { ...router, gatewayPortId: null, gatewayNetworkId: null }
  await routers.save(tx, changed)
  await records.remove(tx, [router.gatewayPortId])
  return changed
}

async function whole(reader: Reader, router: Router): Promise<RouterWithGateway> {
  const { gatewayPortId } = router
  return {
    ...router,
    gatewayPort: gatewayPortId === null ? null : await records.get(reader, gatewayPortId),
  }
}

/** @throws `not-found` also for a router that is somebody else's business. */
export async function visibleRouter(reader: Reader, who: Identity, id: string): Promise<Router> {
  const router = await routers.get(reader, id)
  if (!isTrusted(who)) requireSight(who, router, routers.missing(id))
  return router
}

export function bad(message: string): Error {
  return problem('invalid', `Bad router request: ${message}.`, { type: 'BadRequest' })
}
