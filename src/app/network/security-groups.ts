/** Security groups and rules. */
import type { Identity } from '../../domain/identity.ts'
import type { ProjectId } from '../../domain/ids.ts'
import { parseBlock } from '../../domain/network/address.ts'
import type { SecurityGroup, SecurityRule } from '../../domain/network/network.ts'
import { problem } from '../../lib/problem.ts'
import * as quotas from '../../store/network/quotas.ts'
import * as groups from '../../store/network/security-groups.ts'
import type { Reader, Tx } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { visibleAddressGroup } from './address-groups.ts'
import { isTrusted, projectFor, requireChange, requireSight, sees } from './policy.ts'
import { requireRevision } from './revisions.ts'
import type { Seen } from './revisions.ts'

export type GroupFields = Pick<SecurityGroup, 'name' | 'description' | 'stateful'>
export type NewGroup = GroupFields & { readonly projectId: ProjectId | null }
export type NewRule = Omit<SecurityRule, 'id' | 'projectId' | 'createdAt'> & {
  readonly projectId: ProjectId | null
}

/** What somebody sees, their own default group among it: it is made when it is looked for. */
export async function listGroups(ctx: Context, who: Identity): Promise<readonly SecurityGroup[]> {
  const { projectId } = who
  if (projectId !== null) await makeSureOfDefault(ctx, projectId)
  return await ctx.store.read(async (reader) => await groups.list(reader, sees(who)))
}

export async function getGroup(ctx: Context, who: Identity, id: string): Promise<SecurityGroup> {
  if (who.projectId !== null && id === groups.defaultIdOf(who.projectId)) {
    await makeSureOfDefault(ctx, who.projectId)
  }
  return await ctx.store.read(async (reader) => await visibleGroup(reader, who, id))
}

export async function createGroups(
  ctx: Context,
  who: Identity,
  wanted: readonly NewGroup[],
): Promise<readonly SecurityGroup[]> {
  return await ctx.store.transaction(async (tx) => {
    const made: SecurityGroup[] = []
    for (const { projectId: asked, ...fields } of wanted) {
      const projectId = projectFor(who, asked, 'create_security_group')
      const now = ctx.clock.now()
      await groups.ensureDefault(tx, projectId, now)
      if (fields.name === 'default') throw defaultExists()
      await quotas.check(tx, projectId, 'security_group')
      const id = ctx.ids.uuid()
      const rules = groups.egressRules(id, projectId, now)
      const kept = { createdAt: now, updatedAt: now, revision: 1 }
      const group = { ...fields, ...kept, id, projectId, isDefault: false, rules }
      await groups.add(tx, group)
      made.push(group)
    }
    return made
  })
}

export async function updateGroup(
  ctx: Context,
  who: Identity,
  id: string,
  change: Partial<GroupFields>,
  seen: Seen = null,
): Promise<SecurityGroup> {
  return await ctx.store.transaction(async (tx) => {
    const group = await visibleGroup(tx, who, id)
    requireChange(who, group, 'update_security_group')
    requireRevision(group, seen)
    const renamed = change.name !== undefined && change.name !== group.name
    if (renamed && group.isDefault) {
      throw problem('conflict', 'Updating default security group not allowed.', {
        type: 'SecurityGroupCannotUpdateDefault',
      })
    }
    if (renamed && change.name === 'default') throw defaultExists()
    const changed = {
      ...group,
      ...change,
      updatedAt: ctx.clock.now(),
      revision: group.revision + 1,
    }
    await groups.save(tx, changed)
    return changed
  })
}

export async function deleteGroup(
  ctx: Context,
  who: Identity,
  id: string,
  seen: Seen = null,
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const group = await visibleGroup(tx, who, id)
    requireChange(who, group, 'delete_security_group')
    requireRevision(group, seen)
    if (group.isDefault && !isTrusted(who)) {
      throw problem('conflict', 'Insufficient rights for removing default security group.', {
        type: 'SecurityGroupCannotRemoveDefault',
      })
    }
    if (await groups.isUsed(tx, id)) {
      throw problem('conflict', `Security Group ${id} in use.`, { type: 'SecurityGroupInUse' })
    }
    await groups.remove(tx, id)
  })
}

export async function listRules(ctx: Context, who: Identity): Promise<readonly SecurityRule[]> {
  return (await listGroups(ctx, who)).flatMap(({ rules }) => rules)
}

export async function getRule(ctx: Context, who: Identity, id: string): Promise<SecurityRule> {
  return await ctx.store.read(async (reader) => await visibleRule(reader, who, id))
}

export async function createRules(
  ctx: Context,
  who: Identity,
  wanted: readonly NewRule[],
): Promise<readonly SecurityRule[]> {
  return await ctx.store.transaction(async (tx) => {
    const made: SecurityRule[] = []
    for (const each of wanted) made.push(await createRule(ctx, tx, who, each))
    return made
  })
}

export async function deleteRule(
  ctx: Context,
  who: Identity,
  id: string,
  seen: Seen = null,
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const rule = await visibleRule(tx, who, id)
    requireChange(who, rule, 'delete_security_group_rule')
    // Nothing of a rule can be changed, so it stays as it was made.
    requireRevision({ revision: 0 }, seen)
    await groups.removeRule(tx, id)
  })
}

