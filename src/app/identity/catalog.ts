/** What operators add to the catalog, and what of it can be done to what runs here: nothing. */
import { endpointId, endpointUrl, interfaces, ownRegion, serviceId } from '../../domain/catalog.ts'
import type {
  CatalogService,
  EndpointRecord,
  RegionRecord,
  ServiceRecord,
} from '../../domain/catalog.ts'
import type { Identity } from '../../domain/identity.ts'
import { problem } from '../../lib/problem.ts'
import * as catalog from '../../store/identity/catalog.ts'
import type { Reader, Tx } from '../../store/store.ts'
import { changing } from './changing.ts'
import type { IdentityContext } from './context.ts'
import { authorize } from './policy.ts'
import { hexId } from './seed.ts'

export type CatalogContext = {
  readonly ctx: IdentityContext
  /** What runs here. */
  readonly catalog: readonly CatalogService[]
}

export type CatalogRecords = {
  readonly services: readonly ServiceRecord[]
  readonly endpoints: readonly EndpointRecord[]
}

/** What operators added, for tokens and lists: as it is now, in every process. */
export async function readCatalog({ store }: IdentityContext): Promise<CatalogRecords> {
  return await store.read(async (reader) => ({
    services: await catalog.services(reader),
    endpoints: await catalog.endpoints(reader),
  }))
}

export async function readRegions({ store }: IdentityContext): Promise<readonly RegionRecord[]> {
  return await store.read(catalog.regions)
}

export async function createService(
  { ctx, catalog: own }: CatalogContext,
  who: Identity,
  wanted: Omit<ServiceRecord, 'id'>,
): Promise<ServiceRecord> {
  authorize(who, 'create_service')
  refuseDouble(own, wanted.type)
  const service = { ...wanted, id: hexId(ctx.ids) }
  await changing(ctx, 'catalog', async (tx) => await catalog.saveService(tx, service))
  return service
}

export async function updateService(
  { ctx, catalog: own }: CatalogContext,
  who: Identity,
  id: string,
  change: Partial<Omit<ServiceRecord, 'id'>>,
): Promise<ServiceRecord> {
  authorize(who, 'update_service')
  if (own.some((each) => serviceId(each) === id)) throw ours('service', id)
  if (change.type !== undefined) refuseDouble(own, change.type)
  return await changing(ctx, 'catalog', async (tx) => {
    const known = await theService(tx, id)
    const service = { ...known, ...change, extra: { ...known.extra, ...change.extra } }
    await catalog.saveService(tx, service)
    return service
  })
}

export async function deleteService(
  { ctx, catalog: own }: CatalogContext,
  who: Identity,
  id: string,
): Promise<void> {
  authorize(who, 'delete_service')
  if (own.some((each) => serviceId(each) === id)) throw ours('service', id)
  await changing(ctx, 'catalog', async (tx) => {
    const service = await theService(tx, id)
    await catalog.removeService(tx, service.id)
  })
}

export async function createEndpoint(
  context: CatalogContext,
  who: Identity,
  wanted: Omit<EndpointRecord, 'id'>,
): Promise<EndpointRecord> {
  authorize(who, 'create_endpoint')
  const { ctx } = context
  const endpoint = { ...wanted, id: hexId(ctx.ids) }
  await changing(ctx, 'catalog', async (tx) => await placeEndpoint(tx, context, endpoint))
  return endpoint
}

export async function updateEndpoint(
  context: CatalogContext,
  who: Identity,
  id: string,
  change: Partial<Omit<EndpointRecord, 'id'>>,
): Promise<EndpointRecord> {
  authorize(who, 'update_endpoint')
  return await changing(context.ctx, 'catalog', async (tx) => {
    const known = await theEndpoint(tx, context, id)
    const endpoint = { ...known, ...change, extra: { ...known.extra, ...change.extra } }
    await placeEndpoint(tx, context, endpoint)
    return endpoint
  })
}

export async function deleteEndpoint(
  context: CatalogContext,
  who: Identity,
  id: string,
): Promise<void> {
  authorize(who, 'delete_endpoint')
  await changing(context.ctx, 'catalog', async (tx) => {
    const endpoint = await theEndpoint(tx, context, id)
    await catalog.removeEndpoint(tx, endpoint.id)
  })
}

