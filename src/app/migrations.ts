/** Moves of servers: all of them, and those of one server that are under way. */
import type { Identity } from '../domain/identity.ts'
import type { HostName } from '../domain/ids.ts'
import { allows } from '../domain/policy.ts'
import type { Rule } from '../domain/policy.ts'
import type { Migration } from '../domain/server.ts'
import { hasEnded } from '../domain/states.ts'
import { fromJson } from '../lib/json.ts'
import { problem } from '../lib/problem.ts'
import * as hosts from '../store/compute/hosts.ts'
import * as list from '../store/compute/migration-list.ts'
import type { MigrationFilter } from '../store/compute/migration-list.ts'
import type { MigrationId } from '../domain/ids.ts'
import * as migrations from '../store/compute/migrations.ts'
import type { Reader } from '../store/store.ts'
import { authorize } from './authorize.ts'
import type { Context } from './context.ts'
import { fullPage, lostMarker } from './page.ts'
import type { Page, PageWish } from './page.ts'
import { visibleServer } from './shown-servers.ts'

export type { MigrationFilter } from '../store/compute/migration-list.ts'

type Amount = { readonly total: number; readonly processed: number; readonly remaining: number }
export type Progress = { readonly memory?: Amount; readonly disk?: Amount }

export type MigrationShown = {
  readonly migration: Migration
  readonly underWay: boolean
  /** Where things are is for operators; others see that they are somewhere. */
  readonly seesHosts: boolean
  readonly destinationIp: string | null
  readonly progress: Progress
}

export async function listMigrations(
  ctx: Context,
  who: Identity,
  query: PageWish & { readonly filter: MigrationFilter },
): Promise<Page<MigrationShown>> {
  authorize(who, 'os-migrations:index')
  const all = allows(who, 'os-migrations:index:all_projects')
  const { filter } = query
  if (!all && filter.projectId !== undefined && filter.projectId !== who.projectId) {
    authorize(who, 'os-migrations:index:all_projects')
  }
  const within = all || who.projectId === null ? filter : { ...filter, projectId: who.projectId }
  return await ctx.store.read(async (reader) => {
    const after = query.marker === null ? null : await numberOf(reader, query.marker)
    const found = await list.list(reader, within, { after, limit: query.limit })
    const shown = await shownOf(reader, found, allows(who, 'os-migrations:index:host'))
    return fullPage(shown, query.limit)
  })
}

/** Live moves of a server that are under way. */
export async function listServerMigrations(
  ctx: Context,
  who: Identity,
  id: string,
): Promise<readonly MigrationShown[]> {
  return await ctx.store.read(
    async (reader) => await underWay(reader, who, id, 'servers:migrations:index'),
  )
}

/** One of them, by its number. */
export async function showServerMigration(
  ctx: Context,
  who: Identity,
  id: string,
  number: string,
): Promise<MigrationShown> {
  return await ctx.store.read(async (reader) => {
    const found = await underWay(reader, who, id, 'servers:migrations:show')
    const shown = found.find(({ migration }) => String(migration.number) === number)
    if (shown !== undefined) return shown
    const message = `In-progress live migration ${number} is not found for server ${id}.`
    throw problem('not-found', message, { server: id })
  })
}

async function underWay(
  reader: Reader,
  who: Identity,
  id: string,
  rule: Rule,
): Promise<readonly MigrationShown[]> {
  const server = await visibleServer(reader, who, id, rule)
  const found = await list.openLiveOf(reader, server.id)
  const shown = await shownOf(reader, found, allows(who, 'servers:migrations:index:host', server))
  return shown.map((each, index) => {
    const progress = found[index]?.progress ?? null
    return { ...each, progress: progress === null ? {} : fromJson<Progress>(progress) }
  })
}

async function shownOf(
  reader: Reader,
  found: readonly Migration[],
  seesHosts: boolean,
): Promise<readonly MigrationShown[]> {
  const ips = seesHosts ? await addresses(reader) : new Map<HostName, string>()
  return found.map((migration) => ({
    migration,
    underWay: !hasEnded(migration.status),
    seesHosts,
    destinationIp: migration.destination === null ? null : (ips.get(migration.destination) ?? null),
    progress: {},
  }))
}

async function addresses(reader: Reader): Promise<ReadonlyMap<HostName, string>> {
  const all = await hosts.list(reader)
  return new Map(all.map(({ name, resources }) => [name, resources.hostIp]))
}

async function numberOf(reader: Reader, marker: string): Promise<number> {
  // Text from a query is an id as soon as a record has it.
  const found = await migrations.find(reader, marker as MigrationId)
  if (found === null) throw lostMarker(marker)
  return found.number
}
