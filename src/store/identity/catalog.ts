/** What operators added to the catalog. */
import type { EndpointRecord, RegionRecord, ServiceRecord } from '../../domain/catalog.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'
import { insertedOrTaken } from './names.ts'

export async function services(reader: Reader): Promise<readonly ServiceRecord[]> {
  const query = reader.selectFrom('catalog_services').selectAll()
  const rows = await query.orderBy('type').orderBy('id').execute()
  return rows.map(({ id, type, name, enabled, extra }) => ({
    id,
    type,
    name,
    enabled: enabled === 1,
    extra: fromJson(extra),
  }))
}

/** Writes it, whether it was there or not. */
export async function saveService(tx: Tx, service: ServiceRecord): Promise<void> {
  const { id, type, name } = service
  const rest = { type, name, enabled: Number(service.enabled), extra: toJson(service.extra) }
  await tx
    .insertInto('catalog_services')
    .values({ id, ...rest })
    .onConflict((on) => on.column('id').doUpdateSet(rest))
    .execute()
}

/** Forgets the service and where it answers. */
export async function removeService(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('catalog_endpoints').where('service_id', '=', id).execute()
  await tx.deleteFrom('catalog_services').where('id', '=', id).execute()
}

export async function endpoints(reader: Reader): Promise<readonly EndpointRecord[]> {
  const query = reader.selectFrom('catalog_endpoints').selectAll()
  return (await query.orderBy('service_id').orderBy('id').execute()).map(toEndpoint)
}

/** Writes it, whether it was there or not. */
export async function saveEndpoint(tx: Tx, endpoint: EndpointRecord): Promise<void> {
  const { id } = endpoint
  const rest = {
    service_id: endpoint.serviceId,
    side: endpoint.interface,
    region_id: endpoint.regionId,
    url: endpoint.url,
    enabled: Number(endpoint.enabled),
    extra: toJson(endpoint.extra),
  }
  await tx
    .insertInto('catalog_endpoints')
    .values({ id, ...rest })
    .onConflict((on) => on.column('id').doUpdateSet(rest))
    .execute()
}

export async function removeEndpoint(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('catalog_endpoints').where('id', '=', id).execute()
}

export async function regions(reader: Reader): Promise<readonly RegionRecord[]> {
  const rows = await reader.selectFrom('catalog_regions').selectAll().orderBy('id').execute()
  return rows.map(({ id, description, parent_id: parentId, extra }) => ({
    id,
    description,
    parentId,
    extra: fromJson(extra),
  }))
}

/** @throws `conflict` when there is a region of that id. */
export async function addRegion(tx: Tx, region: RegionRecord): Promise<void> {
  await insertedOrTaken(
    'region',
    region.id,
    async () =>
      await tx
        .insertInto('catalog_regions')
        .values({ id: region.id, ...regionColumns(region) })
        .onConflict((on) => on.doNothing())
        .executeTakeFirst(),
  )
}

export async function saveRegion(tx: Tx, region: RegionRecord): Promise<void> {
  const rest = regionColumns(region)
  await tx.updateTable('catalog_regions').set(rest).where('id', '=', region.id).execute()
}

export async function removeRegions(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.deleteFrom('catalog_regions').where('id', 'in', ids).execute()
}

function regionColumns({ description, parentId, extra }: RegionRecord) {
  return { description, parent_id: parentId, extra: toJson(extra) }
}

function toEndpoint(row: Tables['catalog_endpoints']): EndpointRecord {
  return {
    id: row.id,
    serviceId: row.service_id,
    interface: row.side,
    regionId: row.region_id,
    url: row.url,
    enabled: row.enabled === 1,
    extra: fromJson(row.extra),
  }
}
