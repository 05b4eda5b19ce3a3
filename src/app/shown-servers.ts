/**
 * Servers as they are shown: the record, with what belongs to it elsewhere.
 *
 * What a page of a thousand servers needs is fetched in a few queries for all of them, never in one for each.
 */
import { isUp } from '../domain/host.ts'
import type { Identity } from '../domain/identity.ts'
import type { ServerId } from '../domain/ids.ts'
import { allows } from '../domain/policy.ts'
import type { Rule } from '../domain/policy.ts'
import type { Fault, Server } from '../domain/server.ts'
import type { ServerVolume } from '../domain/volume/server-volume.ts'
import type { Instant } from '../lib/clock.ts'
import * as faults from '../store/compute/faults.ts'
import * as hosts from '../store/compute/hosts.ts'
import type { HostStanding } from '../store/compute/hosts.ts'
import * as servers from '../store/compute/servers.ts'
import { addressesOfServers } from '../store/network/server-addresses.ts'
import type { ServerAddress } from '../store/network/server-addresses.ts'
import type { Reader } from '../store/store.ts'
import * as serverVolumes from '../store/volume/server-volumes.ts'
import { authorize } from './authorize.ts'
import type { Context } from './context.ts'

/** Whether the host of a server can be relied upon; empty for a server that is nowhere. */
export type HostStatus = 'UP' | 'DOWN' | 'MAINTENANCE' | 'UNKNOWN' | ''

export type { ServerAddress } from '../store/network/server-addresses.ts'

export type ServerShown = {
  readonly server: Server
  readonly fault: Fault | null
  readonly hostStatus: HostStatus
  /** By the name of the network. */
  readonly addresses: ReadonlyMap<string, readonly ServerAddress[]>
  readonly volumes: readonly ServerVolume[]
}

/**
 * One server, if the caller may see it.
 * @throws `not-found` also when it is another project's.
 */
export async function showServer(
  ctx: Context,
  who: Identity,
  id: string,
  rule: Rule = 'servers:show',
): Promise<ServerShown> {
  return await ctx.store.read(async (reader) => {
    const server = await visibleServer(reader, who, id, rule)
    const [shown] = await shownOf(reader, [server], ctx.clock.now())
    if (shown === undefined) throw servers.noSuch(server.id)
    return shown
  })
}

/**
 * The living server that a request names, for rules that are about its owner: what another project has does not exist.
 * @throws `not-found`, or `forbidden` when the caller's role is not enough for the rule.
 */
export async function visibleServer(
  reader: Reader,
  who: Identity,
  id: string,
  rule: Rule,
): Promise<Server> {
  // Text from a path is an id as soon as a record has it.
  const server = await servers.get(reader, id as ServerId)
  if (!belongsTo(who, server)) throw servers.noSuch(server.id)
  authorize(who, rule, server)
  return server
}

/**
 * The living server, for the few routes that look it up before they ask whose it is: there, strangers are refused, and not told
 * that it does not exist.
 */
export async function namedServer(
  reader: Reader,
  who: Identity,
  id: string,
  rule: Rule,
): Promise<Server> {
  // Text from a path is an id as soon as a record has it.
  const server = await servers.get(reader, id as ServerId)
  authorize(who, rule, server)
  return server
}

/** Whether a server exists as far as the caller is concerned. */
export function belongsTo(who: Identity, server: Server): boolean {
  return server.projectId === who.projectId || who.roles.has('admin')
}

/** Everything that is shown of these servers, in their order. */
export async function shownOf(
  reader: Reader,
  list: readonly Server[],
  now: Instant,
): Promise<readonly ServerShown[]> {
  const broken = list.filter(({ vmState }) => vmState === 'error' || vmState === 'deleted')
  const found = await faults.newestOf(
    reader,
    broken.map(({ id }) => id),
  )
  const ids = list.map(({ id }) => id)
  const addresses = await addressesOfServers(reader, ids)
  const volumes = await serverVolumes.ofServers(reader, ids)
  const standings = await hosts.standings(reader, [
    ...new Set(list.flatMap(({ host }) => host ?? [])),
  ])
  return list.map((server) => ({
    server,
    fault: found.get(server.id) ?? null,
    hostStatus: server.host === null ? '' : hostStatus(standings.get(server.host), now),
    addresses: Map.groupBy(addresses.get(server.id) ?? [], ({ network }) => network),
    volumes: volumes.get(server.id) ?? [],
  }))
}

function hostStatus(host: HostStanding | undefined, now: Instant): HostStatus {
  if (host === undefined) return 'UNKNOWN'
  if (host.forcedDown) return 'DOWN'
  if (host.disabled) return 'MAINTENANCE'
  return isUp(host, now) ? 'UP' : 'UNKNOWN'
}

export type Sight = {
  readonly host: boolean
  readonly hostStatus: boolean
  /** Of a host of which nobody knows, though not of others. */
  readonly unknownHost: boolean
  readonly flavorSpecs: boolean
  readonly faultDetails: boolean
}

/** Which parts of a server its viewer may see. */
export function sightOf(who: Identity): Sight {
  return {
    host: allows(who, 'os-extended-server-attributes'),
    hostStatus: allows(who, 'servers:show:host_status'),
    unknownHost: allows(who, 'servers:show:host_status:unknown-only'),
    flavorSpecs: allows(who, 'servers:show:flavor-extra-specs'),
    faultDetails: who.roles.has('admin'),
  }
}
