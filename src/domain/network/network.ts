/** Networks and what hangs on them, as records: nothing here moves a packet. */
import type { Instant } from '../../lib/clock.ts'
import type { JsonObject } from '../../lib/json.ts'
import type { HostName, NetworkId, PortId, ProjectId, SubnetId } from '../ids.ts'
import type { IpVersion } from './address.ts'
import type { Carrier } from './provider.ts'
import type { Pool } from './pools.ts'

export type Kept = {
  readonly description: string
  readonly createdAt: Instant
  readonly updatedAt: Instant
  /** Counts changes, for clients that guard theirs. */
  readonly revision: number
}

export type Network = Kept & {
  readonly id: NetworkId
  readonly projectId: ProjectId
  readonly name: string
  readonly adminUp: boolean
  /** Whether every project may use it. */
  readonly shared: boolean
  /** Whether floating addresses and gateways of routers come from it. */
  readonly external: boolean
  readonly isDefault: boolean
  readonly mtu: number
  readonly portSecurity: boolean
  /** Where its ports are known by name, with a dot at its end; empty for nowhere. */
  readonly dnsDomain: string
  /** What an admin said that carries it; else it is a tunnel, whose number counts up. */
  readonly carrier: Carrier | null
  readonly segment: number
}

export type Ipv6Mode = 'slaac' | 'dhcpv6-stateful' | 'dhcpv6-stateless'
export type HostRoute = { readonly destination: string; readonly nexthop: string }

export type Subnet = Kept & {
  readonly id: SubnetId
  readonly networkId: NetworkId
  readonly projectId: ProjectId
  readonly name: string
  readonly ipVersion: IpVersion
  readonly cidr: string
  readonly gateway: string | null
  readonly dhcp: boolean
  readonly nameservers: readonly string[]
  readonly hostRoutes: readonly HostRoute[]
  readonly pools: readonly Pool[]
  readonly raMode: Ipv6Mode | null
  readonly addressMode: Ipv6Mode | null
  /** Owners of ports that it is for; everybody's when there are none. */
  readonly serviceTypes: readonly string[]
  /** The pool that its block is from; null when somebody said which block. */
  readonly poolId: string | null
}

export type FixedIp = { readonly subnetId: SubnetId; readonly address: string }

export type BindingStatus = 'ACTIVE' | 'INACTIVE'
/** That a port is on a host. At most one is active; a second one is what a live migration prepares. */
export type Binding = {
  readonly host: HostName
  readonly status: BindingStatus
  readonly vnicType: string
  readonly profile: JsonObject
}

export type PortStatus = 'ACTIVE' | 'DOWN' | 'BUILD' | 'N/A'
export type AddressPair = { readonly mac: string | null; readonly address: string }
export type DhcpOption = {
  readonly name: string
  readonly value: string
  readonly ipVersion: IpVersion
}

export type Port = Kept & {
  readonly id: PortId
  readonly networkId: NetworkId
  readonly projectId: ProjectId
  readonly name: string
  readonly adminUp: boolean
  readonly mac: string
  /** What it is plugged into: a server's id, a router's, or nothing. */
  readonly deviceId: string
  readonly deviceOwner: string
  readonly status: PortStatus
  readonly portSecurity: boolean
  /** The server it was made for and goes with; null for a port that somebody brought along. */
  readonly madeFor: string | null
  /** What a bound port is, or shall be. */
  readonly vnicType: string
  readonly profile: JsonObject
  readonly dnsName: string
  readonly dhcpOptions: readonly DhcpOption[]
  readonly addressPairs: readonly AddressPair[]
  readonly tag: string | null
  readonly fixedIps: readonly FixedIp[]
  readonly securityGroups: readonly string[]
  readonly bindings: readonly Binding[]
}

export type SecurityGroup = Kept & {
  readonly id: string
  readonly projectId: ProjectId
  readonly name: string
  readonly stateful: boolean
  readonly isDefault: boolean
  readonly rules: readonly SecurityRule[]
}

/** Blocks of addresses under one name, for rules to speak of. */
export type AddressGroup = Kept & {
  readonly id: string
  readonly projectId: ProjectId
  readonly name: string
  readonly addresses: readonly string[]
}

export type SecurityRule = {
  readonly id: string
  readonly groupId: string
  readonly projectId: ProjectId
  readonly direction: 'ingress' | 'egress'
  readonly ethertype: 'IPv4' | 'IPv6'
  readonly protocol: string | null
  readonly portMin: number | null
  readonly portMax: number | null
  readonly remotePrefix: string | null
  readonly remoteGroupId: string | null
  readonly remoteAddressGroupId: string | null
  readonly description: string
  readonly createdAt: Instant
}

export type Router = Kept & {
  readonly id: string
  readonly projectId: ProjectId
  readonly name: string
  readonly adminUp: boolean
  readonly gatewayPortId: PortId | null
  readonly gatewayNetworkId: NetworkId | null
  readonly snat: boolean
  readonly routes: readonly HostRoute[]
}

export type FloatingIp = Kept & {
  readonly id: string
  readonly projectId: ProjectId
  readonly networkId: NetworkId
  readonly address: string
  /** The port on the external network that holds the address. */
  readonly ownPortId: PortId
  readonly portId: PortId | null
  readonly fixedAddress: string | null
  readonly routerId: string | null
  /** What it is known by, and where; each may be empty. */
  readonly dnsName: string
  readonly dnsDomain: string
}

/** Who holds ports that are nobody's guest. */
export const owners = {
  routerInterface: 'network:router_interface',
  routerGateway: 'network:router_gateway',
  floatingIp: 'network:floatingip',
  compute: (zone: string) => `compute:${zone}`,
} as const

export function isNetworkOwned(deviceOwner: string): boolean {
  return deviceOwner.startsWith('network:')
}

/** The binding that counts: the active one. */
export function activeBinding(port: Port): Binding | null {
  return port.bindings.find(({ status }) => status === 'ACTIVE') ?? null
}
