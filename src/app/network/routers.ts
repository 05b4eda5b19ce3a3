/** Routers: what joins subnets, and joins them to an external network. */
import type { Identity } from '../../domain/identity.ts'
import type { NetworkId, PortId, ProjectId, SubnetId } from '../../domain/ids.ts'
import { overlaps } from '../../domain/network/address.ts'
import type { Port, Router, Subnet } from '../../domain/network/network.ts'
import { owners } from '../../domain/network/network.ts'
import { problem } from '../../lib/problem.ts'
import { blockOf } from '../../store/network/addresses.ts'
import * as floatingIps from '../../store/network/floating-ips.ts'
import * as records from '../../store/network/port-records.ts'
import { giveAddresses } from '../../store/network/ports.ts'
import type { AddressWish } from '../../store/network/ports.ts'
import * as quotas from '../../store/network/quotas.ts'
import * as routers from '../../store/network/routers.ts'
import * as subnets from '../../store/network/subnets.ts'
import type { Reader, Tx } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { visibleNetwork } from './networks.ts'
import { isTrusted, projectFor, requireChange, requireSight, requireTrust, sees } from './policy.ts'
import { visiblePort } from './ports.ts'
import { visibleSubnet } from './subnets.ts'

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
): Promise<RouterWithGateway> {
  return await ctx.store.transaction(async (tx) => {
    const router = await visibleRouter(tx, who, id)
    requireChange(who, router, 'update_router')
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

export async function deleteRouter(ctx: Context, who: Identity, id: string): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const router = await visibleRouter(tx, who, id)
    requireChange(who, router, 'delete_router')
    if ((await interfacesOf(tx, router)).length > 0) {
      throw problem('conflict', `Router ${id} still has ports`, { type: 'RouterInUse' })
    }
    await clearGateway(tx, router)
    await routers.remove(tx, router.id)
  })
}

/** Where an interface goes: onto a subnet, with its gateway address, or where a port is already. */
export type InterfaceWish = { readonly subnetId: string } | { readonly portId: string }
export type Interface = {
  readonly router: Router
  readonly port: Port
  readonly subnetId: SubnetId
}

export async function addInterface(
  ctx: Context,
  who: Identity,
  id: string,
  wish: InterfaceWish,
): Promise<Interface> {
  return await ctx.store.transaction(async (tx) => {
    const router = await visibleRouter(tx, who, id)
    requireChange(who, router, 'add_router_interface')
    const port =
      'subnetId' in wish
        ? await interfaceOn(ctx, tx, router, await visibleSubnet(tx, who, wish.subnetId))
        : await adoptPort(tx, router, await visiblePort(tx, who, wish.portId))
    const [first] = port.fixedIps
    if (first === undefined) throw bad(`Router port must have at least one fixed IP`)
    return { router, port, subnetId: first.subnetId }
  })
}

export async function removeInterface(
  ctx: Context,
  who: Identity,
  id: string,
  wish: InterfaceWish,
): Promise<Interface> {
  return await ctx.store.transaction(async (tx) => {
    const router = await visibleRouter(tx, who, id)
    requireChange(who, router, 'remove_router_interface')
    const port = (await interfacesOf(tx, router)).find((each) =>
      'portId' in wish
        ? each.id === wish.portId
        : each.fixedIps.some(({ subnetId }) => subnetId === wish.subnetId),
    )
    const subnetId = port?.fixedIps[0]?.subnetId
    if (port === undefined || subnetId === undefined) {
      const what = 'portId' in wish ? wish.portId : wish.subnetId
      const message = `Router ${id} does not have an interface with id ${what}`
      throw problem('not-found', message, { type: 'RouterInterfaceNotFound' })
    }
    if (await floatingIps.needRouter(tx, router.id, subnetId)) {
      const message = `Router interface for subnet ${subnetId} on router ${id} cannot be deleted, as it is required by one or more floating IPs.`
      throw problem('conflict', message, { type: 'RouterInterfaceInUseByFloatingIP' })
    }
    await records.remove(tx, [port.id])
    return { router, port, subnetId }
  })
}

async function interfaceOn(ctx: Context, tx: Tx, router: Router, subnet: Subnet): Promise<Port> {
  if (subnet.gateway === null) throw bad('Subnet for router interface must have a gateway IP')
  await refuseOverlap(tx, router, subnet)
  return await makePort(ctx, tx, {
    networkId: subnet.networkId,
    projectId: router.projectId,
    deviceId: router.id,
    deviceOwner: owners.routerInterface,
    fixedIps: [{ subnetId: subnet.id, address: subnet.gateway }],
  })
}

