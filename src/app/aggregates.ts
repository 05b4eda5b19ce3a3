/**
 * Host aggregates.
 *
 * Hosts in an aggregate with a zone belong to that zone, and a host to one zone at most. A change that would move a host with
 * servers on it to another zone is refused: its servers were promised the old one.
 */
import { zoneKey, zoneOf } from '../domain/aggregate.ts'
import type { Aggregate } from '../domain/aggregate.ts'
import { defaultZone } from '../domain/host.ts'
import type { Identity } from '../domain/identity.ts'
import type { AggregateId, HostName } from '../domain/ids.ts'
import type { Rule } from '../domain/policy.ts'
import { problem } from '../lib/problem.ts'
import * as aggregates from '../store/compute/aggregates.ts'
import * as hosts from '../store/compute/hosts.ts'
import * as servers from '../store/compute/servers.ts'
import type { Tx } from '../store/store.ts'
import { authorize } from './authorize.ts'
import type { Context } from './context.ts'

export type AggregateShown = Aggregate

export async function listAggregates(ctx: Context, who: Identity): Promise<readonly Aggregate[]> {
  authorize(who, 'os-aggregates:index')
  return await ctx.store.read(async (reader) => await aggregates.all(reader))
}

export async function showAggregate(
  ctx: Context,
  who: Identity,
  number: number,
): Promise<Aggregate> {
  authorize(who, 'os-aggregates:show')
  return await ctx.store.read(async (reader) => await aggregates.get(reader, number))
}

export async function createAggregate(
  ctx: Context,
  who: Identity,
  wish: { readonly name: string; readonly zone: string | null },
): Promise<Aggregate> {
  authorize(who, 'os-aggregates:create')
  const id = ctx.ids.uuid() as AggregateId // New, so it is what we say it is.
  const metadata = wish.zone === null ? {} : { [zoneKey]: wish.zone }
  return await ctx.store.transaction(
    async (tx) => await aggregates.insert(tx, { id, name: wish.name, metadata }, ctx.clock.now()),
  )
}

export async function updateAggregate(
  ctx: Context,
  who: Identity,
  number: number,
  wish: { readonly name?: string | undefined; readonly zone?: string | null | undefined },
): Promise<Aggregate> {
  const patch = wish.zone === undefined ? {} : { [zoneKey]: wish.zone }
  return await changed(ctx, who, 'os-aggregates:update', number, 'update', patch, wish.name)
}

/** Adds to the metadata; a null takes the key away. */
export async function setAggregateMetadata(
  ctx: Context,
  who: Identity,
  number: number,
  patch: Readonly<Record<string, string | null>>,
): Promise<Aggregate> {
  return await changed(ctx, who, 'os-aggregates:set_metadata', number, 'update', patch)
}

export async function deleteAggregate(ctx: Context, who: Identity, number: number): Promise<void> {
  authorize(who, 'os-aggregates:delete')
  await ctx.store.transaction(async (tx) => {
    const aggregate = await aggregates.get(tx, number)
    if (aggregate.hosts.length > 0) {
      const message = `Cannot delete aggregate ${number}. Reason: Host aggregate is not empty.`
      throw problem('invalid', message, { aggregate: number })
    }
    await aggregates.remove(tx, aggregate)
  })
}

export async function addHost(
  ctx: Context,
  who: Identity,
  number: number,
  name: string,
): Promise<Aggregate> {
  authorize(who, 'os-aggregates:add_host')
  const host = name as HostName // Looked up next.
  return await ctx.store.transaction(async (tx) => {
    const aggregate = await aggregates.get(tx, number)
    await hosts.get(tx, host)
    if (aggregate.hosts.includes(host)) {
      const message = `Aggregate ${number} already has host ${host}.`
      throw problem('conflict', message, { aggregate: number, host })
    }
    const zone = zoneOf(aggregate)
    if (zone !== null) await enterZone(tx, ctx, aggregate, host, zone)
    await aggregates.addHost(tx, aggregate, host, ctx.clock.now())
    return await aggregates.get(tx, number)
  })
}

export async function removeHost(
  ctx: Context,
  who: Identity,
  number: number,
  name: string,
): Promise<Aggregate> {
  authorize(who, 'os-aggregates:remove_host')
  const host = name as HostName // Only a member can be taken out, and members are hosts.
  return await ctx.store.transaction(async (tx) => {
    const aggregate = await aggregates.get(tx, number)
    if (!aggregate.hosts.includes(host)) {
      throw problem('not-found', `Aggregate ${number} has no host ${host}.`, { host })
    }
    if (zoneOf(aggregate) !== null) {
      await refuseServers(tx, aggregate, host, 'remove host from')
      await hosts.change(tx, host, { zone: defaultZone }, ctx.clock.now())
    }
    await aggregates.removeHost(tx, aggregate, host, ctx.clock.now())
    return await aggregates.get(tx, number)
  })
}

async function changed(
  ctx: Context,
  who: Identity,
  rule: Rule,
  number: number,
  doing: string,
  patch: Readonly<Record<string, string | null>>,
  name?: string,
): Promise<Aggregate> {
  authorize(who, rule)
  return await ctx.store.transaction(async (tx) => {
    const aggregate = await aggregates.get(tx, number)
    const merged = Object.entries({ ...aggregate.metadata, ...patch })
    const metadata = Object.fromEntries(
      merged.filter((entry): entry is [string, string] => entry[1] !== null),
    )
    const zone = zoneOf({ metadata })
    if (zone !== zoneOf(aggregate)) {
      for (const host of aggregate.hosts) {
        await refuseServers(tx, aggregate, host, doing)
        await enterZone(tx, ctx, aggregate, host, zone ?? defaultZone)
      }
    }
    const next = name === undefined ? { metadata } : { metadata, name }
    return await aggregates.change(tx, aggregate, next, ctx.clock.now())
  })
}

/** @throws `conflict` when another aggregate has the host in another zone. */
async function enterZone(
  tx: Tx,
  ctx: Context,
  aggregate: Aggregate,
  host: HostName,
  zone: string,
): Promise<void> {
  const other = (await aggregates.all(tx)).find(
    (each) =>
      each.number !== aggregate.number &&
      each.hosts.includes(host) &&
      zoneOf(each) !== null &&
      zoneOf(each) !== zone,
  )
  if (other !== undefined) {
    const message = `Cannot add host to aggregate ${aggregate.number}. Reason: One or more hosts already in availability zone(s) ['${zoneOf(other)}'].`
    throw problem('conflict', message, { host, aggregate: aggregate.number })
  }
  const { zone: current } = await hosts.get(tx, host)
  if (current === zone) return
  await refuseServers(tx, aggregate, host, 'add host to')
  await hosts.change(tx, host, { zone }, ctx.clock.now())
}

async function refuseServers(
  tx: Tx,
  aggregate: Aggregate,
  host: HostName,
  doing: string,
): Promise<void> {
  if ((await servers.onHost(tx, host)).length === 0) return
  const message = `Cannot ${doing} aggregate ${aggregate.number}. Reason: One or more hosts contain instances in this zone.`
  throw problem('conflict', message, { host, aggregate: aggregate.number })
}
