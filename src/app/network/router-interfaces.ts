/** What joins a router to a subnet: a port with the subnet's gateway address, or one that exists already. */
import type { Identity } from '../../domain/identity.ts'
import type { SubnetId } from '../../domain/ids.ts'
import { overlaps } from '../../domain/network/address.ts'
import type { Port, Router, Subnet } from '../../domain/network/network.ts'
import { owners } from '../../domain/network/network.ts'
import { problem } from '../../lib/problem.ts'
import { blockOf } from '../../store/network/addresses.ts'
import * as floatingIps from '../../store/network/floating-ips.ts'
import * as records from '../../store/network/port-records.ts'
import { interfacesOf } from '../../store/network/routers.ts'
import * as subnets from '../../store/network/subnets.ts'
import type { Reader, Tx } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { requireChange } from './policy.ts'
import { visiblePort } from './ports.ts'
import { bad, visibleRouter } from './routers.ts'
import { makePort } from './service-ports.ts'
import { visibleSubnet } from './subnets.ts'

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
  await refuseOverlap(tx, router, subnet)
  return await makeInterface(ctx, tx, router, subnet)
}

/** The port of a router on a subnet, with the address that is the subnet's gateway. */
export async function makeInterface(
  ctx: Context,
  tx: Tx,
  router: Router,
  subnet: Subnet,
): Promise<Port> {
  if (subnet.gateway === null) throw bad('Subnet for router interface must have a gateway IP')
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
