/** `/v2.0/networks` and `/v2.0/subnets`. */
import * as networks from '../../app/network/networks.ts'
import * as subnets from '../../app/network/subnets.ts'
import { knownTags } from '../../app/network/tags.ts'
import type { Context } from '../../app/context.ts'
import type { NetworkId } from '../../domain/ids.ts'
import { carrierTypes } from '../../domain/network/provider.ts'
import type { Carrier } from '../../domain/network/provider.ts'
import type { Ipv6Mode } from '../../domain/network/network.ts'
import type { Pool } from '../../domain/network/pools.ts'
import type { JsonObject } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import {
  bad,
  flag,
  neededText,
  objects,
  own,
  sent,
  text,
  textOrNull,
  texts,
} from '../http/fields.ts'
import { collectionRoutes } from './collection.ts'
import type { NetworkRoute } from './collection.ts'
import { domainOf } from './names.ts'
import { addressOrNull, checkedAddress, count, neededUuid, projectOf, routesOf } from './read.ts'
import { networkView, subnetView } from './views.ts'

const modes: readonly Ipv6Mode[] = ['slaac', 'dhcpv6-stateful', 'dhcpv6-stateless']

/** What carries a network is said once. */
const carried = ['provider:network_type', 'provider:physical_network', 'provider:segmentation_id']

export function networkRoutes(ctx: Context): readonly NetworkRoute[] {
  const changeable = [
    'name',
    'description',
    'admin_state_up',
    'shared',
    'router:external',
    'is_default',
    'mtu',
    'port_security_enabled',
    'dns_domain',
  ]
  return collectionRoutes({
    name: 'network',
    plural: 'networks',
    path: '/networks',
    creatable: [...changeable, ...carried, 'project_id', 'tenant_id', 'availability_zone_hints'],
    changeable,
    shown: [
      'subnets',
      'availability_zones',
      'ipv4_address_scope',
      'ipv6_address_scope',
      'qos_policy_id',
      'vlan_transparent',
    ],
    view: networkView,
    tags: async (id) => await knownTags(ctx, 'network', id),
    list: async (who) => await networks.listNetworks(ctx, who),
    get: async (who, id) => await networks.getNetwork(ctx, who, id),
    create: async (who, bodies) => await networks.createNetworks(ctx, who, bodies.map(newNetwork)),
    update: async (who, id, body, seen) =>
      await networks.updateNetwork(ctx, who, id, networkFields(body), seen),
    remove: async (who, id, seen) => await networks.deleteNetwork(ctx, who, id, seen),
  })
}

export function subnetRoutes(ctx: Context): readonly NetworkRoute[] {
  const changeable = [
    'name',
    'description',
    'gateway_ip',
    'enable_dhcp',
    'dns_nameservers',
    'host_routes',
    'allocation_pools',
    'service_types',
  ]
  return collectionRoutes({
    name: 'subnet',
    plural: 'subnets',
    path: '/subnets',
    creatable: [
      ...changeable,
      'network_id',
      'ip_version',
      'cidr',
      'ipv6_ra_mode',
      'ipv6_address_mode',
      'subnetpool_id',
      'prefixlen',
      'use_default_subnetpool',
      'project_id',
      'tenant_id',
    ],
    changeable,
    shown: ['segment_id', 'dns_publish_fixed_ip'],
    view: subnetView,
    tags: async (id) => await knownTags(ctx, 'subnet', id),
    list: async (who) => await subnets.listSubnets(ctx, who),
    get: async (who, id) => await subnets.getSubnet(ctx, who, id),
    create: async (who, bodies) => await subnets.createSubnets(ctx, who, bodies.map(newSubnet)),
    update: async (who, id, body, seen) =>
      await subnets.updateSubnet(ctx, who, id, subnetFields(body), seen),
    remove: async (who, id, seen) => await subnets.deleteSubnet(ctx, who, id, seen),
  })
}

function networkFields(body: JsonObject): Partial<networks.NetworkFields> {
  return sent({
    name: text(body, 'name'),
    description: text(body, 'description'),
    adminUp: flag(body, 'admin_state_up'),
    shared: flag(body, 'shared'),
    external: flag(body, 'router:external'),
    isDefault: flag(body, 'is_default'),
    mtu: count(body, 'mtu', { min: 68, max: 65_535 }),
    portSecurity: flag(body, 'port_security_enabled'),
    dnsDomain: domainOf(body),
  })
}

function newNetwork(body: JsonObject): networks.NewNetwork {
  return {
    id: null,
    projectId: projectOf(body),
    name: '',
    description: '',
    adminUp: true,
    shared: false,
    external: false,
    isDefault: false,
    mtu: 1450,
    portSecurity: true,
    dnsDomain: '',
    carrier: carrierIn(body),
    ...networkFields(body),
  }
}