/** Writes an endpoint where it may be. A region that is only named here begins with it, as in Keystone. */
async function placeEndpoint(
  tx: Tx,
  { catalog: own }: CatalogContext,
  endpoint: EndpointRecord,
): Promise<void> {
  const { regionId, url } = endpoint
  if (endpointUrl(url, { userId: '', projectId: '' }) === null) {
    throw problem('invalid', `The endpoint's address has a part that nobody can fill in: ${url}.`)
  }
  if (own.some((each) => serviceId(each) === endpoint.serviceId)) {
    if (regionId === null || regionId === ownRegion) throw ours('service', endpoint.serviceId)
  } else if (!(await catalog.services(tx)).some(({ id }) => id === endpoint.serviceId)) {
    throw problem('invalid', `There is no service ${endpoint.serviceId} for an endpoint.`)
  }
  const known = regionId === null || regionId === ownRegion
  if (!known && !(await catalog.regions(tx)).some(({ id }) => id === regionId)) {
    await catalog.addRegion(tx, { id: regionId, description: '', parentId: null, extra: {} })
  }
  await catalog.saveEndpoint(tx, endpoint)
}

export async function createRegion(
  { ctx }: CatalogContext,
  who: Identity,
  wanted: Omit<RegionRecord, 'id'> & { readonly id: string | null },
): Promise<RegionRecord> {
  authorize(who, 'create_region')
  const region = { ...wanted, id: wanted.id ?? hexId(ctx.ids) }
  if (region.id === ownRegion) throw problem('conflict', `Duplicate ID, ${ownRegion}.`)
  await changing(ctx, 'catalog', async (tx) => {
    linesAbove(region, await catalog.regions(tx))
    await catalog.addRegion(tx, region)
  })
  return region
}

export async function updateRegion(
  { ctx }: CatalogContext,
  who: Identity,
  id: string,
  change: Partial<Omit<RegionRecord, 'id'>>,
): Promise<RegionRecord> {
  authorize(who, 'update_region')
  if (id === ownRegion) throw ours('region', id)
  return await changing(ctx, 'catalog', async (tx) => {
    const all = await catalog.regions(tx)
    const known = theRegion(all, id)
    const region = { ...known, ...change, extra: { ...known.extra, ...change.extra } }
    linesAbove(region, all)
    await catalog.saveRegion(tx, region)
    return region
  })
}

/** Forgets a region with all that are a part of it, unless something answers in one of them. */
export async function deleteRegion(
  { ctx }: CatalogContext,
  who: Identity,
  id: string,
): Promise<void> {
  authorize(who, 'delete_region')
  if (id === ownRegion) throw ours('region', id)
  await changing(ctx, 'catalog', async (tx) => {
    const all = await catalog.regions(tx)
    const going = new Set([theRegion(all, id).id])
    // A set is walked through to its end, and what is put in on the way is walked through too.
    for (const above of going) {
      for (const part of all) if (part.parentId === above) going.add(part.id)
    }
    const used = (await catalog.endpoints(tx)).some((each) => going.has(each.regionId ?? ''))
    if (used) {
      throw problem(
        'forbidden',
        `Unable to delete region ${id} because it or its child regions have associated endpoints.`,
      )
    }
    await catalog.removeRegions(tx, [...going])
  })
}

/** @throws when what a region is a part of is not there, or is a part of the region itself. */
function linesAbove(region: RegionRecord, all: readonly RegionRecord[]): void {
  let parent = region.parentId
  const passed = new Set([region.id])
  while (parent !== null && parent !== ownRegion) {
    if (passed.has(parent)) {
      throw problem('invalid', `The region ${region.id} would be a part of itself.`)
    }
    passed.add(parent)
    parent = theRegion(all, parent).parentId
  }
}

async function theService(reader: Reader, id: string): Promise<ServiceRecord> {
  const found = (await catalog.services(reader)).find((each) => each.id === id)
  if (found === undefined) throw missing('service', id)
  return found
}

async function theEndpoint(
  reader: Reader,
  { catalog: own }: CatalogContext,
  id: string,
): Promise<EndpointRecord> {
  if (own.some((each) => interfaces.some((side) => endpointId(each, side) === id))) {
    throw ours('endpoint', id)
  }
  const found = (await catalog.endpoints(reader)).find((each) => each.id === id)
  if (found === undefined) throw missing('endpoint', id)
  return found
}

function theRegion(all: readonly RegionRecord[], id: string): RegionRecord {
  const found = all.find((each) => each.id === id)
  if (found === undefined) throw missing('region', id)
  return found
}

function refuseDouble(own: readonly CatalogService[], type: string): void {
  const found = own.find((each) => each.type === type)
  if (found !== undefined) throw ours('service', serviceId(found))
}

/** Nobody changes what runs here by a record, or puts another beside it. */
function ours(what: string, id: string): Error {
  return problem(
    'forbidden',
    `The ${what} ${id} is what this cloud runs itself: it is neither changed nor doubled in its region.`,
  )
}

export function missing(what: string, id: string): Error {
  return problem('not-found', `Could not find ${what}: ${id}.`)
}
