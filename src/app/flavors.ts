/** Flavors: everybody sees public ones and those given to the project; operators make them. */
import type { Flavor, NewFlavor } from '../domain/flavor.ts'
import type { Identity } from '../domain/identity.ts'
import { isAdmin } from '../domain/identity.ts'
import type { FlavorId, ProjectId } from '../domain/ids.ts'
import { problem } from '../lib/problem.ts'
import * as flavors from '../store/compute/flavors.ts'
import type { Sight } from '../store/compute/flavors.ts'
import { authorize } from './authorize.ts'
import type { Context } from './context.ts'
import { pageOf } from './page.ts'
import type { Page, PageWish } from './page.ts'

export type FlavorQuery = PageWish & {
  readonly minRamMb: number
  readonly minDiskGb: number
  /** Null for both; only operators can ask for others than those they would see anyway. */
  readonly isPublic: boolean | null
  readonly name: string | null
  readonly sort: { readonly key: FlavorKey; readonly direction: 'asc' | 'desc' }
}

/** What lists can be sorted by, in the spelling of whoever asks. */
export type FlavorKey =
  | 'created_at'
  | 'description'
  | 'disabled'
  | 'ephemeral_gb'
  | 'flavorid'
  | 'id'
  | 'is_public'
  | 'memory_mb'
  | 'name'
  | 'root_gb'
  | 'rxtx_factor'
  | 'swap'
  | 'updated_at'
  | 'vcpu_weight'
  | 'vcpus'

const keys: Readonly<Record<FlavorKey, (flavor: Flavor) => string | number>> = {
  created_at: (flavor) => flavor.createdAt,
  description: (flavor) => flavor.description ?? '',
  disabled: (flavor) => Number(flavor.disabled),
  ephemeral_gb: (flavor) => flavor.ephemeralGb,
  flavorid: (flavor) => flavor.id,
  id: (flavor) => flavor.number,
  is_public: (flavor) => Number(flavor.isPublic),
  memory_mb: (flavor) => flavor.memoryMb,
  name: (flavor) => flavor.name,
  root_gb: (flavor) => flavor.diskGb,
  rxtx_factor: (flavor) => flavor.rxtxFactor,
  swap: (flavor) => flavor.swapMb,
  // A flavor's only change, that of its description, leaves no trace.
  updated_at: () => 0,
  vcpu_weight: () => 0,
  vcpus: (flavor) => flavor.vcpus,
}

export async function listFlavors(
  ctx: Context,
  who: Identity,
  query: FlavorQuery,
): Promise<Page<Flavor>> {
  const seen = await ctx.store.read(async (reader) => await flavors.all(reader, sightOf(who)))
  const key = keys[query.sort.key]
  const sign = query.sort.direction === 'asc' ? 1 : -1
  // Operators ask for what is public or not; everybody else sees both kinds, as far as they may.
  const isPublic = isAdmin(who) ? query.isPublic : null
  const fitting = seen
    .filter((flavor) => flavor.memoryMb >= query.minRamMb && flavor.diskGb >= query.minDiskGb)
    .filter((flavor) => isPublic === null || flavor.isPublic === isPublic)
    .filter((flavor) => query.name === null || flavor.name.includes(query.name))
    .toSorted((a, b) => sign * compare(key(a), key(b)) || a.number - b.number)
  return pageOf(fitting, ({ id }) => id, query)
}

export async function showFlavor(ctx: Context, who: Identity, id: string): Promise<Flavor> {
  return await ctx.store.read(async (reader) => await flavors.get(reader, id, sightOf(who)))
}

export type FlavorWish = Omit<NewFlavor, 'id' | 'extraSpecs' | 'disabled'> & {
  readonly id: string | null
}

export async function createFlavor(ctx: Context, who: Identity, wish: FlavorWish): Promise<Flavor> {
  authorize(who, 'os-flavor-manage:create')
  // Whatever the caller calls it is its id from now on.
  const id = (wish.id ?? ctx.ids.uuid()) as FlavorId
  return await ctx.store.transaction(async (tx) => {
    const made = { ...wish, id, extraSpecs: {}, disabled: false }
    // Nobody is given access to a flavor that is not public, not even who made it.
    return await flavors.insert(tx, made, ctx.clock.now())
  })
}

