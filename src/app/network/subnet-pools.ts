/** Pools of subnets: making them, and taking blocks out of them. */
import type { Identity } from '../../domain/identity.ts'
import type { ProjectId } from '../../domain/ids.ts'
import { formatBlock, overlaps, parseBlock } from '../../domain/network/address.ts'
import type { Block, IpVersion } from '../../domain/network/address.ts'
import {
  checkGrowth,
  checkLengths,
  freeBlock,
  isWithin,
  lengthOf,
  prefixesOf,
  shareOf,
  without,
} from '../../domain/network/subnet-pool.ts'
import type { SubnetPool } from '../../domain/network/subnet-pool.ts'
import { problem } from '../../lib/problem.ts'
import * as pools from '../../store/network/subnet-pools.ts'
import type { Reader } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { admitPool, refuseInOthers } from './address-scopes.ts'
import { isTrusted, owns, projectFor, requireChange, requireTrust, sees } from './policy.ts'
import { requireRevision } from './revisions.ts'
import type { Seen } from './revisions.ts'

/** What can be changed of a pool. */
export type PoolFields = Pick<
  SubnetPool,
  | 'name'
  | 'description'
  | 'prefixes'
  | 'usualLength'
  | 'leastLength'
  | 'mostLength'
  | 'quota'
  | 'isDefault'
  | 'scopeId'
>

export type NewPool = Omit<PoolFields, 'usualLength' | 'leastLength' | 'mostLength'> & {
  readonly projectId: ProjectId | null
  readonly shared: boolean
  /** Null where they follow from each other. */
  readonly usualLength: number | null
  readonly leastLength: number | null
  readonly mostLength: number | null
}

export async function listPools(ctx: Context, who: Identity): Promise<readonly SubnetPool[]> {
  return await ctx.store.read(async (reader) => await pools.list(reader, sees(who)))
}

export async function getPool(ctx: Context, who: Identity, id: string): Promise<SubnetPool> {
  return await ctx.store.read(async (reader) => await visiblePool(reader, who, id))
}

export async function createPool(
  ctx: Context,
  who: Identity,
  wanted: NewPool,
): Promise<SubnetPool> {
  return await ctx.store.transaction(async (tx) => {
    const projectId = projectFor(who, wanted.projectId, 'create_subnetpool')
    if (wanted.shared) requireTrust(who, 'create_subnetpool:shared')
    if (wanted.isDefault) requireTrust(who, 'create_subnetpool:is_default')
    const { version, blocks } = prefixesOf(wanted.prefixes)
    const leastLength = wanted.leastLength ?? (version === 4 ? 8 : 64)
    const now = ctx.clock.now()
    const pool: SubnetPool = {
      ...wanted,
      id: ctx.ids.uuid(),
      projectId,
      ipVersion: version,
      prefixes: blocks.map(formatBlock),
      leastLength,
      usualLength: wanted.usualLength ?? leastLength,
      mostLength: wanted.mostLength ?? lengthOf[version],
      createdAt: now,
      updatedAt: now,
      revision: 1,
    }
    checkLengths(pool)
    await admitPool(tx, who, pool)
    await pools.add(tx, pool)
    return pool
  })
}

export async function updatePool(
  ctx: Context,
  who: Identity,
  id: string,
  change: Partial<PoolFields>,
  seen: Seen = null,
): Promise<SubnetPool> {
  return await ctx.store.transaction(async (tx) => {
    const known = await visiblePool(tx, who, id)
    requireChange(who, known, 'update_subnetpool')
    requireRevision(known, seen)
    if (change.isDefault === true) requireTrust(who, 'update_subnetpool:is_default')
    const { version, blocks } = prefixesOf(change.prefixes ?? known.prefixes)
    if (version !== known.ipVersion) throw otherVersion(version, known)
    checkGrowth(known.prefixes, blocks)
    await refuseInOthers(tx, who, known)
    const said = { ...known, ...change, prefixes: blocks.map(formatBlock) }
    const pool = { ...said, updatedAt: ctx.clock.now(), revision: known.revision + 1 }
    checkLengths(pool)
    await admitPool(tx, who, pool)
    await pools.save(tx, pool)
    return pool
  })
}

/** Takes prefixes out of a pool; what of them it does not have is no matter. @throws `invalid` while a subnet is from them. */
export async function removePrefixes(
  ctx: Context,
  who: Identity,
  id: string,
  texts: readonly string[],
): Promise<SubnetPool> {
  return await ctx.store.transaction(async (tx) => {
    const known = await visiblePool(tx, who, id)
    requireChange(who, known, 'remove_prefixes')
    const { blocks: gone } = prefixesOf(texts)
    const { blocks } = prefixesOf(known.prefixes)
    if (!blocks.some((block) => gone.some((each) => overlaps(each, block)))) return known
    const made = (await pools.blocksOf(tx, id)).flatMap((each) => parseBlock(each.cidr) ?? [])
    if (made.some((block) => gone.some((each) => overlaps(each, block)))) {
      const message = 'One or more the prefixes to be removed is in use by a subnet.'
      throw problem('invalid', message, { type: 'IllegalSubnetPoolPrefixUpdate' })
    }
    const prefixes = gone.reduce(
      (left, each) => left.flatMap((block) => without(block, each)),
      blocks,
    )
    const said = { ...known, prefixes: prefixes.map(formatBlock) }
    const pool = { ...said, updatedAt: ctx.clock.now(), revision: known.revision + 1 }
    await pools.save(tx, pool)
    return pool
  })
}

