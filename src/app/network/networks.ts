/** Networks: making, seeing, changing and deleting them. */
import type { Identity } from '../../domain/identity.ts'
import type { NetworkId, ProjectId } from '../../domain/ids.ts'
import type { IpVersion } from '../../domain/network/address.ts'
import type { Network, Subnet } from '../../domain/network/network.ts'
import { checkCarrier } from '../../domain/network/provider.ts'
import type { Carrier } from '../../domain/network/provider.ts'
import { problem } from '../../lib/problem.ts'
import * as floatingIps from '../../store/network/floating-ips.ts'
import * as networks from '../../store/network/networks.ts'
import * as records from '../../store/network/port-records.ts'
import * as quotas from '../../store/network/quotas.ts'
import * as pools from '../../store/network/subnet-pools.ts'
import * as subnets from '../../store/network/subnets.ts'
import type { Reader, Tx } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { isTrusted, owns, projectFor, requireChange, requireTrust, sees } from './policy.ts'
import { requireRevision } from './revisions.ts'
import type { Seen } from './revisions.ts'

/** What somebody can say of a network. */
export type NetworkFields = Pick<
  Network,
  | 'name'
  | 'description'
  | 'adminUp'
  | 'shared'
  | 'external'
  | 'isDefault'
  | 'mtu'
  | 'portSecurity'
  | 'dnsDomain'
>

export type NewNetwork = NetworkFields & {
  readonly carrier: Carrier | null
  readonly id: NetworkId | null
  readonly projectId: ProjectId | null
}

/** A network with the ids of its subnets, and the scopes that their addresses are from. */
export type NetworkWithSubnets = Network & {
  readonly subnets: readonly string[]
  readonly scopes: Readonly<Record<IpVersion, string | null>>
}

export async function listNetworks(
  ctx: Context,
  who: Identity,
): Promise<readonly NetworkWithSubnets[]> {
  return await ctx.store.read(async (reader) => {
    const found = await networks.list(reader, sees(who))
    const parts = Map.groupBy(await subnets.list(reader, null), ({ networkId }) => networkId)
    const known = await pools.scopes(reader)
    return found.map((network) => whole(network, parts.get(network.id) ?? [], known))
  })
}

export async function getNetwork(
  ctx: Context,
  who: Identity,
  id: string,
): Promise<NetworkWithSubnets> {
  return await ctx.store.read(
    async (reader) => await withSubnets(reader, await visibleNetwork(reader, who, id)),
  )
}

export async function createNetworks(
  ctx: Context,
  who: Identity,
  wanted: readonly NewNetwork[],
): Promise<readonly NetworkWithSubnets[]> {
  return await ctx.store.transaction(async (tx) => {
    const made: NetworkWithSubnets[] = []
    for (const { id: asked, projectId: asker, ...fields } of wanted) {
      const projectId = projectFor(who, asker, 'create_network')
      if (fields.shared) requireTrust(who, 'create_network:shared')
      if (fields.external) requireTrust(who, 'create_network:router:external')
      if (fields.isDefault) requireTrust(who, 'create_network:is_default')
      if (fields.carrier !== null) {
        requireTrust(who, 'create_network:provider:network_type')
        checkCarrier(fields.carrier)
      }
      await quotas.check(tx, projectId, 'network')
      const now = ctx.clock.now()
      // A new id is the id of the network that is made with it.
      const id = asked ?? (ctx.ids.uuid() as NetworkId)
      await networks.add(tx, {
        ...fields,
        id,
        projectId,
        createdAt: now,
        updatedAt: now,
        revision: 1,
      })
      made.push(whole(await networks.get(tx, id), [], new Map()))
    }
    return made
  })
}

export async function updateNetwork(
  ctx: Context,
  who: Identity,
  id: string,
  change: Partial<NetworkFields>,
  seen: Seen = null,
): Promise<NetworkWithSubnets> {
  return await ctx.store.transaction(async (tx) => {
    const network = await visibleNetwork(tx, who, id)
    requireChange(who, network, 'update_network')
    requireRevision(network, seen)
    if (change.shared !== undefined && change.shared !== network.shared) {
      requireTrust(who, 'update_network:shared')
      if (network.shared) await refuseWhileShared(tx, network)
    }
    if (change.external !== undefined && change.external !== network.external) {
      requireTrust(who, 'update_network:router:external')
    }
    if (change.isDefault === true) requireTrust(who, 'update_network:is_default')
    const changed = {
      ...network,
      ...change,
      updatedAt: ctx.clock.now(),
      revision: network.revision + 1,
    }
    await networks.save(tx, changed)
    return await withSubnets(tx, changed)
  })
}

/** Deletes a network and its subnets. @throws `conflict` while anything is plugged into it. */
export async function deleteNetwork(
  ctx: Context,
  who: Identity,
  id: string,
  seen: Seen = null,
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const network = await visibleNetwork(tx, who, id)
    requireChange(who, network, 'delete_network')
    requireRevision(network, seen)
    await forgetIdleFloatingIps(tx, network)
    const [port] = await records.list(tx, { networkId: network.id })
    if (port !== undefined) {
      const message = `Unable to complete operation on network ${id}. There are one or more ports still in use on the network.`
      throw problem('conflict', message, { type: 'NetworkInUse', network: id })
    }
    for (const subnet of await subnets.ofNetwork(tx, network.id))
      await subnets.remove(tx, subnet.id)
    await networks.remove(tx, network.id)
  })
}

/** Floating IPs of an external network that lead nowhere go with it. */
async function forgetIdleFloatingIps(tx: Tx, network: Network): Promise<void> {
  if (!network.external) return
  const all = await floatingIps.list(tx, null)
  const idle = all.filter(({ networkId, portId }) => networkId === network.id && portId === null)
  for (const { id } of idle) await floatingIps.remove(tx, id)
  await records.remove(
    tx,
    idle.map(({ ownPortId }) => ownPortId),
  )
}

/** @throws `not-found` also for a network that is somebody else's business. */
export async function visibleNetwork(reader: Reader, who: Identity, id: string): Promise<Network> {
  const network = await networks.get(reader, id)
  if (isTrusted(who) || owns(who, network) || network.shared || network.external) return network
  throw networks.missing(id)
}

async function withSubnets(reader: Reader, network: Network): Promise<NetworkWithSubnets> {
  const parts = await subnets.ofNetwork(reader, network.id)
  return whole(network, parts, await pools.scopes(reader))
}

function whole(
  network: Network,
  parts: readonly Subnet[],
  known: ReadonlyMap<string, string>,
): NetworkWithSubnets {
  const scopeOf = (version: IpVersion): string | null =>
    parts
      .filter(({ ipVersion }) => ipVersion === version)
      .map(({ poolId }) => known.get(poolId ?? ''))
      .find((scope) => scope !== undefined) ?? null
  return {
    ...network,
    subnets: parts.map(({ id }) => id),
    scopes: { 4: scopeOf(4), 6: scopeOf(6) },
  }
}

async function refuseWhileShared(reader: Reader, network: Network): Promise<void> {
  const ports = await records.list(reader, { networkId: network.id })
  if (ports.every(({ projectId }) => projectId === network.projectId || projectId === '')) return
  const message = `Unable to reconfigure sharing settings for network ${network.id}. Multiple tenants are using it.`
  throw problem('conflict', message, { type: 'InvalidSharedSetting', network: network.id })
}
