/** `/v2.0/ports` and their bindings. */
import { knownTags } from '../../app/network/tags.ts'
import type { Context } from '../../app/context.ts'
import * as bindings from '../../app/network/bindings.ts'
import * as ports from '../../app/network/ports.ts'
import type { HostName, NetworkId } from '../../domain/ids.ts'
import { formatBlock, parseBlock } from '../../domain/network/address.ts'
import { canonicalMac } from '../../domain/network/mac.ts'
import type { AddressPair, DhcpOption } from '../../domain/network/network.ts'
import type { JsonObject } from '../../lib/json.ts'
import {
  bad,
  flag,
  neededObject,
  neededText,
  object,
  objects,
  own,
  sent,
  text,
  textOrNull,
  texts,
} from '../http/fields.ts'
import { collectionRoutes } from './collection.ts'
import type { NetworkRoute } from './collection.ts'
import { nameOf } from './names.ts'
import { checkedAddress, fixedIpsOf, neededUuid, projectOf } from './read.ts'
import { bindingView, portView } from './views.ts'

const vnicTypes = [
  'normal',
  'macvtap',
  'direct',
  'direct-physical',
  'baremetal',
  'virtio-forwarder',
  'smart-nic',
  'vdpa',
]

const changeable = [
  'name',
  'description',
  'admin_state_up',
  'mac_address',
  'fixed_ips',
  'device_id',
  'device_owner',
  'security_groups',
  'port_security_enabled',
  'binding:host_id',
  'binding:profile',
  'binding:vnic_type',
  'allowed_address_pairs',
  'extra_dhcp_opts',
  'dns_name',
]

export function portRoutes(ctx: Context): readonly NetworkRoute[] {
  return [
    ...collectionRoutes({
      name: 'port',
      plural: 'ports',
      path: '/ports',
      creatable: [...changeable, 'network_id', 'project_id', 'tenant_id'],
      changeable,
      shown: [
        'binding:vif_type',
        'binding:vif_details',
        'dns_assignment',
        'dns_domain',
        'qos_policy_id',
        'propagate_uplink_status',
        'resource_request',
      ],
      view: portView,
      tags: async (id) => await knownTags(ctx, 'port', id),
      list: async (who, query) =>
        await ports.listPorts(ctx, who, {
          ids: manyOf(query, 'id'),
          networkId: oneOf(query, 'network_id'),
          deviceIds: manyOf(query, 'device_id'),
        }),
      get: async (who, id) => await ports.getPort(ctx, who, id),
      create: async (who, bodies) => await ports.createPorts(ctx, who, bodies.map(newPort)),
      update: async (who, id, body, seen) =>
        await ports.updatePort(ctx, who, id, portFields(body), seen),
      remove: async (who, id, seen) => await ports.deletePort(ctx, who, id, seen),
    }),
    ...bindingRoutes(ctx),
  ]
}

function bindingRoutes(ctx: Context): readonly NetworkRoute[] {
  const path = '/v2.0/ports/{id}/bindings'
  return [
    [
      'GET',
      path,
      async ({ params, who }) => {
        const found = await bindings.listBindings(ctx, who, params['id'] ?? '')
        return { status: 200, body: { bindings: found.map(bindingView) } }
      },
    ],
    [
      'POST',
      path,
      async ({ params, who, body }) => {
        const host = neededText(neededObject(body(), 'binding'), 'host') as HostName // the name that was asked for
        const made = await bindings.addBinding(ctx, who, params['id'] ?? '', host)
        return { status: 201, body: { binding: bindingView(made) } }
      },
    ],
    [
      'PUT',
      `${path}/{host}/activate`,
      async ({ params, who }) => {
        const host = (params['host'] ?? '') as HostName // the name that was asked for
        const changed = await bindings.activateBinding(ctx, who, params['id'] ?? '', host)
        return { status: 200, body: { binding: bindingView(changed) } }
      },
    ],
    [
      'DELETE',
      `${path}/{host}`,
      async ({ params, who }) => {
        const host = (params['host'] ?? '') as HostName // the name that was asked for
        await bindings.removeBinding(ctx, who, params['id'] ?? '', host)
        return { status: 204 }
      },
    ],
  ]
}

function newPort(body: JsonObject): ports.NewPort {
  return {
    ...portFields(body),
    // Whether there is such a network is looked up later.
    networkId: neededUuid(body, 'network_id') as NetworkId,
    projectId: projectOf(body),
  }
}

function portFields(body: JsonObject): Partial<ports.PortFields> {
  return sent({
    name: text(body, 'name'),
    description: text(body, 'description'),
    adminUp: flag(body, 'admin_state_up'),
    mac: macOf(body),
    fixedIps: fixedIpsOf(body, 'fixed_ips'),
    deviceId: text(body, 'device_id'),
    deviceOwner: text(body, 'device_owner'),
    securityGroups: own(body, 'security_groups') === null ? [] : texts(body, 'security_groups'),
    portSecurity: flag(body, 'port_security_enabled'),
    host: own(body, 'binding:host_id') === null ? '' : text(body, 'binding:host_id'),
    profile: own(body, 'binding:profile') === null ? {} : object(body, 'binding:profile'),
    vnicType: text(body, 'binding:vnic_type', { oneOf: vnicTypes }),
    addressPairs: addressPairsOf(body),
    dhcpOptions: dhcpOptionsOf(body),
    dnsName: nameOf(body),
  })
}

function macOf(body: JsonObject): string | null | undefined {
  const written = textOrNull(body, 'mac_address')
  if (written === undefined || written === null) return written
  const mac = canonicalMac(written)
  if (mac === null) throw bad('mac_address', `'${written}' is not a valid MAC address`)
  return mac
}

function addressPairsOf(body: JsonObject): readonly AddressPair[] | undefined {
  return objects(body, 'allowed_address_pairs')?.map((pair) => {
    const mac = text(pair, 'mac_address')
    const canonical = mac === undefined ? null : canonicalMac(mac)
    if (mac !== undefined && canonical === null)
      throw bad('allowed_address_pairs', 'a MAC address is not valid')
    return { mac: canonical, address: addressOrBlock(neededText(pair, 'ip_address')) }
  })
}

function addressOrBlock(written: string): string {
  const block = written.includes('/') ? parseBlock(written) : null
  return block === null ? checkedAddress('allowed_address_pairs', written) : formatBlock(block)
}

function dhcpOptionsOf(body: JsonObject): readonly DhcpOption[] | undefined {
  return objects(body, 'extra_dhcp_opts')?.flatMap((option) => {
    const name = neededText(option, 'opt_name')
    const value = textOrNull(option, 'opt_value')
    const version = own(option, 'ip_version')
    // A value of null takes an option away.
    if (value === null || value === undefined) return []
    return [
      { name, value, ipVersion: version === 6 || version === '6' ? (6 as const) : (4 as const) },
    ]
  })
}

function manyOf(query: URLSearchParams, name: string): readonly string[] | null {
  const values = query.getAll(name)
  return values.length === 0 ? null : values
}

function oneOf(query: URLSearchParams, name: string): string | null {
  const values = query.getAll(name)
  return values.length === 1 ? (values[0] ?? null) : null
}
