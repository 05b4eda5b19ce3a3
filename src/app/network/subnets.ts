/** Subnets: blocks of addresses on a network. */
import type { Identity } from '../../domain/identity.ts'
import type { NetworkId, ProjectId, SubnetId } from '../../domain/ids.ts'
import {
  contains,
  formatAddress,
  formatBlock,
  overlaps,
  parseAddress,
  parseBlock,
} from '../../domain/network/address.ts'
import type { Block } from '../../domain/network/address.ts'
import type { Subnet } from '../../domain/network/network.ts'
import { rangesOf, usualPools } from '../../domain/network/pools.ts'
import type { Pool } from '../../domain/network/pools.ts'
import { problem } from '../../lib/problem.ts'
import { blockOf, countTaken } from '../../store/network/addresses.ts'
import * as networks from '../../store/network/networks.ts'
import * as quotas from '../../store/network/quotas.ts'
import * as subnets from '../../store/network/subnets.ts'
import type { Reader, Tx } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { visibleNetwork } from './networks.ts'
import { blockFrom, poolFor } from './subnet-pools.ts'
import { isTrusted, owns, projectFor, requireChange, sees } from './policy.ts'
import { requireRevision } from './revisions.ts'
import type { Seen } from './revisions.ts'

/** What can be changed of a subnet. */
export type SubnetFields = Pick<
  Subnet,
  | 'name'
  | 'description'
  | 'gateway'
  | 'dhcp'
  | 'nameservers'
  | 'hostRoutes'
  | 'pools'
  | 'serviceTypes'
>

export type NewSubnet = Omit<SubnetFields, 'gateway' | 'pools'> &
  Pick<Subnet, 'ipVersion' | 'raMode' | 'addressMode'> & {
    /** The block; null for one from the pool. */
    readonly cidr: string | null
    readonly pool: { readonly id: string } | 'default' | null
    /** How long its prefix is, where the pool chooses the block. */
    readonly length: number | null
    readonly networkId: NetworkId
    readonly projectId: ProjectId | null
    /** Null for none; undefined for the first address. */
    readonly gateway: string | null | undefined
    /** Undefined for everything but the gateway. */
    readonly pools: readonly Pool[] | undefined
  }

export async function listSubnets(ctx: Context, who: Identity): Promise<readonly Subnet[]> {
  return await ctx.store.read(async (reader) => await subnets.list(reader, sees(who)))
}

export async function getSubnet(ctx: Context, who: Identity, id: string): Promise<Subnet> {
  return await ctx.store.read(async (reader) => await visibleSubnet(reader, who, id))
}

export async function createSubnets(
  ctx: Context,
  who: Identity,
  wanted: readonly NewSubnet[],
): Promise<readonly Subnet[]> {
  return await ctx.store.transaction(async (tx) => {
    const made: Subnet[] = []
    for (const each of wanted) made.push(await createOne(ctx, tx, who, each))
    return made
  })
}

export async function updateSubnet(
  ctx: Context,
  who: Identity,
  id: string,
  change: Partial<SubnetFields>,
  seen: Seen = null,
): Promise<Subnet> {
  return await ctx.store.transaction(async (tx) => {
    const subnet = await visibleSubnet(tx, who, id)
    requireChange(who, subnet, 'update_subnet')
    requireRevision(subnet, seen)
    const changed = {
      ...subnet,
      ...change,
      updatedAt: ctx.clock.now(),
      revision: subnet.revision + 1,
    }
    checkPools(blockOf(subnet), changed.pools, changed.gateway)
    await subnets.save(tx, changed)
    return changed
  })
}

/** @throws `conflict` while any port has an address of it. */
export async function deleteSubnet(
  ctx: Context,
  who: Identity,
  id: string,
  seen: Seen = null,
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const subnet = await visibleSubnet(tx, who, id)
    requireChange(who, subnet, 'delete_subnet')
    requireRevision(subnet, seen)
    if ((await countTaken(tx, subnet.id)) > 0) {
      const message = `Unable to complete operation on subnet ${id}: One or more ports have an IP allocation from this subnet.`
      throw problem('conflict', message, { type: 'SubnetInUse', subnet: id })
    }
    await subnets.remove(tx, subnet.id)
  })
}

