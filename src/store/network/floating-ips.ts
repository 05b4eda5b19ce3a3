/** Floating addresses: each has a port on its external network, and may lead to another port. */
import type { NetworkId, PortId, ProjectId } from '../../domain/ids.ts'
import type { FloatingIp } from '../../domain/network/network.ts'
import { problem } from '../../lib/problem.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

type Row = Omit<Tables['floating_ips'], 'number'>

/** @throws `not-found` */
export async function get(reader: Reader, id: string): Promise<FloatingIp> {
  const query = reader.selectFrom('floating_ips').selectAll().where('id', '=', id)
  const row = await query.executeTakeFirst()
  if (row === undefined) throw missing(id)
  return toFloatingIp(row)
}

/** All of them, or those of a project. */
export async function list(
  reader: Reader,
  projectId: ProjectId | null,
): Promise<readonly FloatingIp[]> {
  const query = reader.selectFrom('floating_ips').selectAll().orderBy('number')
  const own = projectId === null ? query : query.where('project_id', '=', projectId)
  return (await own.execute()).map(toFloatingIp)
}

/** Those that lead to this address. */
export async function leadingTo(
  reader: Reader,
  portId: PortId,
  fixedAddress: string,
): Promise<readonly FloatingIp[]> {
  const rows = await reader
    .selectFrom('floating_ips')
    .selectAll()
    .where('port_id', '=', portId)
    .where('fixed_address', '=', fixedAddress)
    .execute()
  return rows.map(toFloatingIp)
}

/** Whether any leads through the router to an address of the subnet. */
export async function needRouter(
  reader: Reader,
  routerId: string,
  subnetId: string | null,
): Promise<boolean> {
  let query = reader
    .selectFrom('floating_ips')
    .innerJoin('port_addresses', (join) =>
      join
        .onRef('port_addresses.port_id', '=', 'floating_ips.port_id')
        .onRef('port_addresses.address', '=', 'floating_ips.fixed_address'),
    )
    .select('floating_ips.id')
    .where('floating_ips.router_id', '=', routerId)
  if (subnetId !== null) query = query.where('port_addresses.subnet_id', '=', subnetId)
  return (await query.limit(1).executeTakeFirst()) !== undefined
}

export async function add(tx: Tx, floatingIp: FloatingIp): Promise<void> {
  await tx.insertInto('floating_ips').values(toRow(floatingIp)).execute()
}

export async function save(tx: Tx, floatingIp: FloatingIp): Promise<void> {
  await tx
    .updateTable('floating_ips')
    .set(toRow(floatingIp))
    .where('id', '=', floatingIp.id)
    .execute()
}

export async function remove(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('floating_ips').where('id', '=', id).execute()
}

export function missing(id: string): Error {
  return problem('not-found', `Floating IP ${id} could not be found`, {
    type: 'FloatingIPNotFound',
    floatingIp: id,
  })
}

function toRow(floatingIp: FloatingIp): Row {
  return {
    id: floatingIp.id,
    project_id: floatingIp.projectId,
    network_id: floatingIp.networkId,
    address: floatingIp.address,
    own_port_id: floatingIp.ownPortId,
    port_id: floatingIp.portId,
    fixed_address: floatingIp.fixedAddress,
    router_id: floatingIp.routerId,
    dns_name: floatingIp.dnsName,
    dns_domain: floatingIp.dnsDomain,
    description: floatingIp.description,
    created_at: floatingIp.createdAt,
    updated_at: floatingIp.updatedAt,
    revision: floatingIp.revision,
  }
}

function toFloatingIp(row: Row): FloatingIp {
  return {
    id: row.id,
    // A row's ids are what its columns say.
    projectId: row.project_id as ProjectId,
    networkId: row.network_id as NetworkId,
    ownPortId: row.own_port_id as PortId,
    portId: row.port_id as PortId | null,
    address: row.address,
    fixedAddress: row.fixed_address,
    routerId: row.router_id,
    dnsName: row.dns_name,
    dnsDomain: row.dns_domain,
    description: row.description,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    revision: row.revision,
  }
}
