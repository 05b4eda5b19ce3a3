/** The ports of a server, as operations need them. */
import type { HostName, NetworkId, PortId, ServerId } from '../domain/ids.ts'
import type { Server } from '../domain/server.ts'
import type { GuestPort } from '../drivers/virt-driver.ts'
import type { Instant } from '../lib/clock.ts'
import { seededRandom } from '../lib/random.ts'
import { interfacesOf } from '../store/network/interfaces.ts'
import * as groups from '../store/network/security-groups.ts'
import * as ports from '../store/network/ports.ts'
import type { PortWish } from '../store/network/ports.ts'
import type { Reader, Tx } from '../store/store.ts'

/** One interface that a server asked for: a new port on a network, or a port that exists. */
export type NetworkRequest = {
  readonly networkId: NetworkId | null
  readonly portId: PortId | null
  readonly address: string | null
  readonly tag: string | null
}

/** Makes or takes the server's ports. Ids are derived, so that doing it twice is doing it once. */
export async function makePorts(
  tx: Tx,
  server: Server,
  requests: readonly NetworkRequest[],
  make: { readonly now: Instant; readonly idOf: (name: string) => string },
): Promise<void> {
  await ports.createForServer(tx, {
    serverId: server.id,
    projectId: server.projectId,
    zone: server.zone,
    hostname: server.hostname,
    wishes: requests.map((request, index) => wishOf(request, make.idOf(`port ${index}`))),
    securityGroups: await groups.meant(tx, server.projectId, server.securityGroups, make.now),
    at: make.now,
    random: seededRandom(make.idOf('addresses')),
  })
}

function wishOf(request: NetworkRequest, derivedId: string): PortWish {
  const { networkId, portId, address, tag } = request
  if (portId !== null || networkId === null) {
    // A request names a network or a port; without a network there is a port.
    return { kind: 'port', portId: portId as PortId, tag }
  }
  // Derived from the saga: the same port whenever the step runs.
  return { kind: 'network', portId: derivedId as PortId, networkId, fixedIp: address, tag }
}

/** The server's ports as its guest has them. */
export async function guestPortsOf(
  reader: Reader,
  serverId: ServerId,
): Promise<readonly GuestPort[]> {
  return await interfacesOf(reader, serverId)
}

/** Binds every port of the server to the host and to no other; to none when it is null. */
export async function bindPorts(tx: Tx, serverId: ServerId, host: HostName | null): Promise<void> {
  if (host === null) await ports.unbind(tx, await idsOf(tx, serverId))
  else await ports.bindServer(tx, serverId, host)
}

/** Prepares the ports for another host, beside the one they are bound to. */
export async function prepareBinding(tx: Tx, serverId: ServerId, host: HostName): Promise<void> {
  await ports.addInactive(tx, await idsOf(tx, serverId), host)
}

/** Takes back what was prepared. */
export async function dropBinding(tx: Tx, serverId: ServerId, host: HostName): Promise<void> {
  await ports.removeOn(tx, await idsOf(tx, serverId), host)
}

/** Deletes the ports that were made for the server and sets the others free. */
export async function releasePorts(tx: Tx, serverId: ServerId): Promise<void> {
  await ports.deleteOfServer(tx, serverId)
}

async function idsOf(reader: Reader, serverId: ServerId): Promise<readonly PortId[]> {
  return (await interfacesOf(reader, serverId)).map(({ id }) => id)
}
