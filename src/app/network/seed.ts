/** What a new cloud starts with: one network for everybody, with room for many servers, and a way to the outside. */
import type { NetworkId, ProjectId, SubnetId } from '../../domain/ids.ts'
import { parseBlock } from '../../domain/network/address.ts'
import { usualPools } from '../../domain/network/pools.ts'
import type { Router } from '../../domain/network/network.ts'
import type { Instant } from '../../lib/clock.ts'
import type { Ids } from '../../lib/ids.ts'
import { assert } from '../../lib/problem.ts'
import * as networks from '../../store/network/networks.ts'
import * as routers from '../../store/network/routers.ts'
import * as groups from '../../store/network/security-groups.ts'
import * as subnets from '../../store/network/subnets.ts'
import type { Tx } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { makeInterface } from './router-interfaces.ts'
import { makeGateway } from './routers.ts'

export type SeedNetwork = {
  readonly name: string
  readonly cidr: string
  readonly gateway: string
  /** Floating IPs come from it, and it is not shared. */
  readonly external?: boolean
}

export const usualNetwork: SeedNetwork = {
  name: 'private',
  cidr: '10.0.0.0/16',
  gateway: '10.0.0.1',
}

/** Addresses that are meant for examples, so that none of them is anybody's. */
const outside: SeedNetwork = {
  name: 'public',
  cidr: '203.0.113.0/24',
  gateway: '203.0.113.1',
  external: true,
}

/** Writes a network with a subnet, for an empty database. It is the owner's and shared with every project, or external. */
export async function seedNetwork(
  tx: Tx,
  options: {
    readonly ids: Ids
    readonly at: Instant
    readonly owner: ProjectId
    /** Projects that get their default security group at once. */
    readonly projects: readonly ProjectId[]
    readonly network?: SeedNetwork
  },
): Promise<{ readonly networkId: NetworkId; readonly subnetId: SubnetId }> {
  const { ids, at, owner, projects, network = usualNetwork } = options
  const external = network.external ?? false
  const block = parseBlock(network.cidr)
  assert(block !== null, 'the seed network has no valid block', { cidr: network.cidr })
  // New ids are the ids of what is made with them.
  const [networkId, subnetId] = [ids.uuid() as NetworkId, ids.uuid() as SubnetId]
  const kept = { projectId: owner, description: '', createdAt: at, updatedAt: at, revision: 1 }
  await networks.add(tx, {
    ...kept,
    id: networkId,
    name: network.name,
    adminUp: true,
    shared: !external,
    external,
    isDefault: external,
    mtu: 1450,
    portSecurity: true,
    dnsDomain: '',
    carrier: null,
  })
  await subnets.add(tx, {
    ...kept,
    id: subnetId,
    networkId,
    name: `${network.name}-subnet`,
    poolId: null,
    ipVersion: block.version,
    cidr: network.cidr,
    gateway: network.gateway,
    dhcp: !external,
    nameservers: [],
    hostRoutes: [],
    serviceTypes: [],
    pools: usualPools(block, network.gateway),
    raMode: null,
    addressMode: null,
  })
  for (const project of projects) await groups.ensureDefault(tx, project, at)
  return { networkId, subnetId }
}

/** Writes the external network, and a router that leads there from a subnet. */
export async function seedWayOut(
  ctx: Context,
  tx: Tx,
  { owner, subnetId }: { readonly owner: ProjectId; readonly subnetId: SubnetId },
): Promise<void> {
  const at = ctx.clock.now()
  const to = await seedNetwork(tx, { ids: ctx.ids, at, owner, projects: [], network: outside })
  const router: Router = {
    id: ctx.ids.uuid(),
    projectId: owner,
    name: 'router',
    description: '',
    adminUp: true,
    routes: [],
    gatewayPortId: null,
    gatewayNetworkId: null,
    snat: true,
    createdAt: at,
    updatedAt: at,
    revision: 1,
  }
  await routers.add(tx, router)
  const gateway = await makeGateway(ctx, tx, router, to.networkId, null)
  await routers.save(tx, { ...router, gatewayPortId: gateway.id, gatewayNetworkId: to.networkId })
  await makeInterface(ctx, tx, router, await subnets.get(tx, subnetId))
}
