/**
 * Usage: for how long servers ran within a window of time, and what they took while they did.
 *
 * A server counts from its launch to its end, cut to the window, to the second. It counts with the size it has.
 */
import type { Identity } from '../domain/identity.ts'
import type { ProjectId } from '../domain/ids.ts'
import type { Server } from '../domain/server.ts'
import type { Instant } from '../lib/clock.ts'
import { problem } from '../lib/problem.ts'
import * as list from '../store/compute/usage-list.ts'
import type { Window } from '../store/compute/usage-list.ts'
import * as servers from '../store/compute/servers.ts'
import type { ServerId } from '../domain/ids.ts'
import { authorize } from './authorize.ts'
import type { Context } from './context.ts'
import { fullPage, lostMarker } from './page.ts'
import type { Page, PageWish } from './page.ts'

export type ServerUsage = {
  readonly server: Server
  readonly hours: number
  readonly uptimeSeconds: number
}

export type ProjectUsage = {
  readonly projectId: ProjectId
  readonly window: Window
  readonly servers: readonly ServerUsage[]
  readonly hours: number
  readonly vcpuHours: number
  readonly memoryMbHours: number
  readonly diskGbHours: number
}

export type UsageQuery = PageWish & { readonly start: Instant | null; readonly end: Instant | null }

/** Of every project that used anything, by servers of one page. */
export async function listUsage(
  ctx: Context,
  who: Identity,
  query: UsageQuery,
): Promise<Page<ProjectUsage> & { readonly last: string | null }> {
  authorize(who, 'os-simple-tenant-usage:list')
  return await reported(ctx, null, query)
}

export async function showUsage(
  ctx: Context,
  who: Identity,
  projectId: string,
  query: UsageQuery,
): Promise<{
  readonly usage: ProjectUsage | null
  readonly isFull: boolean
  readonly last: string | null
}> {
  authorize(who, 'os-simple-tenant-usage:show', { projectId })
  const { items, isFull, last } = await reported(ctx, projectId, query)
  return { usage: items[0] ?? null, isFull, last }
}

async function reported(ctx: Context, projectId: string | null, query: UsageQuery) {
  const now = ctx.clock.now()
  const window = windowOf(query, now)
  const { limit, marker } = query
  return await ctx.store.read(async (reader) => {
    if (marker !== null && (await servers.find(reader, marker as ServerId)) === null) {
      throw lostMarker(marker)
    }
    const page = { projectId, after: marker, limit }
    const found = limit === 0 ? [] : await list.ranWithin(reader, window, page)
    const byProject = Map.groupBy(found, (server) => server.projectId)
    const items = [...byProject].map(([id, of]) => usageOf(id, of, window, now))
    return {
      ...fullPage(items, -1),
      isFull: fullPage(found, limit).isFull,
      last: found.at(-1)?.id ?? null,
    }
  })
}

/**
 * What is not said is now, and nothing is known of what comes after now.
 * @throws `invalid` when it ends before it begins, or as it begins.
 */
function windowOf({ start, end }: UsageQuery, now: Instant): Window {
  const isNow = start === null && end === null
  if (!isNow && (start ?? now) >= (end ?? now)) {
    throw problem('invalid', 'Invalid start time. The start time cannot occur after the end time.')
  }
  return { start: start ?? now, end: Math.min(end ?? now, now) }
}

const hourMs = 3_600_000

function usageOf(
  projectId: ProjectId,
  of: readonly Server[],
  window: Window,
  now: Instant,
): ProjectUsage {
  const used = of.map((server) => ({
    server,
    hours: hoursOf(server, window),
    uptimeSeconds: Math.floor(((server.terminatedAt ?? now) - (server.launchedAt ?? now)) / 1000),
  }))
  const sum = (size: (server: Server) => number): number =>
    used.reduce((total, { server, hours }) => total + hours * size(server), 0)
  return {
    projectId,
    window,
    servers: used,
    hours: sum(() => 1),
    vcpuHours: sum(({ flavor }) => flavor.vcpus),
    memoryMbHours: sum(({ flavor }) => flavor.memoryMb),
    diskGbHours: sum(({ flavor }) => flavor.diskGb + flavor.ephemeralGb),
  }
}

function hoursOf(server: Server, { start, end }: Window): number {
  const from = Math.max(start, server.launchedAt ?? end)
  const to = Math.min(end, server.terminatedAt ?? end)
  return Math.max(0, to - from) / hourMs
}
