/**
 * Living servers as an audit looks at them: what the record says, what is held for it, and what owns it now.
 *
 * Pages of some thousands, so that an audit of a large cloud never holds anybody up for long. Sizes and moves stay the texts
 * that they are in the database: there are few different ones, and whoever reads them reads each only once.
 */
import { sql } from 'kysely'
import type { Reader } from '../store.ts'

export type HeldAmount = {
  /** The root of the provider's tree. */
  readonly root: number
  readonly resourceClass: string
  readonly amount: number
}

export type AuditedMigration = {
  readonly id: string
  readonly kind: string
  readonly status: string
  readonly source: string | null
  readonly destination: string | null
  readonly oldFlavor: string
  readonly newFlavor: string
  readonly held: readonly HeldAmount[]
}

export type AuditedServer = {
  readonly id: string
  readonly number: number
  readonly host: string | null
  readonly vmState: string
  readonly taskState: string | null
  readonly powerState: string
  /** JSON. */
  readonly flavor: string
  /** JSON, or null. */
  readonly move: string | null
  readonly chargedCores: number
  readonly chargedRamMb: number
  /** The operation that owns it now. */
  readonly operation: string | null
  readonly held: readonly HeldAmount[]
  readonly migration: AuditedMigration | null
}

/** The next page of living servers behind a number, by number. */
export async function page(
  reader: Reader,
  behind: number,
  limit: number,
): Promise<readonly AuditedServer[]> {
  const rows = await reader
    .selectFrom('servers')
    .select([
      'id',
      'number',
      'host',
      'vm_state',
      'task_state',
      'power_state',
      'flavor',
      'move',
      'charged_cores',
      'charged_ram_mb',
    ])
    .where('alive', '=', 1)
    .where('number', '>', behind)
    .orderBy('number')
    .limit(limit)
    .execute()
  const last = rows.at(-1)
  if (last === undefined) return []
  const held = await heldByServers(reader, behind, last.number)
  const migrations = await openMigrations(reader, behind, last.number)
  const owners = await operations(reader, behind, last.number)
  return rows.map((row) => ({
    id: row.id,
    number: row.number,
    host: row.host,
    vmState: row.vm_state,
    taskState: row.task_state,
    powerState: row.power_state,
    flavor: row.flavor,
    move: row.move,
    chargedCores: row.charged_cores,
    chargedRamMb: row.charged_ram_mb,
    operation: owners.get(row.id) ?? null,
    held: held.get(row.id) ?? [],
    migration: migrations.get(row.id) ?? null,
  }))
}

async function heldByServers(
  reader: Reader,
  behind: number,
  to: number,
): Promise<ReadonlyMap<string, readonly HeldAmount[]>> {
  const rows = await reader
    .selectFrom('servers')
    .innerJoin('consumers', 'consumers.server_id', 'servers.id')
    .innerJoin('allocations', 'allocations.consumer', 'consumers.number')
    .innerJoin('providers', 'providers.number', 'allocations.provider')
    .innerJoin('resource_classes', 'resource_classes.number', 'allocations.class')
    .select(['servers.id', 'providers.root', 'resource_classes.name', 'allocations.used'])
    .where('servers.alive', '=', 1)
    .where('servers.number', '>', behind)
    .where('servers.number', '<=', to)
    .execute()
  const held = new Map<string, HeldAmount[]>()
  for (const { id, root, name, used } of rows) {
    listIn(held, id).push({ root, resourceClass: name, amount: used })
  }
  return held
}

async function openMigrations(
  reader: Reader,
  behind: number,
  to: number,
): Promise<ReadonlyMap<string, AuditedMigration>> {
  const rows = await reader
    .selectFrom('migrations')
    .innerJoin('servers', 'servers.id', 'migrations.server_id')
    .leftJoin('consumers', 'consumers.migration_id', 'migrations.id')
    .leftJoin('allocations', 'allocations.consumer', 'consumers.number')
    .leftJoin('providers', 'providers.number', 'allocations.provider')
    .leftJoin('resource_classes', 'resource_classes.number', 'allocations.class')
    .select([
      'migrations.id',
      'migrations.server_id',
      'migrations.kind',
      'migrations.status',
      'migrations.source_host',
      'migrations.dest_host',
      'migrations.old_flavor',
      'migrations.new_flavor',
      'providers.root',
      'resource_classes.name',
      'allocations.used',
    ])
    .where('migrations.open', '=', 1)
    .where('servers.number', '>', behind)
    .where('servers.number', '<=', to)
    .execute()
  const held = new Map<string, HeldAmount[]>()
  for (const { id, root, name, used } of rows) {
    const list = listIn(held, id)
    if (root !== null && name !== null && used !== null) {
      list.push({ root, resourceClass: name, amount: used })
    }
  }
  return new Map(
    rows.map((row) => [
      row.server_id,
      {
        id: row.id,
        kind: row.kind,
        status: row.status,
        source: row.source_host,
        destination: row.dest_host,
        oldFlavor: row.old_flavor,
        newFlavor: row.new_flavor,
        held: held.get(row.id) ?? [],
      },
    ]),
  )
}

/** The names of the operations that own servers of this page. */
async function operations(
  reader: Reader,
  behind: number,
  to: number,
): Promise<ReadonlyMap<string, string>> {
  const rows = await reader
    .selectFrom('sagas')
    .innerJoin('servers', (join) =>
      join.on((e) => e('sagas.subject', '=', sql<string>`'server/' || ${e.ref('servers.id')}`)),
    )
    .select(['servers.id', 'sagas.name'])
    .where('sagas.active', '=', 1)
    .where('servers.number', '>', behind)
    .where('servers.number', '<=', to)
    .execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** The root of each host's tree of providers, by the host's name. */
export async function rootsOfHosts(reader: Reader): Promise<ReadonlyMap<string, number>> {
  const rows = await reader
    .selectFrom('hosts')
    .innerJoin('providers', 'providers.id', 'hosts.provider_id')
    .select(['hosts.name', 'providers.root'])
    .execute()
  return new Map(rows.map(({ name, root }) => [name, root]))
}

function listIn<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}
