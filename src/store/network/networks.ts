/** Networks. */
import type { Network } from '../../domain/network/network.ts'
import type { Carrier } from '../../domain/network/provider.ts'
import type { NetworkId, ProjectId } from '../../domain/ids.ts'
import { problem } from '../../lib/problem.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

type Row = { [K in keyof Tables['networks']]: K extends 'number' ? number : Tables['networks'][K] }

/** @throws `not-found` */
export async function get(reader: Reader, id: string): Promise<Network> {
  const found = await find(reader, id)
  if (found === null) throw missing(id)
  return found
}

export async function find(reader: Reader, id: string): Promise<Network | null> {
  const [row] = (await selectNetwork(reader, { id })).rows
  return row === undefined ? null : toNetwork(row)
}

const selectNetwork = prepared((db, by: { id: string }) =>
  db.selectFrom('networks').selectAll().where('id', '=', by.id),
)

/** All of them, or those that a project sees: its own, the shared and the external ones. */
export async function list(reader: Reader, seenBy: ProjectId | null): Promise<readonly Network[]> {
  const { rows } = await (seenBy === null
    ? selectAll(reader, {})
    : selectSeen(reader, { project: seenBy }))
  return rows.map(toNetwork)
}

const selectAll = prepared((db, _: Readonly<Record<string, never>>) =>
  db.selectFrom('networks').selectAll().orderBy('number'),
)

const selectSeen = prepared((db, by: { project: string }) =>
  db
    .selectFrom('networks')
    .selectAll()
    .where((e) =>
      e.or([e('project_id', '=', by.project), e('shared', '=', 1), e('external', '=', 1)]),
    )
    .orderBy('number'),
)

/**
 * The networks that a server of the project can be put on when nobody says which: its own ones, or the shared ones when it
 * has none. External ones are not for servers.
 */
export async function usable(reader: Reader, projectId: ProjectId): Promise<readonly Network[]> {
  const seen = (await list(reader, projectId)).filter(({ external, shared }) => !external || shared)
  const own = seen.filter((network) => network.projectId === projectId)
  return own.length > 0 ? own : seen
}

/** @throws `conflict` when what carries it carries another one. */
export async function add(tx: Tx, network: Omit<Network, 'segment'>): Promise<void> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('networks')
    .values(toRow(network))
    .onConflict((on) => on.doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows !== 1n) throw carriesAnother(network)
}

export async function save(tx: Tx, network: Network): Promise<void> {
  await tx.updateTable('networks').set(toRow(network)).where('id', '=', network.id).execute()
}

/** Forgets it. Subnets and ports must have gone before. */
export async function remove(tx: Tx, id: NetworkId): Promise<void> {
  await tx.deleteFrom('networks').where('id', '=', id).execute()
}

export function missing(id: string): Error {
  return problem('not-found', `Network ${id} could not be found.`, {
    type: 'NetworkNotFound',
    network: id,
  })
}

function carriesAnother({ carrier }: Pick<Network, 'carrier'>): Error {
  const where = carrier?.physicalNetwork ?? 'any network'
  const what = carrier?.segment ?? carrier?.type ?? 'tunnel'
  return problem('conflict', `Unable to create the network. ${what} on ${where} is in use.`, {
    type: 'Conflict',
  })
}

function toCarrier(row: Row): Carrier | null {
  if (row.provider_type === null) return null
  return {
    // The column holds what `toRow` wrote.
    type: row.provider_type as Carrier['type'],
    physicalNetwork: row.physical_network,
    segment: row.provider_segment,
  }
}

function toRow(network: Omit<Network, 'segment'>): Omit<Row, 'number'> {
  return {
    id: network.id,
    project_id: network.projectId,
    name: network.name,
    description: network.description,
    admin_up: Number(network.adminUp),
    shared: Number(network.shared),
    external: Number(network.external),
    is_default: Number(network.isDefault),
    mtu: network.mtu,
    port_security: Number(network.portSecurity),
    created_at: network.createdAt,
    updated_at: network.updatedAt,
    revision: network.revision,
    provider_type: network.carrier?.type ?? null,
    physical_network: network.carrier?.physicalNetwork ?? null,
    provider_segment: network.carrier?.segment ?? null,
    dns_domain: network.dnsDomain,
  }
}

function toNetwork(row: Row): Network {
  return {
    // A row's ids are what its columns say.
    id: row.id as NetworkId,
    projectId: row.project_id as ProjectId,
    name: row.name,
    description: row.description,
    adminUp: row.admin_up === 1,
    shared: row.shared === 1,
    external: row.external === 1,
    isDefault: row.is_default === 1,
    mtu: row.mtu,
    portSecurity: row.port_security === 1,
    dnsDomain: row.dns_domain,
    carrier: toCarrier(row),
    segment: row.number,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    revision: row.revision,
  }
}