async function createRule(
  ctx: Context,
  tx: Tx,
  who: Identity,
  { projectId: asked, ...fields }: NewRule,
): Promise<SecurityRule> {
  const projectId = projectFor(who, asked, 'create_security_group_rule')
  const group = await visibleGroup(tx, who, fields.groupId)
  requireChange(who, group, 'create_security_group_rule')
  if (fields.remoteGroupId !== null) await visibleGroup(tx, who, fields.remoteGroupId)
  const { remoteAddressGroupId } = fields
  if (remoteAddressGroupId !== null) await visibleAddressGroup(tx, who, remoteAddressGroupId)
  checkRule(fields)
  const twin = group.rules.find((rule) => sameRule(rule, fields))
  if (twin !== undefined) {
    const message = `Security group rule already exists. Rule id is ${twin.id}.`
    throw problem('conflict', message, { type: 'SecurityGroupRuleExists' })
  }
  await quotas.check(tx, projectId, 'security_group_rule')
  const rule = { ...fields, id: ctx.ids.uuid(), projectId, createdAt: ctx.clock.now() }
  await groups.addRule(tx, rule)
  return rule
}

const icmp: ReadonlySet<string> = new Set(['icmp', 'icmpv6', 'ipv6-icmp', '1', '58'])
const withPorts: ReadonlySet<string> = new Set([
  'tcp',
  'udp',
  'sctp',
  'dccp',
  'udplite',
  '6',
  '17',
  '33',
  '132',
  '136',
])

/** @throws `invalid` for rules that say what cannot be. */
function checkRule(rule: Omit<NewRule, 'projectId'>): void {
  const { protocol, portMin, portMax, remotePrefix, ethertype } = rule
  const remotes = [remotePrefix, rule.remoteGroupId, rule.remoteAddressGroupId]
  if (remotes.filter((each) => each !== null).length > 1) {
    throw invalid(
      'Only one of remote_ip_prefix, remote_group_id and remote_address_group_id may be provided.',
      'SecurityGroupMultipleRemoteEntites',
    )
  }
  const block = remotePrefix === null ? null : parseBlock(remotePrefix)
  if (remotePrefix !== null && block?.version !== (ethertype === 'IPv4' ? 4 : 6)) {
    throw invalid(
      `Conflicting value ethertype ${ethertype} for CIDR ${remotePrefix}`,
      'SecurityGroupRuleParameterConflict',
    )
  }
  if (portMin === null && portMax === null) return
  if (protocol === null) {
    throw invalid(
      'Must also specify protocol if port range is given.',
      'SecurityGroupProtocolRequiredWithPorts',
    )
  }
  if (icmp.has(protocol)) {
    if (portMin === null) {
      throw invalid(
        'ICMP code (port-range-max) is provided but ICMP type (port-range-min) is missing.',
        'SecurityGroupMissingIcmpType',
      )
    }
    checkIcmp('type', 'port_range_min', portMin)
    checkIcmp('code', 'port_range_max', portMax)
    return
  }
  if (!withPorts.has(protocol)) {
    throw invalid(
      `Invalid protocol ${protocol} for port range, only supported for TCP, UDP, UDPLITE, SCTP and DCCP.`,
      'SecurityGroupInvalidProtocolForPort',
    )
  }
  if (portMin === null || portMax === null || portMin > portMax || portMin < 1) {
    throw invalid(
      'For TCP/UDP protocols, port_range_min must be <= port_range_max',
      'SecurityGroupInvalidPortRange',
    )
  }
}

function sameRule(a: SecurityRule, b: Omit<NewRule, 'projectId'>): boolean {
  const names = [
    'direction',
    'ethertype',
    'protocol',
    'portMin',
    'portMax',
    'remotePrefix',
    'remoteGroupId',
    'remoteAddressGroupId',
  ] as const
  return names.every((name) => a[name] === b[name])
}

async function makeSureOfDefault(ctx: Context, projectId: ProjectId): Promise<void> {
  if (await ctx.store.read(async (reader) => await groups.hasDefault(reader, projectId))) return
  await ctx.store.transaction(
    async (tx) => await groups.ensureDefault(tx, projectId, ctx.clock.now()),
  )
}

function checkIcmp(what: string, name: string, value: number | null): void {
  if (value === null || (value >= 0 && value <= 255)) return
  const message = `Invalid value for ICMP ${what} (${name}) ${value}. It must be 0 to 255.`
  throw invalid(message, 'SecurityGroupInvalidIcmpValue')
}

export async function visibleGroup(
  reader: Reader,
  who: Identity,
  id: string,
): Promise<SecurityGroup> {
  const group = await groups.get(reader, id)
  requireSight(who, group, groups.missing(id))
  return group
}

async function visibleRule(reader: Reader, who: Identity, id: string): Promise<SecurityRule> {
  const rule = await groups.getRule(reader, id)
  const missing = problem('not-found', `Security group rule ${id} does not exist`, {
    type: 'SecurityGroupRuleNotFound',
  })
  requireSight(who, rule, missing)
  return rule
}

function defaultExists(): Error {
  return problem('conflict', 'Default security group already exists.', {
    type: 'SecurityGroupDefaultAlreadyExists',
  })
}

function invalid(message: string, type: string): Error {
  return problem('invalid', message, { type })
}
