/** The door to security groups and their rules, from before the network service had its own. */
import * as groups from '../../../app/network/security-groups.ts'
import { showGroups } from '../../../app/server-security-groups.ts'
import type { SecurityGroup } from '../../../domain/network/network.ts'
import { ingressOf } from '../../../domain/network/ingress.ts'
import { isUuid } from '../../../lib/ids.ts'
import { isProblem, problem } from '../../../lib/problem.ts'
import { pageMax } from '../../../app/page.ts'
import { booleanOf } from '../booleans.ts'
import { offsetWish } from '../pages.ts'
import { accepted, ok } from '../replies.ts'
import { route } from '../route.ts'
import type { Call, Route } from '../route.ts'
import * as schemas from '../schemas/doors.ts'
import { securityGroup, securityGroupRule } from '../views/security-group.ts'

export const securityGroupDoorRoutes: readonly Route[] = [
  route({
    name: 'securityGroups.list',
    method: 'GET',
    path: '/os-security-groups',
    policy: 'os-security-groups:get',
    query: schemas.groupsQuery,
    handler: async ({ ctx, who, query }) => {
      const all = await groups.listGroups(ctx, who)
      const wantsAll = who.roles.has('admin') && booleanOf(query.one('all_tenants') ?? '') === true
      const seen = wantsAll ? all : all.filter(({ projectId }) => projectId === who.projectId)
      const { offset, limit } = offsetWish(query)
      const sorted = seen
        .toSorted(byProjectAndName)
        .slice(offset, offset + Math.min(limit, pageMax))
      return ok({ security_groups: (await showGroups(ctx, sorted)).map(securityGroup) })
    },
  }),
  route({
    name: 'securityGroups.show',
    method: 'GET',
    path: '/os-security-groups/{id}',
    policy: 'os-security-groups:show',
    handler: async (call) => await shown(call, await found(call, call.params['id'] ?? '')),
  }),
  route({
    name: 'securityGroups.create',
    method: 'POST',
    path: '/os-security-groups',
    policy: 'os-security-groups:create',
    request: schemas.securityGroup,
    handler: async (call) => {
      const { name, description } = call.body.security_group
      const wish = { name, description, stateful: true, projectId: null }
      const [made] = await limited(groups.createGroups(call.ctx, call.who, [wish]))
      if (made === undefined) throw problem('bug', 'one wish is one group')
      return await shown(call, made)
    },
  }),
  route({
    name: 'securityGroups.update',
    method: 'PUT',
    path: '/os-security-groups/{id}',
    policy: 'os-security-groups:update',
    request: schemas.securityGroup,
    handler: async (call) => {
      const { id } = await found(call, call.params['id'] ?? '')
      const { name, description } = call.body.security_group
      const change = { name, description }
      return await shown(call, await refused(groups.updateGroup(call.ctx, call.who, id, change)))
    },
  }),
  route({
    name: 'securityGroups.delete',
    method: 'DELETE',
    path: '/os-security-groups/{id}',
    policy: 'os-security-groups:delete',
    handler: async (call) => {
      const { id } = await found(call, call.params['id'] ?? '')
      await refused(groups.deleteGroup(call.ctx, call.who, id))
      return accepted()
    },
  }),
  route({
    name: 'securityGroupRules.create',
    method: 'POST',
    path: '/os-security-group-rules',
    policy: 'os-security-groups:rule:create',
    request: schemas.securityGroupRule,
    handler: async (call) => {
      const { ctx, who, body } = call
      const wish = body.security_group_rule
      const group = await found(call, wish.parent_group_id)
      const remote = isGiven(wish.group_id) ? await found(call, wish.group_id) : null
      const ingress = ingressOf({
        fromGroup: remote?.id ?? null,
        protocol: wish.ip_protocol,
        from: wish.from_port,
        to: wish.to_port,
        cidr: wish.cidr,
      })
      const about = { groupId: group.id, direction: 'ingress', description: '' } as const
      const rule = { ...ingress, ...about, remoteAddressGroupId: null, projectId: null }
      const [made] = await limited(once(wish, groups.createRules(ctx, who, [rule])))
      if (made === undefined) throw problem('bug', 'one wish is one rule')
      const remotes = new Map(remote === null ? [] : [[remote.id, remote]])
      return ok({ security_group_rule: securityGroupRule(made, remotes) })
    },
  }),
  route({
    name: 'securityGroupRules.delete',
    method: 'DELETE',
    path: '/os-security-group-rules/{id}',
    policy: 'os-security-groups:rule:delete',
    handler: async ({ ctx, who, params: { id = '' } }) => {
      checkId(id)
      await groups.deleteRule(ctx, who, id)
      return accepted()
    },
  }),
]

type Asking = Pick<Call<unknown>, 'ctx' | 'who'>

async function found({ ctx, who }: Asking, id: string): Promise<SecurityGroup> {
  checkId(id)
  return await groups.getGroup(ctx, who, id)
}

async function shown({ ctx }: Asking, group: SecurityGroup) {
  const [whole] = (await showGroups(ctx, [group])).map(securityGroup)
  return ok({ security_group: whole })
}

function checkId(id: string): void {
  if (!isUuid(id)) throw problem('invalid', 'Security group id should be uuid')
}

function isGiven(id: string | null | undefined): id is string {
  return id !== null && id !== undefined
}

/** To make a rule twice was a wrong request here, as long as its protocol was written as it is kept. */
async function once<T>(
  wish: { readonly parent_group_id: string; readonly ip_protocol?: unknown },
  work: Promise<T>,
): Promise<T> {
  try {
    return await work
  } catch (thrown) {
    const isTwin =
      isProblem(thrown, 'conflict') && thrown.details['type'] === 'SecurityGroupRuleExists'
    const { ip_protocol: protocol, parent_group_id: group } = wish
    const isWrittenSo = typeof protocol !== 'string' || protocol === protocol.toLowerCase()
    if (!isTwin || !isWrittenSo) throw thrown
    throw problem('invalid', `This rule already exists in group ${group}`)
  }
}

/** What the network service says no to for reasons of number is a limit here. */
async function limited<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (thrown) {
    if (isProblem(thrown, 'conflict')) throw problem('over-quota', thrown.message)
    throw thrown
  }
}

/** What it says no to because of how things are was a wrong request here. */
async function refused<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (thrown) {
    if (isProblem(thrown, 'conflict')) throw problem('invalid', thrown.message)
    throw thrown
  }
}

function byProjectAndName(a: SecurityGroup, b: SecurityGroup): number {
  return compare(a.projectId, b.projectId) || compare(a.name, b.name)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
