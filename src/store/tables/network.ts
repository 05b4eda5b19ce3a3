/** Tables of the network service. */
import type { Generated } from 'kysely'
import type { Flag } from './tables.ts'

type Kept = { description: string; created_at: number; updated_at: number; revision: number }

export type NetworkTables = {
  networks: Kept & {
    number: Generated<number>
    id: string
    project_id: string
    name: string
    admin_up: Flag
    shared: Flag
    external: Flag
    is_default: Flag
    mtu: number
    port_security: Flag
    /** All null where nobody said what carries it. */
    provider_type: string | null
    physical_network: string | null
    provider_segment: number | null
    dns_domain: string
  }
  subnets: Kept & {
    number: Generated<number>
    id: string
    network_id: string
    project_id: string
    name: string
    ip_version: number
    cidr: string
    gateway: string | null
    dhcp: Flag
    /** JSON of everything that no query looks into. */
    details: string
    pool_id: string | null
  }
  subnet_pools: Kept & {
    number: Generated<number>
    id: string
    project_id: string
    name: string
    ip_version: number
    prefixes: string
    usual_length: number
    least_length: number
    most_length: number
    quota: number | null
    shared: Flag
    /** The version of IP for which it is the default, else null: there is one at most. */
    default_for: number | null
    scope_id: string | null
  }
  address_groups: Kept & {
    number: Generated<number>
    id: string
    project_id: string
    name: string
    addresses: string
  }
  address_scopes: {
    number: Generated<number>
    id: string
    project_id: string
    name: string
    ip_version: number
    shared: Flag
  }
  ports: Kept & {
    number: Generated<number>
    id: string
    network_id: string
    project_id: string
    name: string
    admin_up: Flag
    mac: string
    device_id: string
    device_owner: string
    status: string
    port_security: Flag
    made_for: string | null
    /** JSON of everything that no query looks into. */
    details: string
  }
  /** An address belongs to one port at most: the key says so, whoever hands it out. */
  port_addresses: {
    subnet_id: string
    address: string
    /** How far it is from the first address of its subnet; null when that is too far to be counted. */
    position: number | null
    port_id: string
    /** Keeps the order in which a port's addresses were given. */
    ordinal: number
  }
  port_bindings: {
    port_id: string
    host: string
    /** 1 for the binding that counts, else null: one of a port at most. */
    active: Flag | null
    vnic_type: string
    profile: string
  }
  port_security_groups: { port_id: string; group_id: string }
  security_groups: Kept & {
    number: Generated<number>
    id: string
    project_id: string
    name: string
    stateful: Flag
    /** The project whose default group it is, else null: a project has one at most. */
    default_of: string | null
  }
  security_group_rules: {
    number: Generated<number>
    id: string
    group_id: string
    project_id: string
    direction: string
    ethertype: string
    protocol: string | null
    port_min: number | null
    port_max: number | null
    remote_prefix: string | null
    remote_group_id: string | null
    remote_address_group_id: string | null
    description: string
    created_at: number
  }
  routers: Kept & {
    number: Generated<number>
    id: string
    project_id: string
    name: string
    admin_up: Flag
    gateway_port_id: string | null
    gateway_network_id: string | null
    snat: Flag
    routes: string
  }
  floating_ips: Kept & {
    number: Generated<number>
    id: string
    project_id: string
    network_id: string
    address: string
    own_port_id: string
    port_id: string | null
    fixed_address: string | null
    router_id: string | null
    dns_name: string
    dns_domain: string
  }
  /** A tag of one record: all but one of the columns that say of which are null. */
  network_tags: {
    tag: string
    network_id: string | null
    subnet_id: string | null
    subnet_pool_id: string | null
    port_id: string | null
    router_id: string | null
    floating_ip_id: string | null
    security_group_id: string | null
  }
  network_quotas: { project_id: string; resource: string; limit: number }
}
