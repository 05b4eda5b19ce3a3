/** How the Network API shows what it keeps. Every record names its project twice, by the old word and the new. */
import type { Identity } from '../../domain/identity.ts'
import type { NetworkWithSubnets } from '../../app/network/networks.ts'
import { isTrusted } from '../../app/network/policy.ts'
import type { RouterWithGateway } from '../../app/network/routers.ts'
import type {
  AddressGroup,
  Binding,
  FixedIp,
  FloatingIp,
  Port,
  SecurityGroup,
  SecurityRule,
  Subnet,
} from '../../domain/network/network.ts'
import type { SubnetPool } from '../../domain/network/subnet-pool.ts'
import { activeBinding } from '../../domain/network/network.ts'

function instantView(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

function keptView(record: {
  readonly projectId: string
  readonly description: string
  readonly createdAt: number
  readonly updatedAt: number
  readonly revision: number
}) {
  return {
    tenant_id: record.projectId,
    project_id: record.projectId,
    description: record.description,
    created_at: instantView(record.createdAt),
    updated_at: instantView(record.updatedAt),
    revision_number: record.revision,
    tags: [],
  }
}

export function networkView(network: NetworkWithSubnets, who: Identity): object {
  return {
    id: network.id,
    name: network.name,
    status: network.adminUp ? 'ACTIVE' : 'DOWN',
    admin_state_up: network.adminUp,
    subnets: network.subnets,
    shared: network.shared,
    'router:external': network.external,
    is_default: network.isDefault,
    mtu: network.mtu,
    port_security_enabled: network.portSecurity,
    availability_zone_hints: [],
    availability_zones: ['nova'],
    ipv4_address_scope: network.scopes[4],
    ipv6_address_scope: network.scopes[6],
    qos_policy_id: null,
    vlan_transparent: null,
    dns_domain: network.dnsDomain,
    ...(isTrusted(who)
      ? {
          'provider:network_type': network.carrier?.type ?? 'vxlan',
          'provider:physical_network': network.carrier?.physicalNetwork ?? null,
          'provider:segmentation_id':
            network.carrier === null ? network.segment : network.carrier.segment,
        }
      : {}),
    ...keptView(network),
  }
}

export function subnetView(subnet: Subnet): object {
  return {
    id: subnet.id,
    name: subnet.name,
    network_id: subnet.networkId,
    ip_version: subnet.ipVersion,
    cidr: subnet.cidr,
    gateway_ip: subnet.gateway,
    enable_dhcp: subnet.dhcp,
    dns_nameservers: subnet.nameservers,
    host_routes: subnet.hostRoutes,
    allocation_pools: subnet.pools,
    ipv6_ra_mode: subnet.raMode,
    ipv6_address_mode: subnet.addressMode,
    subnetpool_id: subnet.poolId,
    segment_id: null,
    service_types: subnet.serviceTypes,
    dns_publish_fixed_ip: false,
    ...keptView(subnet),
  }
}

export function poolView(pool: SubnetPool): object {
  return {
    id: pool.id,
    name: pool.name,
    ip_version: pool.ipVersion,
    prefixes: pool.prefixes,
    default_prefixlen: pool.usualLength,
    min_prefixlen: pool.leastLength,
    max_prefixlen: pool.mostLength,
    default_quota: pool.quota,
    shared: pool.shared,
    is_default: pool.isDefault,
    address_scope_id: pool.scopeId,
    ...keptView(pool),
  }
}

export function fixedIpView({ subnetId, address }: FixedIp): object {
  return { subnet_id: subnetId, ip_address: address }
}

export function portView(port: Port, who: Identity): object {
  const binding = activeBinding(port)
  return {
    id: port.id,
    name: port.name,
    network_id: port.networkId,
    mac_address: port.mac,
    admin_state_up: port.adminUp,
    status: port.status,
    device_id: port.deviceId,
    device_owner: port.deviceOwner,
    fixed_ips: port.fixedIps.map(fixedIpView),
    security_groups: port.securityGroups,
    port_security_enabled: port.portSecurity,
    allowed_address_pairs: port.addressPairs.map(({ mac, address }) => ({
      ip_address: address,
      mac_address: mac ?? port.mac,
    })),
    extra_dhcp_opts: port.dhcpOptions.map(({ name, value, ipVersion }) => ({
      opt_name: name,
      opt_value: value,
      ip_version: ipVersion,
    })),
    dns_name: port.dnsName,
    dns_assignment: port.fixedIps.map((each) => assignmentView(port, each)),
    qos_policy_id: null,
    propagate_uplink_status: false,
    'binding:vnic_type': port.vnicType,
    ...(isTrusted(who)
      ? {
          'binding:host_id': binding?.host ?? '',
          'binding:profile': port.profile,
          'binding:vif_type': binding === null ? 'unbound' : 'ovs',
          'binding:vif_details': binding === null ? {} : { port_filter: true },
        }
      : {}),
    ...keptView(port),
  }
}

/** What an address is known by: its port's name, or one that is made of it. Every name is below the domain that clouds have. */
function assignmentView({ dnsName }: Port, { address }: FixedIp): object {
  const hostname = dnsName === '' ? `host-${address.replaceAll(/[.:]/g, '-')}` : dnsName
  const fqdn = hostname.endsWith('.') ? hostname : `${hostname}.openstacklocal.`
  return { hostname, ip_address: address, fqdn }
}

export function bindingView(binding: Binding): object {
  return {
    host: binding.host,
    status: binding.status,
    vif_type: 'ovs',
    vif_details: { port_filter: true },
    vnic_type: binding.vnicType,
    profile: binding.profile,
  }
}

export function groupView(group: SecurityGroup): object {
  return {
    id: group.id,
    name: group.name,
    stateful: group.stateful,
    shared: false,
    security_group_rules: group.rules.map(ruleView),
    ...keptView(group),
  }
}

export function addressGroupView(group: AddressGroup): object {
  const { tags: _, ...kept } = keptView(group)
  return { id: group.id, name: group.name, addresses: group.addresses, shared: false, ...kept }
}

export function ruleView(rule: SecurityRule): object {
  return {
    id: rule.id,
    security_group_id: rule.groupId,
    direction: rule.direction,
    ethertype: rule.ethertype,
    protocol: rule.protocol,
    port_range_min: rule.portMin,
    port_range_max: rule.portMax,
    remote_ip_prefix: rule.remotePrefix,
    normalized_cidr: rule.remotePrefix,
    remote_group_id: rule.remoteGroupId,
    remote_address_group_id: rule.remoteAddressGroupId,
    ...keptView({ ...rule, updatedAt: rule.createdAt, revision: 0 }),
  }
}

export function routerView(router: RouterWithGateway): object {
  const { gatewayPort, gatewayNetworkId } = router
  return {
    id: router.id,
    name: router.name,
    status: 'ACTIVE',
    admin_state_up: router.adminUp,
    external_gateway_info:
      gatewayPort === null
        ? null
        : {
            network_id: gatewayNetworkId,
            enable_snat: router.snat,
            external_fixed_ips: gatewayPort.fixedIps.map(fixedIpView),
          },
    routes: router.routes,
    distributed: false,
    ha: false,
    availability_zone_hints: [],
    availability_zones: ['nova'],
    flavor_id: null,
    ...keptView(router),
  }
}

export function floatingIpView(floatingIp: FloatingIp): object {
  return {
    id: floatingIp.id,
    floating_network_id: floatingIp.networkId,
    floating_ip_address: floatingIp.address,
    fixed_ip_address: floatingIp.fixedAddress,
    port_id: floatingIp.portId,
    router_id: floatingIp.routerId,
    status: floatingIp.portId === null ? 'DOWN' : 'ACTIVE',
    port_details: null,
    dns_domain: floatingIp.dnsDomain,
    dns_name: floatingIp.dnsName,
    qos_policy_id: null,
    port_forwardings: [],
    ...keptView(floatingIp),
  }
}