export async function describeFlavor(
  ctx: Context,
  who: Identity,
  id: string,
  description: string | null,
): Promise<Flavor> {
  authorize(who, 'os-flavor-manage:update')
  return await ctx.store.transaction(async (tx) => await flavors.describe(tx, id, description))
}

export async function deleteFlavor(ctx: Context, who: Identity, id: string): Promise<void> {
  authorize(who, 'os-flavor-manage:delete')
  await ctx.store.transaction(async (tx) => await flavors.remove(tx, await flavors.get(tx, id)))
}

/** The projects that a private flavor is given to. A public one has no such list. */
export async function listAccess(
  ctx: Context,
  who: Identity,
  id: string,
): Promise<readonly ProjectId[]> {
  authorize(who, 'os-flavor-access')
  return await ctx.store.read(async (reader) => {
    const flavor = await flavors.get(reader, id)
    if (flavor.isPublic) {
      throw problem('not-found', 'Access list not available for public flavors.', { flavor: id })
    }
    return await flavors.accessOf(reader, flavor)
  })
}

export async function grantAccess(
  ctx: Context,
  who: Identity,
  id: string,
  grant: { readonly projectId: string; readonly refusesPublic: boolean },
): Promise<readonly ProjectId[]> {
  authorize(who, 'os-flavor-access:add_tenant_access')
  const projectId = grant.projectId as ProjectId // Whatever is granted to is what is looked up by.
  return await ctx.store.transaction(async (tx) => {
    const flavor = await flavors.get(tx, id)
    if (flavor.isPublic && grant.refusesPublic) {
      throw problem('conflict', 'Can not add access to a public flavor.', { flavor: id })
    }
    if (!(await flavors.grant(tx, flavor, projectId))) {
      const message = `Flavor access already exists for flavor ${id} and project ${projectId} combination.`
      throw problem('conflict', message, { flavor: id })
    }
    return await flavors.accessOf(tx, flavor)
  })
}

export async function revokeAccess(
  ctx: Context,
  who: Identity,
  id: string,
  project: string,
): Promise<readonly ProjectId[]> {
  authorize(who, 'os-flavor-access:remove_tenant_access')
  const projectId = project as ProjectId // As above.
  return await ctx.store.transaction(async (tx) => {
    const flavor = await flavors.get(tx, id)
    if (!(await flavors.revoke(tx, flavor, projectId))) {
      const message = `Flavor access not found for ${id} / ${projectId} combination.`
      throw problem('not-found', message, { flavor: id })
    }
    return await flavors.accessOf(tx, flavor)
  })
}

/** Adds to the extra specs, or changes them. */
export async function setSpecs(
  ctx: Context,
  who: Identity,
  id: string,
  specs: Readonly<Record<string, string>>,
  rule: 'os-flavor-extra-specs:create' | 'os-flavor-extra-specs:update',
): Promise<void> {
  authorize(who, rule)
  await ctx.store.transaction(
    async (tx) => await flavors.respec(tx, id, (old) => ({ ...old, ...specs })),
  )
}

export async function showSpec(
  ctx: Context,
  who: Identity,
  id: string,
  name: string,
): Promise<string> {
  const value = (await showFlavor(ctx, who, id)).extraSpecs[name]
  if (value === undefined) throw noSpec(id, name)
  return value
}

export async function deleteSpec(
  ctx: Context,
  who: Identity,
  id: string,
  name: string,
): Promise<void> {
  authorize(who, 'os-flavor-extra-specs:delete')
  await ctx.store.transaction(async (tx) => {
    await flavors.respec(tx, id, ({ [name]: gone, ...rest }) => {
      if (gone === undefined) throw noSpec(id, name)
      return rest
    })
  })
}

function noSpec(id: string, name: string): Error {
  return problem('not-found', `Flavor ${id} has no extra specs with key ${name}.`, { flavor: id })
}

function sightOf(who: Identity): Sight {
  return isAdmin(who) ? 'all' : { projectId: who.projectId ?? ('' as ProjectId) }
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0
}
