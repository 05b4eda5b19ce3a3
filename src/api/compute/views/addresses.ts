/** Addresses of a server by the name of the network: with what they are, or bare. */
import type { ServerAddress } from '../../../app/shown-servers.ts'
import type { Wire } from '../change.ts'

export type AddressesByNetwork = ReadonlyMap<string, readonly ServerAddress[]>

export function fullAddresses(by: AddressesByNetwork): Wire {
  return mapped(by, ({ version, address, mac, kind }) => ({
    version,
    addr: address,
    'OS-EXT-IPS:type': kind,
    'OS-EXT-IPS-MAC:mac_addr': mac,
  }))
}

export function plainAddresses(by: AddressesByNetwork): Wire {
  return mapped(by, ({ version, address }) => ({ version, addr: address }))
}

function mapped(by: AddressesByNetwork, one: (address: ServerAddress) => Wire): Wire {
  return Object.fromEntries([...by].map(([network, list]) => [network, list.map(one)]))
}
