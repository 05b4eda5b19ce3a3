/** Scopes of addresses: making them, and what pools may be in them. */
import type { Identity } from '../../domain/identity.ts'
import type { ProjectId } from '../../domain/ids.ts'
import { overlaps, parseBlock } from '../../domain/network/address.ts'
import type { AddressScope } from '../../domain/network/address-scope.ts'
import type { SubnetPool } from '../../domain/network/subnet-pool.ts'
import { problem } from '../../lib/problem.ts'
import * as scopes from '../../store/network/address-scopes.ts'
import * as pools from '../../store/network/subnet-pools.ts'
import type { Reader } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { isTrusted, owns, projectFor, requireChange, requireTrust, sees } from './policy.ts'

export type ScopeFields = Pick<AddressScope, 'name' | 'shared'>
export type NewScope = ScopeFields &
  Pick<AddressScope, 'ipVersion'> & { readonly projectId: ProjectId | null }

export async function listScopes(ctx: Context, who: Identity): Promise<readonly AddressScope[]> {
  return await ctx.store.read(async (reader) => await scopes.list(reader, sees(who)))
}

export async function getScope(ctx: Context, who: Identity, id: string): Promise<AddressScope> {
  return await ctx.store.read(async (reader) => await visibleScope(reader, who, id))
}

export async function createScopes(
  ctx: Context,
  who: Identity,
  wanted: readonly NewScope[],
): Promise<readonly AddressScope[]> {
  return await ctx.store.transaction(async (tx) => {
    const made: AddressScope[] = []
    for (const { projectId: asked, ...fields } of wanted) {
      const projectId = projectFor(who, asked, 'create_address_scope')
      if (fields.shared) requireTrust(who, 'create_address_scope:shared')
      const scope = { ...fields, id: ctx.ids.uuid(), projectId }
      await scopes.add(tx, scope)
      made.push(scope)
    }
    return made
  })
}

/** @throws `invalid` when what is shared shall not be any more: others may have pools in it. */
export async function updateScope(
  ctx: Context,
  who: Identity,
  id: string,
  change: Partial<ScopeFields>,
): Promise<AddressScope> {
  return await ctx.store.transaction(async (tx) => {
    const scope = await visibleScope(tx, who, id)
    requireChange(who, scope, 'update_address_scope')
    if (change.shared !== undefined) requireTrust(who, 'update_address_scope:shared')
    if (scope.shared && change.shared === false) {
      const message = `Unable to update address scope ${id} : Shared address scope can't be unshared.`
      throw problem('invalid', message, { type: 'AddressScopeUpdateError' })
    }
    const changed = { ...scope, ...change }
    await scopes.save(tx, changed)
    return changed
  })
}

/** @throws `conflict` while a pool is in it. */
export async function deleteScope(ctx: Context, who: Identity, id: string): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const scope = await visibleScope(tx, who, id)
    requireChange(who, scope, 'delete_address_scope')
    if ((await pools.ofScope(tx, id)).length > 0) {
      const message = `Unable to complete operation on address scope ${id}. There are one or more subnet pools in use on the address scope.`
      throw problem('conflict', message, { type: 'AddressScopeInUse' })
    }
    await scopes.remove(tx, id)
  })
}

/**
 * Lets a pool be in the scope that it names.
 * @throws `invalid` for a scope that is not the asker's to use or of the other version, `conflict` for addresses that another
 *   pool of the scope has.
 */
export async function admitPool(reader: Reader, who: Identity, pool: SubnetPool): Promise<void> {
  const { scopeId } = pool
  if (scopeId === null) return
  const scope = await scopes.get(reader, scopeId)
  const place = `Illegal subnetpool association: subnetpool ${pool.id} cannot`
  if (!isSeen(who, scope)) {
    throw problem('invalid', `${place} be associated with address scope ${scopeId}.`, {
      type: 'IllegalSubnetPoolAssociationToAddressScope',
    })
  }
  if (scope.ipVersion !== pool.ipVersion) {
    const why = `subnetpool ip_version is not ${scope.ipVersion}`
    throw problem('invalid', `${place} associate with address scope ${scopeId} because ${why}.`, {
      type: 'IllegalSubnetPoolIpVersionAssociationToAddressScope',
    })
  }
  const others = (await pools.ofScope(reader, scopeId)).filter(({ id }) => id !== pool.id)
  const taken = others.flatMap(({ prefixes }) => prefixes).flatMap((text) => parseBlock(text) ?? [])
  const blocks = pool.prefixes.flatMap((text) => parseBlock(text) ?? [])
  if (!blocks.some((block) => taken.some((each) => overlaps(each, block)))) return
  const message =
    'Failed to associate address scope: subnetpools within an address scope must have unique prefixes.'
  throw problem('conflict', message, { type: 'AddressScopePrefixConflict' })
}

/** @throws `invalid` for a pool in somebody else's scope: whose it is, says what is in it. */
export async function refuseInOthers(
  reader: Reader,
  who: Identity,
  { id, scopeId }: SubnetPool,
): Promise<void> {
  if (scopeId === null || isTrusted(who)) return
  if (owns(who, await scopes.get(reader, scopeId))) return
  const reason = `subnetpool ${id} cannot be updated when associated with shared address scope ${scopeId}`
  throw problem('invalid', `Illegal subnetpool update : ${reason}.`, {
    type: 'IllegalSubnetPoolUpdate',
  })
}

async function visibleScope(reader: Reader, who: Identity, id: string): Promise<AddressScope> {
  const scope = await scopes.get(reader, id)
  if (isSeen(who, scope)) return scope
  throw scopes.missing(id)
}

function isSeen(who: Identity, scope: AddressScope): boolean {
  return isTrusted(who) || owns(who, scope) || scope.shared
}
