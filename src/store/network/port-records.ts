/** Ports as rows: reading them whole, adding, saving, removing. What sagas do with ports is in `ports.ts`. */
import type { HostName, NetworkId, PortId, ProjectId, SubnetId } from '../../domain/ids.ts'
import { macOf } from '../../domain/network/mac.ts'
import type { Binding, FixedIp, Port, PortStatus } from '../../domain/network/network.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import { held, holding } from '../dialect/dialect.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

type Row = Omit<Tables['ports'], 'number'>
type Details = Pick<
  Port,
  'vnicType' | 'profile' | 'dnsName' | 'dhcpOptions' | 'addressPairs' | 'tag'
>
/** A port without what other tables hold of it. */
export type BarePort = Omit<Port, 'fixedIps' | 'securityGroups' | 'bindings'>

export type PortFilter = {
  readonly ids?: readonly string[]
  readonly networkId?: string
  readonly deviceIds?: readonly string[]
  /** Ports of this project, and those on its networks. */
  readonly seenBy?: ProjectId
}

/** With 24 bits to choose from, this many collisions in a row do not happen. */
const macAttemptsMax = 20

/** @throws `not-found` */
export async function get(reader: Reader, id: string): Promise<Port> {
  const [port] = await list(reader, { ids: [id] })
  if (port === undefined) throw missing(id)
  return port
}

/** Holds a port until the transaction ends: of two that would plug it one waits for the other. */
export async function hold(tx: Tx, id: PortId): Promise<void> {
  await held(tx, () => tx.selectFrom('ports').select('id').where('id', '=', id))
}

/** Holds all ports of a device. Answers their ids. */
export async function holdOfDevice(tx: Tx, device: string): Promise<readonly string[]> {
  return (await selectHeldOf(tx, { device })).rows.map(({ id }) => id)
}

const selectHeldOf = prepared((db, by: { device: string }) =>
  holding(db, db.selectFrom('ports').select('id').where('device_id', '=', by.device).orderBy('id')),
)

export async function exists(reader: Reader, id: PortId): Promise<boolean> {
  return (await selectId(reader, { id })).rows.length > 0
}

const selectId = prepared((db, by: { id: string }) =>
  db.selectFrom('ports').select('id').where('id', '=', by.id),
)

export async function list(reader: Reader, filter: PortFilter): Promise<readonly Port[]> {
  let query = reader.selectFrom('ports').selectAll('ports').orderBy('number')
  const { ids, networkId, deviceIds, seenBy } = filter
  if (ids?.length === 0 || deviceIds?.length === 0) return []
  if (ids !== undefined) query = query.where('id', 'in', ids)
  if (networkId !== undefined) query = query.where('network_id', '=', networkId)
  if (deviceIds !== undefined) query = query.where('device_id', 'in', deviceIds)
  if (seenBy !== undefined) {
    query = query.where((e) =>
      e.or([
        e('project_id', '=', seenBy),
        e('network_id', 'in', (own) =>
          own.selectFrom('networks').select('id').where('project_id', '=', seenBy),
        ),
      ]),
    )
  }
  return await whole(reader, await query.execute())
}

/**
 * Adds a port, with a MAC address made from its id unless one is given.
 * @throws `conflict` when the network has a port with the given MAC address.
 */
export async function add(
  tx: Tx,
  port: Omit<BarePort, 'mac'>,
  wanted: { readonly mac: string | null; readonly groups: readonly string[] },
): Promise<string> {
  const attempts = wanted.mac === null ? macAttemptsMax : 1
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const mac = wanted.mac ?? macOf(port.id, attempt)
    const { numAffectedRows } = await insertPort(tx, toRow({ ...port, mac }))
    if (numAffectedRows === 1n) {
      for (const group of new Set(wanted.groups)) {
        await insertGroup(tx, { port_id: port.id, group_id: group })
      }
      return mac
    }
  }
  const message = `Unable to complete operation for network ${port.networkId}. The mac address is in use.`
  throw problem('conflict', message, { type: 'MacAddressInUse', mac: wanted.mac })
}

const insertPort = prepared((db, row: Row) =>
  db
    .insertInto('ports')
    .values(row)
    .onConflict((on) => on.columns(['network_id', 'mac']).doNothing()),
)

const insertGroup = prepared((db, row: Tables['port_security_groups']) =>
  db.insertInto('port_security_groups').values(row),
)

export async function save(tx: Tx, port: BarePort): Promise<void> {
  await tx.updateTable('ports').set(toRow(port)).where('id', '=', port.id).execute()
}