/** @throws `not-found` also for a subnet that is somebody else's business. */
export async function visibleSubnet(reader: Reader, who: Identity, id: string): Promise<Subnet> {
  const subnet = await subnets.get(reader, id)
  if (isTrusted(who) || owns(who, subnet)) return subnet
  const network = await networks.get(reader, subnet.networkId)
  if (network.shared || owns(who, network)) return subnet
  throw subnets.missing(id)
}

async function createOne(ctx: Context, tx: Tx, who: Identity, wanted: NewSubnet): Promise<Subnet> {
  const network = await visibleNetwork(tx, who, wanted.networkId)
  requireChange(who, network, 'create_subnet')
  const projectId = projectFor(who, wanted.projectId, 'create_subnet')
  await quotas.check(tx, projectId, 'subnet')
  const { block, poolId } = await blockFor(tx, who, projectId, wanted)
  const others = await subnets.ofNetwork(tx, network.id)
  const other = others.find((each) => overlaps(blockOf(each), block))
  if (other !== undefined) {
    throw invalid(
      `Requested subnet with cidr: ${formatBlock(block)} for network: ${network.id} overlaps with another subnet.`,
    )
  }
  const gateway = wanted.gateway === undefined ? firstAddress(block) : wanted.gateway
  const pools = wanted.pools ?? usualPools(block, gateway)
  checkPools(block, pools, gateway)
  const { pool: _pool, length: _length, ...fields } = wanted
  const now = ctx.clock.now()
  const subnet = {
    ...fields,
    // A new id is the id of the subnet that is made with it.
    id: ctx.ids.uuid() as SubnetId,
    projectId,
    cidr: formatBlock(block),
    poolId,
    gateway,
    pools,
    createdAt: now,
    updatedAt: now,
    revision: 1,
  }
  await subnets.add(tx, subnet)
  return subnet
}

async function blockFor(
  tx: Tx,
  who: Identity,
  projectId: ProjectId,
  { cidr, pool: wanted, length, ipVersion }: NewSubnet,
): Promise<{ readonly block: Block; readonly poolId: string | null }> {
  if (wanted !== null) {
    const pool = await poolFor(tx, who, wanted, ipVersion)
    const block = await blockFrom(tx, pool, { projectId, version: ipVersion, cidr, length })
    return { block, poolId: pool.id }
  }
  if (cidr === null) {
    const why = 'a subnetpool must be specified in the absence of a cidr'
    throw problem('invalid', `Bad subnets request: ${why}.`, { type: 'BadRequest' })
  }
  const block = parseBlock(cidr)
  if (block === null || block.version !== ipVersion) {
    throw invalid(`Invalid CIDR ${cidr} for IPv${ipVersion}.`)
  }
  return { block, poolId: null }
}

function firstAddress(block: Block): string | null {
  const { version, first, prefix } = block
  const single = prefix >= (version === 4 ? 31 : 127)
  return single ? null : formatAddress({ version, value: first + 1n })
}

/** @throws `invalid` for bad pools, `conflict` when the gateway is in one of them: it would be given to somebody. */
function checkPools(block: Block, pools: readonly Pool[], gateway: string | null): void {
  rangesOf(block, pools)
  if (gateway === null) return
  const address = parseAddress(gateway)
  if (address === null || address.version !== block.version)
    throw invalid(`Invalid gateway ${gateway}.`)
  if (!contains(block, address)) return
  const holding = pools.find((pool) => {
    const [start, end] = [parseAddress(pool.start), parseAddress(pool.end)]
    return (
      start !== null && end !== null && address.value >= start.value && address.value <= end.value
    )
  })
  if (holding === undefined) return
  const message = `Gateway ip ${gateway} conflicts with allocation pool ${holding.start}-${holding.end}.`
  throw problem('conflict', message, { type: 'GatewayConflictWithAllocationPools' })
}

function invalid(message: string): Error {
  return problem('invalid', message, { type: 'InvalidInput' })
}