async function adoptPort(tx: Tx, router: Router, port: Port): Promise<Port> {
  if (port.deviceId !== '') {
    const message = `Unable to complete operation on port ${port.id} for network ${port.networkId}. Port already has an attached device ${port.deviceId}.`
    throw problem('conflict', message, { type: 'PortInUse' })
  }
  for (const { subnetId } of port.fixedIps)
    await refuseOverlap(tx, router, await subnets.get(tx, subnetId))
  const { fixedIps: _, securityGroups: __, bindings: ___, ...bare } = port
  const plugged = {
    deviceId: router.id,
    deviceOwner: owners.routerInterface,
    status: 'ACTIVE' as const,
  }
  await records.save(tx, { ...bare, ...plugged, revision: port.revision + 1 })
  return await records.get(tx, port.id)
}

async function refuseOverlap(reader: Reader, router: Router, subnet: Subnet): Promise<void> {
  for (const { fixedIps } of await interfacesOf(reader, router)) {
    for (const { subnetId } of fixedIps) {
      if (subnetId === subnet.id) throw bad(`Router already has a port on subnet ${subnetId}`)
      const other = await subnets.get(reader, subnetId)
      if (overlaps(blockOf(other), blockOf(subnet))) {
        throw bad(
          `Cidr ${subnet.cidr} of subnet ${subnet.id} overlaps with cidr ${other.cidr} of subnet ${subnetId}`,
        )
      }
    }
  }
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
  if (router.gatewayNetworkId === networkId && fixedIps === null) {
    const same = { ...router, snat: snat ?? router.snat }
    await routers.save(tx, same)
    return same
  }
  const without = await clearGateway(tx, router)
  const port = await makePort(ctx, tx, {
    networkId: network.id,
    // Gateways belong to nobody, so that the project does not see the external network's addresses.
    projectId: '' as ProjectId,
    deviceId: router.id,
    deviceOwner: owners.routerGateway,
    fixedIps,
  })
  const changed = {
    ...without,
    gatewayPortId: port.id,
    gatewayNetworkId: network.id,
    snat: snat ?? true,
  }
  await routers.save(tx, changed)
  return changed
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

export type ServicePort = {
  readonly networkId: NetworkId
  readonly projectId: ProjectId
  readonly deviceId: string
  readonly deviceOwner: string
  readonly fixedIps: readonly AddressWish[] | null
}

/** Makes a port that serves the network itself: no security groups, and up at once. */
export async function makePort(ctx: Context, tx: Tx, wanted: ServicePort): Promise<Port> {
  const now = ctx.clock.now()
  const { fixedIps, ...place } = wanted
  const port = {
    ...place,
    // A new id is the id of the port that is made with it.
    id: ctx.ids.uuid() as PortId,
    name: '',
    description: '',
    adminUp: true,
    status: 'ACTIVE' as const,
    portSecurity: false,
    madeFor: null,
    vnicType: 'normal',
    profile: {},
    dnsName: '',
    dhcpOptions: [],
    addressPairs: [],
    tag: null,
    createdAt: now,
    updatedAt: now,
    revision: 1,
  }
  const mac = await records.add(tx, port, { mac: null, groups: [] })
  await giveAddresses(tx, { ...port, mac }, fixedIps, ctx.random)
  return await records.get(tx, port.id)
}

async function interfacesOf(reader: Reader, router: Router): Promise<readonly Port[]> {
  const ports = await records.list(reader, { deviceIds: [router.id] })
  return ports.filter(({ deviceOwner }) => deviceOwner === owners.routerInterface)
}

async function whole(reader: Reader, router: Router): Promise<RouterWithGateway> {
  const { gatewayPortId } = router
  return {
    ...router,
    gatewayPort: gatewayPortId === null ? null : await records.get(reader, gatewayPortId),
  }
}

async function visibleRouter(reader: Reader, who: Identity, id: string): Promise<Router> {
  const router = await routers.get(reader, id)
  if (!isTrusted(who)) requireSight(who, router, routers.missing(id))
  return router
}

function bad(message: string): Error {
  return problem('invalid', `Bad router request: ${message}.`, { type: 'BadRequest' })
}
