/**
 * Living servers as an audit looks at them: what the record says, what is held for it, and what owns it now.
 *
 * Pages of some thousands, so that an audit of a large cloud never holds anybody up for long. Sizes, moves and what is held are
 * texts here: there are few different ones, and whoever reads them reads each only once. What is held is read by itself, holder
 * after holder in the order in which it is stored, which costs a fifth of looking it up server by server.
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

/** What is read before the servers, because there is little of it or because it is stored in another order. */
export type Surroundings = {
  /** What is held for servers, by server. Whoever is in it and does not live holds what it may not. */
  readonly held: ReadonlyMap<string, readonly HeldAmount[]>
  readonly migrations: ReadonlyMap<string, AuditedMigration>
  /** The names of the operations that own servers now. */
  readonly operations: ReadonlyMap<string, string>
}

/** Reads it. `turn` is called every now and then, so that others have theirs. */
export async function surroundings(
  reader: Reader,
  turn: () => Promise<void>,
): Promise<Surroundings> {
  const amountsIn = await amountsReader(reader)
  const held = new Map<string, readonly HeldAmount[]>()
  for (let behind = 0; ;) {
    const rows = await holders(reader, behind, holdersAtOnce)
    for (const { server, text } of rows) held.set(server, amountsIn(text))
    const last = rows.at(-1)
    if (last === undefined || rows.length < holdersAtOnce) break
    behind = last.number
    await turn()
  }
  return { held, migrations: await openMigrations(reader), operations: await operations(reader) }
}

const holdersAtOnce = 20_000

/**
 * The next consumers of servers behind a number, with what each holds as one text. Grouped by the number that allocations are
 * stored under, so that they are read in their order and nothing is sorted.
 */
async function holders(
  reader: Reader,
  behind: number,
  limit: number,
): Promise<readonly { readonly number: number; readonly server: string; readonly text: string }[]> {
  return await reader
    .selectFrom('allocations')
    .innerJoin('consumers', 'consumers.number', 'allocations.consumer')
    .select((e) => [
      'allocations.consumer as number',
      // A consumer is one server's; which one of equals is the least does not matter.
      e.fn.min(sql<string>`consumers.server_id`).as('server'),
      sql<string>`string_agg(
        allocations.provider || ' ' || allocations.class || ' ' || allocations.used, ','
      )`.as('text'),
    ])
    .where('consumers.server_id', 'is not', null)
    .where('allocations.consumer', '>', behind)
    .groupBy('allocations.consumer')
    .orderBy('allocations.consumer')
    .limit(limit)
    .execute()
}

/** Reads what is held, each text once. */
async function amountsReader(reader: Reader): Promise<(text: string) => readonly HeldAmount[]> {
  const providers = await reader.selectFrom('providers').select(['number', 'root']).execute()
  const classes = await reader.selectFrom('resource_classes').select(['number', 'name']).execute()
  const rootOf = new Map(providers.map(({ number, root }) => [number, root]))
  const nameOf = new Map(classes.map(({ number, name }) => [number, name]))
  const known = new Map<string, readonly HeldAmount[]>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    const amounts = text.split(',').map((one) => {
      const [provider = 0, number = 0, amount = 0] = one.split(' ').map(Number)
      return { root: rootOf.get(provider) ?? -1, resourceClass: nameOf.get(number) ?? '', amount }
    })
    known.set(text, amounts)
    return amounts
  }
}

const nothing: readonly HeldAmount[] = []

/** The next page of living servers behind a number, by number. */
export async function page(
  reader: Reader,
  around: Surroundings,
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
    operation: around.operations.get(row.id) ?? null,
    held: around.held.get(row.id) ?? nothing,
    migration: around.migrations.get(row.id) ?? null,
  }))
}

async function openMigrations(reader: Reader): Promise<ReadonlyMap<string, AuditedMigration>> {
  const rows = await reader
    .selectFrom('migrations')
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

const servers = 'server/'

/** The names of the operations that own servers, by server. */
async function operations(reader: Reader): Promise<ReadonlyMap<string, string>> {
  const rows = await reader
    .selectFrom('sagas')
    .select(['subject', 'name'])
    .where('active', '=', 1)
    .execute()
  return new Map(
    rows.flatMap(({ subject, name }) =>
      subject.startsWith(servers) ? [[subject.slice(servers.length), name] as const] : [],
    ),
  )
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
