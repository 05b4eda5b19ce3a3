/** Routers. Their interfaces and gateways are ports. */
import type { NetworkId, PortId, ProjectId } from '../../domain/ids.ts'
import type { Port, Router } from '../../domain/network/network.ts'
import { owners } from '../../domain/network/network.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'
import * as records from './port-records.ts'

type Row = Omit<Tables['routers'], 'number'>

/** @throws `not-found` */
export async function get(reader: Reader, id: string): Promise<Router> {
  const row = await reader.selectFrom('routers').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined) throw missing(id)
  return toRouter(row)
}

/** All of them, or those of a project. */
export async function list(
  reader: Reader,
  projectId: ProjectId | null,
): Promise<readonly Router[]> {
  const query = reader.selectFrom('routers').selectAll().orderBy('number')
  const own = projectId === null ? query : query.where('project_id', '=', projectId)
  return (await own.execute()).map(toRouter)
}

/** A router through which addresses of the subnet reach the external network, or null. */
export async function between(
  reader: Reader,
  subnetId: string,
  externalNetworkId: NetworkId,
): Promise<Router | null> {
  const row = await reader
    .selectFrom('routers')
    .innerJoin('ports', 'ports.device_id', 'routers.id')
    .innerJoin('port_addresses', 'port_addresses.port_id', 'ports.id')
    .selectAll('routers')
    .where('ports.device_owner', '=', owners.routerInterface)
    .where('port_addresses.subnet_id', '=', subnetId)
    .where('routers.gateway_network_id', '=', externalNetworkId)
    .orderBy('routers.number')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? null : toRouter(row)
}

/** The ports by which it is joined to subnets. */
export async function interfacesOf(reader: Reader, router: Router): Promise<readonly Port[]> {
  const ports = await records.list(reader, { deviceIds: [router.id] })
  return ports.filter(({ deviceOwner }) => deviceOwner === owners.routerInterface)
}

export async function add(tx: Tx, router: Router): Promise<void> {
  await tx.insertInto('routers').values(toRow(router)).execute()
}

export async function save(tx: Tx, router: Router): Promise<void> {
  await tx.updateTable('routers').set(toRow(router)).where('id', '=', router.id).execute()
}

export async function remove(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('routers').where('id', '=', id).execute()
}

export function missing(id: string): Error {
  return problem('not-found', `Router ${id} could not be found`, {
    type: 'RouterNotFound',
    router: id,
  })
}

function toRow(router: Router): Row {
  return {
    id: router.id,
    project_id: router.projectId,
    name: router.name,
    description: router.description,
    admin_up: Number(router.adminUp),
    gateway_port_id: router.gatewayPortId,
    gateway_network_id: router.gatewayNetworkId,
    snat: Number(router.snat),
    routes: toJson(router.routes),
    created_at: router.createdAt,
    updated_at: router.updatedAt,
    revision: router.revision,
  }
}

function toRouter(row: Row): Router {
  return {
    id: row.id,
    // A row's ids are what its columns say.
    projectId: row.project_id as ProjectId,
    gatewayPortId: row.gateway_port_id as PortId | null,
    gatewayNetworkId: row.gateway_network_id as NetworkId | null,
    name: row.name,
    description: row.description,
    adminUp: row.admin_up === 1,
    snat: row.snat === 1,
    routes: fromJson(row.routes),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    revision: row.revision,
  }
}
