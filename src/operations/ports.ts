/** The ports of a server, as operations need them. */
import type { HostName, NetworkId, PortId, ServerId } from '../domain/ids.ts'
import type { GuestPort } from '../drivers/virt-driver.ts'
import type { Instant } from '../lib/clock.ts'
import type { Reader, Tx } from '../store/store.ts'

/** One interface that a server asked for: a new port on a network, or a port that exists. */
export type NetworkRequest = {
  readonly networkId: NetworkId | null
  readonly portId: PortId | null
  readonly address: string | null
  readonly tag: string | null
}

export async function makePorts(
  _tx: Tx,
  _serverId: ServerId,
  _requests: readonly NetworkRequest[],
  _make: { readonly now: Instant; readonly idOf: (name: string) => string },
): Promise<void> {}

export async function guestPortsOf(
  _reader: Reader,
  _serverId: ServerId,
): Promise<readonly GuestPort[]> {
  return []
}

/** Binds every port of the server to the host and to no other; to none when it is null. */
export async function bindPorts(
  _tx: Tx,
  _serverId: ServerId,
  _host: HostName | null,
  _now: Instant,
): Promise<void> {}

/** Deletes the ports that were made for the server and sets the others free. */
export async function releasePorts(_tx: Tx, _serverId: ServerId, _now: Instant): Promise<void> {}
