/** The addresses of servers as Compute shows them: of many servers in one query. */
import type { PortId, ServerId } from '../../domain/ids.ts'
import type { IpVersion } from '../../domain/network/address.ts'
import { toJson } from '../../lib/json.ts'
import { isAmong } from '../dialect/dialect.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader } from '../store.ts'

export type ServerAddress = {
  readonly portId: PortId
  /** The network's name. */
  readonly network: string
  readonly address: string
  readonly version: IpVersion
  readonly mac: string
  readonly kind: 'fixed' | 'floating'
}

/** By server; a server without addresses is not in it. In the order in which its ports were made. */
export async function addressesOfServers(
  reader: Reader,
  serverIds: readonly ServerId[],
): Promise<ReadonlyMap<ServerId, readonly ServerAddress[]>> {
  if (serverIds.length === 0) return new Map()
  const { rows } = await selectAddresses(reader, { servers: toJson(serverIds) })
  const found = new Map<ServerId, ServerAddress[]>()
  for (const row of rows) {
    // What was asked for are ids of servers, and a row's port is one.
    const server = row.server as ServerId
    const common = { portId: row.port as PortId, network: row.network, mac: row.mac }
    const list = found.get(server) ?? []
    if (list.length === 0) found.set(server, list)
    list.push({ ...common, address: row.address, version: versionOf(row.address), kind: 'fixed' })
    if (row.floating !== null) {
      const version = versionOf(row.floating)
      list.push({ ...common, address: row.floating, version, kind: 'floating' })
    }
  }
  return found
}

const selectAddresses = prepared((db, by: { servers: string }) =>
  db
    .selectFrom('ports')
    .innerJoin('networks', 'networks.id', 'ports.network_id')
    .innerJoin('port_addresses', 'port_addresses.port_id', 'ports.id')
    .leftJoin('floating_ips', (join) =>
      join
        .onRef('floating_ips.port_id', '=', 'ports.id')
        .onRef('floating_ips.fixed_address', '=', 'port_addresses.address'),
    )
    .select([
      'ports.device_id as server',
      'ports.id as port',
      'ports.mac as mac',
      'networks.name as network',
      'port_addresses.address as address',
      'floating_ips.address as floating',
    ])
    .where(isAmong(db, 'ports.device_id', by.servers))
    .orderBy('ports.number')
    .orderBy('port_addresses.ordinal'),
)

/** Enough to tell apart addresses that are in their canonical spelling. */
function versionOf(address: string): IpVersion {
  return address.includes(':') ? 6 : 4
}
