/** What a new cloud starts with: one network for everybody, with room for many servers. */
import type { NetworkId, ProjectId, SubnetId } from '../../domain/ids.ts'
import { parseBlock } from '../../domain/network/address.ts'
import { usualPools } from '../../domain/network/pools.ts'
import type { Instant } from '../../lib/clock.ts'
import type { Ids } from '../../lib/ids.ts'
import { assert } from '../../lib/problem.ts'
import * as networks from '../../store/network/networks.ts'
import * as groups from '../../store/network/security-groups.ts'
import * as subnets from '../../store/network/subnets.ts'
import type { Tx } from '../../store/store.ts'

export type SeedNetwork = { readonly name: string; readonly cidr: string; readonly gateway: string }

export const usualNetwork: SeedNetwork = {
  name: 'private',
  cidr: '10.0.0.0/16',
  gateway: '10.0.0.1',
}

/** Writes it, for an empty database. The network is the owner's and shared with every project. */
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
    shared: true,
    external: false,
    isDefault: false,
    mtu: 1450,
    portSecurity: true,
  })
  await subnets.add(tx, {
    ...kept,
    id: subnetId,
    networkId,
    name: `${network.name}-subnet`,
    ipVersion: block.version,
    cidr: network.cidr,
    gateway: network.gateway,
    dhcp: true,
    nameservers: [],
    hostRoutes: [],
    pools: usualPools(block, network.gateway),
    raMode: null,
    addressMode: null,
  })
  for (const project of projects) await groups.ensureDefault(tx, project, at)
  return { networkId, subnetId }
}