/** Forgets ports with their addresses and bindings. Floating addresses that led to them lead nowhere. */
export async function remove(tx: Tx, ids: readonly PortId[]): Promise<void> {
  if (ids.length === 0) return
  await tx
    .updateTable('floating_ips')
    .set({ port_id: null, fixed_address: null, router_id: null })
    .where('port_id', 'in', ids)
    .execute()
  await tx.deleteFrom('ports').where('id', 'in', ids).execute()
}

/** Forgets, in the same way, the ports that were made for a server and are its. */
export async function removeMadeFor(tx: Tx, server: string): Promise<void> {
  await releaseFloatingOf(tx, { server })
  await deleteMadeFor(tx, { server })
}

const releaseFloatingOf = prepared((db, by: { server: string }) =>
  db
    .updateTable('floating_ips')
    .set({ port_id: null, fixed_address: null, router_id: null })
    .where('port_id', 'in', (e) =>
      e
        .selectFrom('ports')
        .select('id')
        .where('device_id', '=', by.server)
        .where('made_for', '=', by.server),
    ),
)

const deleteMadeFor = prepared((db, by: { server: string }) =>
  db.deleteFrom('ports').where('device_id', '=', by.server).where('made_for', '=', by.server),
)

export async function setGroups(tx: Tx, id: PortId, groups: readonly string[]): Promise<void> {
  await tx.deleteFrom('port_security_groups').where('port_id', '=', id).execute()
  if (groups.length === 0) return
  const rows = [...new Set(groups)].map((group_id) => ({ port_id: id, group_id }))
  await tx.insertInto('port_security_groups').values(rows).execute()
}

export function missing(id: string): Error {
  return problem('not-found', `Port ${id} could not be found.`, { type: 'PortNotFound', port: id })
}

async function whole(reader: Reader, rows: readonly Row[]): Promise<readonly Port[]> {
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const addresses = await reader
    .selectFrom('port_addresses')
    .select(['port_id', 'subnet_id', 'address'])
    .where('port_id', 'in', ids)
    .orderBy('ordinal')
    .execute()
  const groups = await reader
    .selectFrom('port_security_groups')
    .selectAll()
    .where('port_id', 'in', ids)
    .orderBy('group_id')
    .execute()
  const bindings = await reader
    .selectFrom('port_bindings')
    .selectAll()
    .where('port_id', 'in', ids)
    .orderBy('host')
    .execute()
  const addressesOf = Map.groupBy(addresses, (row) => row.port_id)
  const groupsOf = Map.groupBy(groups, (row) => row.port_id)
  const bindingsOf = Map.groupBy(bindings, (row) => row.port_id)
  return rows.map((row) => ({
    ...toPort(row),
    fixedIps: (addressesOf.get(row.id) ?? []).map(toFixedIp),
    securityGroups: (groupsOf.get(row.id) ?? []).map((each) => each.group_id),
    bindings: (bindingsOf.get(row.id) ?? []).map(toBinding),
  }))
}

function toFixedIp(row: { readonly subnet_id: string; readonly address: string }): FixedIp {
  // The column holds ids of subnets.
  return { subnetId: row.subnet_id as SubnetId, address: row.address }
}

function toBinding(row: Tables['port_bindings']): Binding {
  return {
    // The column holds names of hosts.
    host: row.host as HostName,
    status: row.active === 1 ? 'ACTIVE' : 'INACTIVE',
    vnicType: row.vnic_type,
    profile: fromJson(row.profile),
  }
}

function toRow(port: BarePort): Row {
  const { vnicType, profile, dnsName, dhcpOptions, addressPairs, tag } = port
  const details = { vnicType, profile, dnsName, dhcpOptions, addressPairs, tag } satisfies Details
  return {
    id: port.id,
    network_id: port.networkId,
    project_id: port.projectId,
    name: port.name,
    description: port.description,
    admin_up: Number(port.adminUp),
    mac: port.mac,
    device_id: port.deviceId,
    device_owner: port.deviceOwner,
    status: port.status,
    port_security: Number(port.portSecurity),
    made_for: port.madeFor,
    details: toJson(details),
    created_at: port.createdAt,
    updated_at: port.updatedAt,
    revision: port.revision,
  }
}

function toPort(row: Row): BarePort {
  return {
    ...fromJson<Details>(row.details),
    // A row's ids and status are what its columns say.
    id: row.id as PortId,
    networkId: row.network_id as NetworkId,
    projectId: row.project_id as ProjectId,
    status: row.status as PortStatus,
    name: row.name,
    description: row.description,
    adminUp: row.admin_up === 1,
    mac: row.mac,
    deviceId: row.device_id,
    deviceOwner: row.device_owner,
    portSecurity: row.port_security === 1,
    madeFor: row.made_for,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    revision: row.revision,
  }
}
