/** Security groups as this API has always shown them: what may come in, with ports where none were said. */
import type { SecurityRule } from '../../../domain/network/network.ts'
import type { SecurityGroupShown } from '../../../app/server-security-groups.ts'
import type { Wire } from '../change.ts'

export function securityGroup({ group, remotes }: SecurityGroupShown): Wire {
  const incoming = group.rules.filter(({ direction }) => direction === 'ingress')
  return {
    id: group.id,
    name: group.name,
    description: group.description,
    tenant_id: group.projectId,
    rules: incoming.map((rule) => securityGroupRule(rule, remotes)),
  }
}

export function securityGroupRule(
  rule: SecurityRule,
  remotes: SecurityGroupShown['remotes'],
): Wire {
  const remote = rule.remoteGroupId === null ? undefined : remotes.get(rule.remoteGroupId)
  const isFromGroup = rule.remoteGroupId !== null
  return {
    id: rule.id,
    parent_group_id: rule.groupId,
    ip_protocol: rule.protocol,
    ...portsOf(rule),
    group: remote === undefined ? {} : { name: remote.name, tenant_id: remote.projectId },
    ip_range: isFromGroup ? {} : { cidr: rule.remotePrefix ?? everywhere(rule) },
  }
}

function portsOf({ protocol, portMin, portMax }: SecurityRule): Wire {
  if (protocol === null || portMin !== null || portMax !== null) {
    return { from_port: portMin, to_port: portMax }
  }
  const isPorted = ['tcp', 'udp'].includes(protocol.toLowerCase())
  return isPorted ? { from_port: 1, to_port: 65_535 } : { from_port: -1, to_port: -1 }
}

function everywhere({ ethertype }: SecurityRule): string {
  return ethertype === 'IPv4' ? '0.0.0.0/0' : '::/0'
}