/** Gives a pool prefixes that it may have already. */
export async function addPrefixes(
  ctx: Context,
  who: Identity,
  id: string,
  texts: readonly string[],
): Promise<SubnetPool> {
  const { prefixes } = await getPool(ctx, who, id)
  return await updatePool(ctx, who, id, { prefixes: [...prefixes, ...texts] })
}

/** @throws `conflict` while a subnet is from it. */
export async function deletePool(
  ctx: Context,
  who: Identity,
  id: string,
  seen: Seen = null,
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const pool = await visiblePool(tx, who, id)
    requireChange(who, pool, 'delete_subnetpool')
    requireRevision(pool, seen)
    if ((await pools.blocksOf(tx, pool.id)).length > 0) {
      const message = 'Unable to delete subnet pool: Subnet pool has existing allocations.'
      throw problem('conflict', message, { type: 'SubnetPoolDeleteError' })
    }
    await pools.remove(tx, pool.id)
  })
}

export type BlockWish = {
  readonly projectId: ProjectId
  readonly version: IpVersion
  /** This very block; null for the first that is free. */
  readonly cidr: string | null
  readonly length: number | null
}

/** Chooses a block of a pool. @throws `invalid` for one that it does not give, `conflict` when there is none left. */
export async function blockFrom(
  reader: Reader,
  pool: SubnetPool,
  { projectId, version, cidr, length }: BlockWish,
): Promise<Block> {
  if (version !== pool.ipVersion) throw otherVersion(version, pool)
  const { blocks } = prefixesOf(pool.prefixes)
  const made = await pools.blocksOf(reader, pool.id)
  const taken = made.flatMap((each) => parseBlock(each.cidr) ?? [])
  const asked = cidr === null ? null : parseBlock(cidr)
  if (cidr !== null && asked === null) {
    throw problem('invalid', `Invalid input for operation: '${cidr}' is not a valid CIDR.`, {
      type: 'InvalidInput',
    })
  }
  checkLength(pool, asked?.prefix ?? length ?? pool.usualLength)
  const block = asked ?? freeBlock(blocks, taken, length ?? pool.usualLength)
  if (block === null) {
    throw noBlock(
      `Insufficient prefix space to allocate subnet size /${length ?? pool.usualLength}`,
    )
  }
  if (!isWithin(blocks, block) || taken.some((each) => overlaps(each, block))) {
    throw noBlock('Cannot allocate requested subnet from the available set of prefixes')
  }
  const own = made.filter((each) => each.projectId === projectId)
  const share = shareOf([...own.flatMap((each) => parseBlock(each.cidr) ?? []), block])
  if (pool.quota !== null && share > BigInt(pool.quota)) {
    throw problem('over-quota', 'Per-tenant subnet pool prefix quota exceeded.', {
      type: 'SubnetPoolQuotaExceeded',
    })
  }
  return block
}

/** The pool that is meant by its id, or the default one. @throws `not-found`, `invalid` when there is no default. */
export async function poolFor(
  reader: Reader,
  who: Identity,
  wanted: { readonly id: string } | 'default',
  version: IpVersion,
): Promise<SubnetPool> {
  if (wanted !== 'default') return await visiblePool(reader, who, wanted.id)
  const usual = await pools.usual(reader, version)
  if (usual !== null) return usual
  throw problem('invalid', `No default subnetpool found for IPv${version}`, {
    type: 'BadRequest',
  })
}

export async function visiblePool(reader: Reader, who: Identity, id: string): Promise<SubnetPool> {
  const pool = await pools.get(reader, id)
  if (isTrusted(who) || owns(who, pool) || pool.shared) return pool
  throw pools.missing(id)
}

function checkLength({ leastLength, mostLength }: SubnetPool, length: number): void {
  if (length >= leastLength && length <= mostLength) return
  const isShort = length < leastLength
  throw problem(
    'invalid',
    `Unable to allocate subnet with prefix length ${length}, ${isShort ? 'minimum' : 'maximum'} allowed prefix is ${isShort ? leastLength : mostLength}.`,
    { type: `${isShort ? 'Min' : 'Max'}PrefixSubnetAllocationError` },
  )
}

function otherVersion(version: IpVersion, { ipVersion }: SubnetPool): Error {
  const message = `Cannot allocate IPv${version} subnet from IPv${ipVersion} subnet pool.`
  return problem('invalid', message, { type: 'BadRequest' })
}

function noBlock(why: string): Error {
  return problem('conflict', `Failed to allocate subnet: ${why}.`, {
    type: 'SubnetAllocationError',
  })
}
