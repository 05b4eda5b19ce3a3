/** Security groups of a server: those of its ports, put on all of them and taken from all of them. */
import type { Identity } from '../domain/identity.ts'
import type { Port, SecurityGroup } from '../domain/network/network.ts'
import type { Server } from '../domain/server.ts'
import { problem } from '../lib/problem.ts'
import * as servers from '../store/compute/servers.ts'
import * as records from '../store/network/port-records.ts'
import { portsOfServer } from '../store/network/ports.ts'
import * as groups from '../store/network/security-groups.ts'
import type { Reader, Tx } from '../store/store.ts'
import { authorize } from './authorize.ts'
import type { Context } from './context.ts'
import { isTrusted, owns } from './network/policy.ts'
import { holdServer } from './servers/context.ts'
import { visibleServer } from './shown-servers.ts'

/** A group, and the groups that its rules speak of. */
export type SecurityGroupShown = {
  readonly group: SecurityGroup
  readonly remotes: ReadonlyMap<string, SecurityGroup>
}

export async function listServerGroups(
  ctx: Context,
  who: Identity,
  id: string,
): Promise<readonly SecurityGroupShown[]> {
  return await ctx.store.read(async (reader) => {
    const server = await visibleServer(reader, who, id, 'os-security-groups:list')
    const ports = await portsOfServer(reader, server.id)
    const ids = [...new Set(ports.flatMap(({ securityGroups }) => securityGroups))]
    const found: SecurityGroup[] = []
    for (const each of ids) found.push(await groups.get(reader, each))
    return await withRemotes(reader, found)
  })
}

/** @throws `not-found` for a group or ports that are not there, `invalid` when a port takes no groups. */
export async function addServerGroup(
  ctx: Context,
  who: Identity,
  id: string,
  name: string,
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const server = await holdServer(tx, who, id)
    authorize(who, 'os-security-groups:add', server)
    const group = await named(tx, who, name)
    for (const port of await portsThatTakeGroups(tx, server)) {
      const others = port.securityGroups.filter((each) => each !== group.id)
      await put(ctx, tx, port, [...others, group.id])
    }
    const names = [...new Set([...server.securityGroups, group.name])]
    await servers.change(tx, server, { securityGroups: names }, ctx.clock.now())
  })
}

/** @throws `not-found` when none of the ports has the group. */
export async function removeServerGroup(
  ctx: Context,
  who: Identity,
  id: string,
  name: string,
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const server = await holdServer(tx, who, id)
    authorize(who, 'os-security-groups:remove', server)
    const group = await named(tx, who, name)
    const ports = await portsOf(tx, server)
    const having = ports.filter(({ securityGroups }) => securityGroups.includes(group.id))
    if (having.length === 0) {
      const message = `Security group ${name} not associated with the instance ${server.id}`
      throw problem('not-found', message, { server: server.id })
    }
    for (const port of having) {
      const others = port.securityGroups.filter((each) => each !== group.id)
      await put(ctx, tx, port, others)
    }
    const names = server.securityGroups.filter((each) => each !== group.name && each !== group.id)
    await servers.change(tx, server, { securityGroups: names }, ctx.clock.now())
  })
}

/** The groups with those that their rules speak of. */
export async function showGroups(
  ctx: Context,
  list: readonly SecurityGroup[],
): Promise<readonly SecurityGroupShown[]> {
  return await ctx.store.read(async (reader) => await withRemotes(reader, list))
}

async function withRemotes(
  reader: Reader,
  list: readonly SecurityGroup[],
): Promise<readonly SecurityGroupShown[]> {
  const spokenOf = list.flatMap(({ rules }) =>
    rules.flatMap(({ remoteGroupId }) => remoteGroupId ?? []),
  )
  const remotes = new Map<string, SecurityGroup>()
  for (const id of new Set(spokenOf)) remotes.set(id, await groups.get(reader, id))
  return list.map((group) => ({ group, remotes }))
}

/** By its id, or by its name within the caller's project. @throws `not-found`, `conflict` when several are called so. */
async function named(tx: Tx, who: Identity, name: string): Promise<SecurityGroup> {
  const all = await groups.list(tx, isTrusted(who) ? null : who.projectId)
  const byId = all.find(({ id }) => id === name)
  if (byId !== undefined) return byId
  const called = all.filter((group) => group.name === name && owns(who, group))
  const [only] = called
  if (only === undefined) {
    const message = `Security group ${name} is not found for project ${who.projectId}`
    throw problem('not-found', message, { group: name })
  }
  if (called.length > 1) {
    const message = `Multiple security_group matches found for name '${name}', use an ID to be more specific.`
    throw problem('conflict', message, { group: name })
  }
  return only
}

async function portsOf(tx: Tx, server: Server): Promise<readonly Port[]> {
  const ports = await portsOfServer(tx, server.id)
  if (ports.length > 0) return ports
  const message = `instance_id ${server.id} could not be found as device id on any ports`
  throw problem('not-found', message, { server: server.id })
}

async function portsThatTakeGroups(tx: Tx, server: Server): Promise<readonly Port[]> {
  const ports = await portsOf(tx, server)
  if (ports.every((port) => port.portSecurity && port.fixedIps.length > 0)) return ports
  const message =
    'Network requires port_security_enabled and subnet associated in order to apply security groups.'
  throw problem('invalid', message, { server: server.id })
}

async function put(ctx: Context, tx: Tx, port: Port, ids: readonly string[]): Promise<void> {
  const { fixedIps: _, securityGroups: __, bindings: ___, ...bare } = port
  await records.setGroups(tx, port.id, ids)
  await records.save(tx, { ...bare, updatedAt: ctx.clock.now(), revision: port.revision + 1 })
}
