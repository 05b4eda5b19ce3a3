/** Security groups and their rules. Every project has a default group, made when it is first looked for. */
import type { ProjectId } from '../../domain/ids.ts'
import type { SecurityGroup, SecurityRule } from '../../domain/network/network.ts'
import type { Instant } from '../../lib/clock.ts'
import { derivedUuid } from '../../lib/ids.ts'
import { problem } from '../../lib/problem.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

type GroupRow = Omit<Tables['security_groups'], 'number'>
type RuleRow = Omit<Tables['security_group_rules'], 'number'>

/** @throws `not-found` */
export async function get(reader: Reader, id: string): Promise<SecurityGroup> {
  const query = reader.selectFrom('security_groups').selectAll().where('id', '=', id)
  const [group] = await whole(reader, await query.execute())
  if (group === undefined) throw missing(id)
  return group
}

/** All of them, or those of a project. */
export async function list(
  reader: Reader,
  projectId: ProjectId | null,
): Promise<readonly SecurityGroup[]> {
  const query = reader.selectFrom('security_groups').selectAll().orderBy('number')
  const own = projectId === null ? query : query.where('project_id', '=', projectId)
  return await whole(reader, await own.execute())
}

/**
 * The ids of the groups that a project means by these names or ids, the first of each name.
 * @throws `invalid` for one that the project does not have.
 */
export async function meant(
  tx: Tx,
  projectId: ProjectId,
  names: readonly string[],
  at: Instant,
): Promise<readonly string[]> {
  // Nearly everybody means the one group that need not be looked for.
  if (names.every((name) => name === 'default')) return []
  await ensureDefault(tx, projectId, at)
  const own = await list(tx, projectId)
  return names.map((name) => {
    const found = own.find((each) => each.id === name) ?? own.find((each) => each.name === name)
    if (found !== undefined) return found.id
    const message = `Security group ${name} not found for project ${projectId}.`
    throw problem('invalid', message, { group: name })
  })
}

/** The id of a project's default group. Whether the group exists already is another question. */
export function defaultIdOf(projectId: ProjectId): string {
  return derivedUuid('security-group.default', projectId)
}

export async function hasDefault(reader: Reader, projectId: ProjectId): Promise<boolean> {
  const query = reader
    .selectFrom('security_groups')
    .select('id')
    .where('default_of', '=', projectId)
  return (await query.executeTakeFirst()) !== undefined
}

/** Makes sure that the project has its default group: guests of the group reach each other and the world. */
export async function ensureDefault(tx: Tx, projectId: ProjectId, at: Instant): Promise<string> {
  const id = defaultIdOf(projectId)
  const { numAffectedRows } = await insertDefault(tx, {
    id,
    project_id: projectId,
    name: 'default',
    description: 'Default security group',
    stateful: 1,
    default_of: projectId,
    created_at: at,
    updated_at: at,
    revision: 1,
  })
  if (numAffectedRows !== 1n) return id
  for (const rule of egressRules(id, projectId, at)) await addRule(tx, rule)
  for (const ethertype of ['IPv4', 'IPv6'] as const) {
    await addRule(tx, {
      ...blankRule(id, projectId, at),
      id: derivedUuid(id, `ingress/${ethertype}`),
      direction: 'ingress',
      ethertype,
      remoteGroupId: id,
    })
  }
  return id
}

/** Writes nothing when the project has one. */
const insertDefault = prepared((db, row: GroupRow) =>
  db
    .insertInto('security_groups')
    .values(row)
    .onConflict((on) => on.column('default_of').doNothing()),
)

/** What every new group allows: to reach anything. */
export function egressRules(
  groupId: string,
  projectId: ProjectId,
  at: Instant,
): readonly SecurityRule[] {
  return (['IPv4', 'IPv6'] as const).map((ethertype) => ({
    ...blankRule(groupId, projectId, at),
    id: derivedUuid(groupId, `egress/${ethertype}`),
    direction: 'egress',
    ethertype,
  }))
}

export async function add(tx: Tx, group: SecurityGroup): Promise<void> {
  await tx.insertInto('security_groups').values(toRow(group)).execute()
  for (const rule of group.rules) await addRule(tx, rule)
}

