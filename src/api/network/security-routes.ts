/** `/v2.0/security-groups` and `/v2.0/security-group-rules`. */
import { knownTags } from '../../app/network/tags.ts'
import type { Context } from '../../app/context.ts'
import * as groups from '../../app/network/security-groups.ts'
import {
  formatAddress,
  formatBlock,
  parseAddress,
  parseBlock,
} from '../../domain/network/address.ts'
import type { JsonObject } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import { bad, flag, neededText, own, sent, text, textOrNull } from '../http/fields.ts'
import { collectionRoutes } from './collection.ts'
import type { NetworkRoute } from './collection.ts'
import { neededUuid, projectOf } from './read.ts'
import { groupView, ruleView } from './views.ts'

const protocols: ReadonlySet<string> = new Set([
  'ah',
  'dccp',
  'egp',
  'esp',
  'gre',
  'hopopt',
  'icmp',
  'icmpv6',
  'igmp',
  'ip',
  'ipip',
  'ipv6-encap',
  'ipv6-frag',
  'ipv6-icmp',
  'ipv6-nonxt',
  'ipv6-opts',
  'ipv6-route',
  'ospf',
  'pgm',
  'rsvp',
  'sctp',
  'tcp',
  'udp',
  'udplite',
  'vrrp',
])

export function groupRoutes(ctx: Context): readonly NetworkRoute[] {
  const changeable = ['name', 'description', 'stateful']
  return collectionRoutes({
    name: 'security_group',
    plural: 'security_groups',
    path: '/security-groups',
    creatable: [...changeable, 'project_id', 'tenant_id'],
    changeable,
    shown: ['security_group_rules', 'shared'],
    view: groupView,
    tags: async (id) => await knownTags(ctx, 'security-group', id),
    list: async (who) => await groups.listGroups(ctx, who),
    get: async (who, id) => await groups.getGroup(ctx, who, id),
    create: async (who, bodies) => await groups.createGroups(ctx, who, bodies.map(newGroup)),
    update: async (who, id, body, seen) =>
      await groups.updateGroup(ctx, who, id, groupFields(body), seen),
    remove: async (who, id, seen) => await groups.deleteGroup(ctx, who, id, seen),
  })
}

export function ruleRoutes(ctx: Context): readonly NetworkRoute[] {
  return collectionRoutes({
    name: 'security_group_rule',
    plural: 'security_group_rules',
    path: '/security-group-rules',
    creatable: [
      'security_group_id',
      'direction',
      'ethertype',
      'protocol',
      'port_range_min',
      'port_range_max',
      'remote_ip_prefix',
      'remote_group_id',
      'remote_address_group_id',
      'description',
      'project_id',
      'tenant_id',
    ],
    changeable: [],
    shown: ['normalized_cidr'],
    view: ruleView,
    list: async (who) => await groups.listRules(ctx, who),
    get: async (who, id) => await groups.getRule(ctx, who, id),
    create: async (who, bodies) => await groups.createRules(ctx, who, bodies.map(newRule)),
    remove: async (who, id, seen) => await groups.deleteRule(ctx, who, id, seen),
  })
}

function groupFields(body: JsonObject): Partial<groups.GroupFields> {
  return sent({
    name: text(body, 'name'),
    description: text(body, 'description'),
    stateful: flag(body, 'stateful'),
  })
}

function newGroup(body: JsonObject): groups.NewGroup {
  return {
    name: '',
    description: '',
    stateful: true,
    ...groupFields(body),
    projectId: projectOf(body),
  }
}

function newRule(body: JsonObject): groups.NewRule {
  const direction = neededText(body, 'direction', { oneOf: ['ingress', 'egress'] })
  return {
    projectId: projectOf(body),
    groupId: neededUuid(body, 'security_group_id'),
    direction: direction === 'ingress' ? 'ingress' : 'egress',
    ethertype: ethertypeOf(body),
    protocol: protocolOf(body),
    portMin: portOf(body, 'port_range_min'),
    portMax: portOf(body, 'port_range_max'),
    remotePrefix: prefixOf(body),
    // One that is no id is the name of a group that does not exist.
    remoteGroupId: textOrNull(body, 'remote_group_id') ?? null,
    remoteAddressGroupId: textOrNull(body, 'remote_address_group_id') ?? null,
    description: text(body, 'description') ?? '',
  }
}

function ethertypeOf(body: JsonObject): 'IPv4' | 'IPv6' {
  const asked = textOrNull(body, 'ethertype')?.toLowerCase() ?? 'ipv4'
  if (asked !== 'ipv4' && asked !== 'ipv6') throw bad('ethertype', 'it must be IPv4 or IPv6')
  return asked === 'ipv4' ? 'IPv4' : 'IPv6'
}

/** A name, or a number from 0 to 255 written either way. */
function protocolOf(body: JsonObject): string | null {
  const asked = own(body, 'protocol') ?? null
  if (asked === null) return null
  const name =
    typeof asked === 'string' || typeof asked === 'number' ? String(asked).toLowerCase() : ''
  if (name === 'any') return null
  const number = /^\d{1,3}$/.test(name) ? Number(name) : null
  if (protocols.has(name) || (number !== null && number <= 255)) return name
  throw bad('protocol', 'it must be a name or a number from 0 to 255')
}

/** Clients send numbers and texts of numbers. */
function portOf(body: JsonObject, name: string): number | null {
  const asked = own(body, name) ?? null
  if (asked === null) return null
  const written = typeof asked === 'number' || typeof asked === 'string' ? String(asked) : ''
  const port = /^\d{1,5}$/.test(written) ? Number(written) : Number.NaN
  if (!(port <= 65_535)) {
    throw problem('invalid', `Invalid value for port ${written}`, {
      type: 'SecurityGroupInvalidPortValue',
    })
  }
  return port
}

function prefixOf(body: JsonObject): string | null {
  const asked = textOrNull(body, 'remote_ip_prefix') ?? null
  if (asked === null) return null
  const block = parseBlock(asked)
  if (block !== null) return formatBlock(block)
  const address = parseAddress(asked)
  if (address === null) throw bad('remote_ip_prefix', `'${asked}' is not a block of addresses`)
  return `${formatAddress(address)}/${address.version === 4 ? 32 : 128}`
}