/** Who says anything of it says the type. */
function carrierIn(body: JsonObject): Carrier | null {
  const said = textOrNull(body, 'provider:network_type') ?? null
  const physicalNetwork = textOrNull(body, 'provider:physical_network') ?? null
  const numbers = { min: 0, max: 4_294_967_295 }
  const isNumbered = (own(body, 'provider:segmentation_id') ?? null) !== null
  const segment = isNumbered ? (count(body, 'provider:segmentation_id', numbers) ?? null) : null
  if (said === null) {
    if (physicalNetwork === null && segment === null) return null
    throw bad('provider:network_type', 'it is required')
  }
  const type = carrierTypes.find((each) => each === said)
  if (type === undefined) {
    throw bad('provider:network_type', `it must be one of ${carrierTypes.join(', ')}`)
  }
  return { type, physicalNetwork, segment }
}

function subnetFields(body: JsonObject): Partial<subnets.SubnetFields> {
  return sent({
    name: text(body, 'name'),
    description: text(body, 'description'),
    gateway: addressOrNull(body, 'gateway_ip'),
    dhcp: flag(body, 'enable_dhcp'),
    nameservers: nameserversOf(body),
    hostRoutes: routesOf(body, 'host_routes'),
    pools: poolsOf(body),
    serviceTypes: serviceTypesOf(body),
  })
}

function newSubnet(body: JsonObject): subnets.NewSubnet {
  const { gateway, pools, ...fields } = subnetFields(body)
  const ipVersion = count(body, 'ip_version', { min: 4, max: 6 })
  if (ipVersion !== 4 && ipVersion !== 6) throw bad('ip_version', 'it must be 4 or 6')
  const raMode = modeOf(body, 'ipv6_ra_mode')
  const addressMode = modeOf(body, 'ipv6_address_mode')
  if (ipVersion === 4 && (raMode !== null || addressMode !== null)) {
    throw bad('ipv6_address_mode', 'it is for IPv6 only')
  }
  if (raMode !== null && addressMode !== null && raMode !== addressMode) {
    throw bad('ipv6_address_mode', 'it must be the same as ipv6_ra_mode')
  }
  return {
    // Whether there is such a network is looked up later.
    networkId: neededUuid(body, 'network_id') as NetworkId,
    projectId: projectOf(body),
    ipVersion,
    ...blockIn(body),
    raMode,
    addressMode,
    name: '',
    description: '',
    dhcp: true,
    nameservers: [],
    hostRoutes: [],
    serviceTypes: [],
    ...fields,
    gateway,
    pools,
  }
}

/** Which block it has, or where it gets one from. */
function blockIn(body: JsonObject): Pick<subnets.NewSubnet, 'cidr' | 'pool' | 'length'> {
  const cidr = textOrNull(body, 'cidr') ?? null
  const poolId = textOrNull(body, 'subnetpool_id') ?? null
  const usual = flag(body, 'use_default_subnetpool') ?? false
  const isSized = (own(body, 'prefixlen') ?? null) !== null
  const length = isSized ? (count(body, 'prefixlen', { min: 0, max: 128 }) ?? null) : null
  if (usual && poolId !== null) {
    throw bad('use_default_subnetpool', 'it says another pool than subnetpool_id')
  }
  if (cidr !== null && length !== null) throw bad('prefixlen', 'the cidr says it')
  const pool = usual ? 'default' : poolId === null ? null : { id: poolId }
  return { cidr, pool, length }
}

function modeOf(body: JsonObject, name: string): Ipv6Mode | null {
  const asked = textOrNull(body, name) ?? null
  const found = modes.find((each) => each === asked)
  if (asked !== null && found === undefined)
    throw bad(name, `it must be one of ${modes.join(', ')}`)
  return found ?? null
}

function nameserversOf(body: JsonObject): readonly string[] | undefined {
  if (own(body, 'dns_nameservers') === null) return []
  const servers = texts(body, 'dns_nameservers')
  if (servers !== undefined && servers.length > 5)
    throw bad('dns_nameservers', 'there are too many')
  return servers?.map((server) => checkedAddress('dns_nameservers', server))
}

/** What owners of ports begin with. */
const ownerPrefixes = ['network:', 'neutron:', 'compute:', 'baremetal:', 'trunk:']

function serviceTypesOf(body: JsonObject): readonly string[] | undefined {
  const types = texts(body, 'service_types')
  const wrong = types?.find((type) => !ownerPrefixes.some((prefix) => type.startsWith(prefix)))
  if (wrong === undefined) return types
  const message = `Service type ${wrong} does not correspond to a valid device owner.`
  throw problem('invalid', message, { type: 'InvalidSubnetServiceType' })
}

function poolsOf(body: JsonObject): readonly Pool[] | undefined {
  return objects(body, 'allocation_pools')?.map((pool) => ({
    start: checkedAddress('allocation_pools', neededText(pool, 'start')),
    end: checkedAddress('allocation_pools', neededText(pool, 'end')),
  }))
}