export async function save(tx: Tx, group: SecurityGroup): Promise<void> {
  await tx.updateTable('security_groups').set(toRow(group)).where('id', '=', group.id).execute()
}

/** Forgets it with its rules, and the rules of others that spoke of it. No port may use it. */
export async function remove(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('security_groups').where('id', '=', id).execute()
}

export async function isUsed(reader: Reader, id: string): Promise<boolean> {
  const query = reader
    .selectFrom('port_security_groups')
    .select('port_id')
    .where('group_id', '=', id)
  return (await query.limit(1).executeTakeFirst()) !== undefined
}

/** @throws `not-found` */
export async function getRule(reader: Reader, id: string): Promise<SecurityRule> {
  const query = reader.selectFrom('security_group_rules').selectAll().where('id', '=', id)
  const row = await query.executeTakeFirst()
  if (row === undefined) {
    const details = { type: 'SecurityGroupRuleNotFound', rule: id }
    throw problem('not-found', `Security group rule ${id} does not exist`, details)
  }
  return toRule(row)
}

export async function addRule(tx: Tx, rule: SecurityRule): Promise<void> {
  await tx
    .insertInto('security_group_rules')
    .values({
      id: rule.id,
      group_id: rule.groupId,
      project_id: rule.projectId,
      direction: rule.direction,
      ethertype: rule.ethertype,
      protocol: rule.protocol,
      port_min: rule.portMin,
      port_max: rule.portMax,
      remote_prefix: rule.remotePrefix,
      remote_group_id: rule.remoteGroupId,
      remote_address_group_id: rule.remoteAddressGroupId,
      description: rule.description,
      created_at: rule.createdAt,
    })
    .execute()
}

export async function removeRule(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('security_group_rules').where('id', '=', id).execute()
}

export function missing(id: string): Error {
  return problem('not-found', `Security group ${id} does not exist`, {
    type: 'SecurityGroupNotFound',
    group: id,
  })
}

function blankRule(
  groupId: string,
  projectId: ProjectId,
  at: Instant,
): Omit<SecurityRule, 'id' | 'direction' | 'ethertype'> {
  return {
    groupId,
    projectId,
    protocol: null,
    portMin: null,
    portMax: null,
    remotePrefix: null,
    remoteGroupId: null,
    remoteAddressGroupId: null,
    description: '',
    createdAt: at,
  }
}

async function whole(reader: Reader, rows: readonly GroupRow[]): Promise<readonly SecurityGroup[]> {
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const query = reader.selectFrom('security_group_rules').selectAll().where('group_id', 'in', ids)
  const rules = Map.groupBy(await query.orderBy('number').execute(), (row) => row.group_id)
  return rows.map((row) => ({
    id: row.id,
    // A row's ids are what its columns say.
    projectId: row.project_id as ProjectId,
    name: row.name,
    description: row.description,
    stateful: row.stateful === 1,
    isDefault: row.default_of !== null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    revision: row.revision,
    rules: (rules.get(row.id) ?? []).map(toRule),
  }))
}

function toRow(group: SecurityGroup): GroupRow {
  return {
    id: group.id,
    project_id: group.projectId,
    name: group.name,
    description: group.description,
    stateful: Number(group.stateful),
    default_of: group.isDefault ? group.projectId : null,
    created_at: group.createdAt,
    updated_at: group.updatedAt,
    revision: group.revision,
  }
}

function toRule(row: RuleRow): SecurityRule {
  return {
    id: row.id,
    groupId: row.group_id,
    // A row's ids and words are what `addRule` was given.
    projectId: row.project_id as ProjectId,
    direction: row.direction as SecurityRule['direction'],
    ethertype: row.ethertype as SecurityRule['ethertype'],
    protocol: row.protocol,
    portMin: row.port_min,
    portMax: row.port_max,
    remotePrefix: row.remote_prefix,
    remoteGroupId: row.remote_group_id,
    remoteAddressGroupId: row.remote_address_group_id,
    description: row.description,
    createdAt: row.created_at,
  }
}
