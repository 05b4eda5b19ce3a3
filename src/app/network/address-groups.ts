/** Groups of addresses: making them, and which addresses are in them. */
import type { Identity } from '../../domain/identity.ts'
import type { ProjectId } from '../../domain/ids.ts'
import type { AddressGroup } from '../../domain/network/network.ts'
import { problem } from '../../lib/problem.ts'
import * as groups from '../../store/network/address-groups.ts'
import type { Reader } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { projectFor, requireChange, requireSight, sees } from './policy.ts'
import { requireRevision } from './revisions.ts'
import type { Seen } from './revisions.ts'

export type AddressGroupFields = Pick<AddressGroup, 'name' | 'description'>
export type NewAddressGroup = AddressGroupFields &
  Pick<AddressGroup, 'addresses'> & { readonly projectId: ProjectId | null }

export async function listAddressGroups(
  ctx: Context,
  who: Identity,
): Promise<readonly AddressGroup[]> {
  return await ctx.store.read(async (reader) => await groups.list(reader, sees(who)))
}

export async function getAddressGroup(
  ctx: Context,
  who: Identity,
  id: string,
): Promise<AddressGroup> {
  return await ctx.store.read(async (reader) => await visibleAddressGroup(reader, who, id))
}

export async function createAddressGroups(
  ctx: Context,
  who: Identity,
  wanted: readonly NewAddressGroup[],
): Promise<readonly AddressGroup[]> {
  return await ctx.store.transaction(async (tx) => {
    const made: AddressGroup[] = []
    for (const { projectId: asked, ...fields } of wanted) {
      const projectId = projectFor(who, asked, 'create_address_group')
      const now = ctx.clock.now()
      const kept = { createdAt: now, updatedAt: now, revision: 1 }
      const addresses = [...new Set(fields.addresses)]
      const group = { ...fields, ...kept, addresses, id: ctx.ids.uuid(), projectId }
      await groups.add(tx, group)
      made.push(group)
    }
    return made
  })
}

export async function updateAddressGroup(
  ctx: Context,
  who: Identity,
  id: string,
  fields: Partial<AddressGroupFields>,
  seen: Seen = null,
): Promise<AddressGroup> {
  return await change(ctx, who, id, () => fields, seen)
}

/** @throws `invalid` for addresses that are in it already. */
export async function addAddresses(
  ctx: Context,
  who: Identity,
  id: string,
  said: readonly string[],
): Promise<AddressGroup> {
  return await change(ctx, who, id, ({ addresses }) => {
    const wanted = [...new Set(said)]
    const known = wanted.filter((each) => addresses.includes(each))
    if (known.length === 0) return { addresses: [...addresses, ...wanted] }
    const message = `Addresses ${known.join(', ')} already exist in the address group ${id}.`
    throw problem('invalid', message, { type: 'AddressesAlreadyExist' })
  })
}

/** @throws `not-found` for addresses that are not in it. */
export async function removeAddresses(
  ctx: Context,
  who: Identity,
  id: string,
  said: readonly string[],
): Promise<AddressGroup> {
  return await change(ctx, who, id, ({ addresses }) => {
    const unknown = said.filter((each) => !addresses.includes(each))
    if (unknown.length === 0) return { addresses: addresses.filter((each) => !said.includes(each)) }
    const message = `Addresses ${unknown.join(', ')} not found in the address group ${id}.`
    throw problem('not-found', message, { type: 'AddressesNotFound' })
  })
}

/** @throws `conflict` while a rule speaks of it. */
export async function deleteAddressGroup(
  ctx: Context,
  who: Identity,
  id: string,
  seen: Seen = null,
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const group = await visibleAddressGroup(tx, who, id)
    requireChange(who, group, 'delete_address_group')
    requireRevision(group, seen)
    if (await groups.isUsed(tx, id)) {
      const message = `Address group ${id} is in use on one or more security group rules.`
      throw problem('conflict', message, { type: 'AddressGroupInUse' })
    }
    await groups.remove(tx, id)
  })
}

/** @throws `not-found` also for a group that is somebody else's business. */
export async function visibleAddressGroup(
  reader: Reader,
  who: Identity,
  id: string,
): Promise<AddressGroup> {
  const group = await groups.get(reader, id)
  requireSight(who, group, groups.missing(id))
  return group
}

async function change(
  ctx: Context,
  who: Identity,
  id: string,
  make: (group: AddressGroup) => Partial<AddressGroup>,
  seen: Seen = null,
): Promise<AddressGroup> {
  return await ctx.store.transaction(async (tx) => {
    const group = await visibleAddressGroup(tx, who, id)
    requireChange(who, group, 'update_address_group')
    requireRevision(group, seen)
    const kept = { updatedAt: ctx.clock.now(), revision: group.revision + 1 }
    const changed = { ...group, ...make(group), ...kept }
    await groups.save(tx, changed)
    return changed
  })
}
