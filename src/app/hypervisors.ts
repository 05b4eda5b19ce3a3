/** Hypervisors: what hosts are to operators who look at capacity and at who is where. */
import { isUp } from '../domain/host.ts'
import type { Host } from '../domain/host.ts'
import type { Identity } from '../domain/identity.ts'
import type { Rule } from '../domain/policy.ts'
import { problem } from '../lib/problem.ts'
import * as hosts from '../store/compute/hosts.ts'
import * as use from '../store/compute/host-use.ts'
import type { HostUse } from '../store/compute/host-use.ts'
import { authorize } from './authorize.ts'
import type { Context } from './context.ts'
import { noMarker, pageOf } from './page.ts'
import type { Page, PageWish } from './page.ts'

export type HypervisorShown = {
  readonly host: Host
  readonly up: boolean
  readonly used: HostUse
  /** Who is on it, when that was asked; null when it was not. */
  readonly servers: readonly { readonly id: string; readonly name: string }[] | null
}

export type HypervisorQuery = PageWish & {
  /** A part of the host's name. */
  readonly pattern: string | null
  readonly withServers: boolean
  readonly by: HypervisorKey
}

/** Which of its two ids the caller knows a hypervisor by. */
export type HypervisorKey = 'uuid' | 'number'

export async function listHypervisors(
  ctx: Context,
  who: Identity,
  query: HypervisorQuery,
  rule: Rule = 'os-hypervisors:list',
): Promise<Page<HypervisorShown>> {
  authorize(who, rule)
  const all = await shown(ctx, query.withServers)
  const { pattern } = query
  const fitting = pattern === null ? all : all.filter(({ host }) => host.name.includes(pattern))
  if (pattern !== null && fitting.length === 0) throw noMatch(pattern)
  const idOf = ({ host }: HypervisorShown): string => keyOf(host, query.by)
  // A marker that is no id of the right kind is a wrong marker like any other.
  if (query.marker !== null && !all.some((each) => idOf(each) === query.marker)) {
    throw noMarker(query.marker)
  }
  return pageOf(fitting, idOf, query)
}

export async function showHypervisor(
  ctx: Context,
  who: Identity,
  id: string,
  query: Pick<HypervisorQuery, 'by' | 'withServers'>,
  rule: Rule = 'os-hypervisors:show',
): Promise<HypervisorShown> {
  authorize(who, rule)
  const found = (await shown(ctx, query.withServers)).find(
    ({ host }) => keyOf(host, query.by) === id,
  )
  if (found !== undefined) return found
  throw problem('not-found', `Hypervisor with ID '${id}' could not be found.`, { hypervisor: id })
}

/**
 * How long a hypervisor has been up.
 * @throws `invalid` when its host is not; `failed` with the status 501 of all others, as none of ours tells, and clients are ready
 *   for some that cannot.
 */
export async function showUptime(
  ctx: Context,
  who: Identity,
  id: string,
  by: HypervisorKey,
): Promise<never> {
  const wish = { by, withServers: false }
  const { host, up } = await showHypervisor(ctx, who, id, wish, 'os-hypervisors:uptime')
  if (!up) {
    const message = `Compute service of ${host.name} is unavailable at this time.`
    throw problem('invalid', message, { host: host.name })
  }
  throw problem('failed', 'The requested functionality is not supported.', { status: 501 })
}

export type HypervisorSums = {
  readonly count: number
  readonly vcpus: number
  readonly memoryMb: number
  readonly diskGb: number
  readonly used: HostUse
}

/** Sums over all hosts. */
export async function sumHypervisors(ctx: Context, who: Identity): Promise<HypervisorSums> {
  authorize(who, 'os-hypervisors:statistics')
  const all = await shown(ctx, false)
  const sum = (pick: (each: HypervisorShown) => number): number =>
    all.reduce((total, each) => total + pick(each), 0)
  return {
    count: all.length,
    vcpus: sum(({ host }) => host.resources.vcpus),
    memoryMb: sum(({ host }) => host.resources.memoryMb),
    diskGb: sum(({ host }) => host.resources.diskGb),
    used: {
      vcpus: sum(({ used }) => used.vcpus),
      memoryMb: sum(({ used }) => used.memoryMb),
      diskGb: sum(({ used }) => used.diskGb),
      servers: sum(({ used }) => used.servers),
      busy: sum(({ used }) => used.busy),
    },
  }
}

async function shown(ctx: Context, withServers: boolean): Promise<readonly HypervisorShown[]> {
  const now = ctx.clock.now()
  return await ctx.store.read(async (reader) => {
    const all = await hosts.list(reader)
    const used = await use.useOfHosts(reader)
    const servers = withServers ? await use.serversOf(reader) : null
    return all.map((host) => ({
      host,
      up: isUp(host, now),
      used: used.get(host.name) ?? use.nothingUsed,
      servers: servers === null ? null : (servers.get(host.name) ?? []),
    }))
  })
}

function keyOf(host: Host, by: HypervisorKey): string {
  return by === 'uuid' ? host.providerId : String(host.number)
}

function noMatch(pattern: string): Error {
  const message = `No hypervisor matching '${pattern}' could be found.`
  return problem('not-found', message, { pattern })
}
