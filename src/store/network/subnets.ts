/** Subnets. */
import type { IpVersion } from '../../domain/network/address.ts'
import type { Subnet } from '../../domain/network/network.ts'
import type { NetworkId, ProjectId, SubnetId } from '../../domain/ids.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

type Row = Omit<Tables['subnets'], 'number'>
type Details = Pick<
  Subnet,
  'nameservers' | 'hostRoutes' | 'pools' | 'raMode' | 'addressMode' | 'serviceTypes'
>
/** Rows from before subnets had service types do not say that they have none. */
type KeptDetails = Omit<Details, 'serviceTypes'> & Partial<Details>

/** @throws `not-found` */
export async function get(reader: Reader, id: string): Promise<Subnet> {
  const row = await reader.selectFrom('subnets').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined) throw missing(id)
  return toSubnet(row)
}

/** All of them, or those on networks that a project sees and may use. */
export async function list(reader: Reader, seenBy: ProjectId | null): Promise<readonly Subnet[]> {
  let query = reader.selectFrom('subnets').selectAll().orderBy('number')
  if (seenBy !== null) {
    query = query.where('network_id', 'in', (e) =>
      e
        .selectFrom('networks')
        .select('id')
        .where((or) => or.or([or('project_id', '=', seenBy), or('shared', '=', 1)])),
    )
  }
  return (await query.execute()).map(toSubnet)
}

export async function ofNetwork(reader: Reader, networkId: NetworkId): Promise<readonly Subnet[]> {
  const { rows } = await selectOfNetwork(reader, { network: networkId })
  return rows.map(toSubnet)
}

const selectOfNetwork = prepared((db, by: { network: string }) =>
  db.selectFrom('subnets').selectAll().where('network_id', '=', by.network).orderBy('number'),
)

export async function add(tx: Tx, subnet: Subnet): Promise<void> {
  await tx.insertInto('subnets').values(toRow(subnet)).execute()
}

export async function save(tx: Tx, subnet: Subnet): Promise<void> {
  await tx.updateTable('subnets').set(toRow(subnet)).where('id', '=', subnet.id).execute()
}

/** Forgets it. Nobody may have an address of it. */
export async function remove(tx: Tx, id: SubnetId): Promise<void> {
  await tx.deleteFrom('subnets').where('id', '=', id).execute()
}

export function missing(id: string): Error {
  return problem('not-found', `Subnet ${id} could not be found.`, {
    type: 'SubnetNotFound',
    subnet: id,
  })
}

function toRow(subnet: Subnet): Row {
  const { nameservers, hostRoutes, pools, raMode, addressMode, serviceTypes } = subnet
  const details = { nameservers, hostRoutes, pools, raMode, addressMode, serviceTypes }
  return {
    id: subnet.id,
    network_id: subnet.networkId,
    project_id: subnet.projectId,
    name: subnet.name,
    description: subnet.description,
    ip_version: subnet.ipVersion,
    cidr: subnet.cidr,
    gateway: subnet.gateway,
    dhcp: Number(subnet.dhcp),
    details: toJson(details satisfies Details),
    created_at: subnet.createdAt,
    updated_at: subnet.updatedAt,
    revision: subnet.revision,
    pool_id: subnet.poolId,
  }
}

function toSubnet(row: Row): Subnet {
  return {
    serviceTypes: [],
    ...fromJson<KeptDetails>(row.details),
    // A row's ids and version are what its columns say.
    id: row.id as SubnetId,
    networkId: row.network_id as NetworkId,
    projectId: row.project_id as ProjectId,
    ipVersion: row.ip_version as IpVersion,
    name: row.name,
    poolId: row.pool_id,
    description: row.description,
    cidr: row.cidr,
    gateway: row.gateway,
    dhcp: row.dhcp === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    revision: row.revision,
  }
}
