/** Ports that serve the network itself: gateways, interfaces of routers, what holds a floating address. */
import type { NetworkId, PortId, ProjectId } from '../../domain/ids.ts'
import type { Port } from '../../domain/network/network.ts'
import * as records from '../../store/network/port-records.ts'
import { giveAddresses } from '../../store/network/ports.ts'
import type { AddressWish } from '../../store/network/ports.ts'
import type { Tx } from '../../store/store.ts'
import type { Context } from '../context.ts'

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
