/** The rows that the simulator looks at with SQL of its own, so that no mistake of the store's can hide in its reading. */
import { CompiledQuery } from 'kysely'
import { needOf } from '../../src/domain/need.ts'
import type { Need } from '../../src/domain/need.ts'
import type { FlavorCopy } from '../../src/domain/server.ts'
import { fromJson } from '../../src/lib/json.ts'
import type { Reader } from '../../src/store/store.ts'

export type ServerRow = {
  readonly id: string
  readonly name: string
  readonly alive: number | null
  readonly project_id: string
  readonly host: string | null
  readonly vm_state: string
  readonly task_state: string | null
  readonly power_state: string
  readonly delete_requested: number
  readonly flavor: string
  readonly move: string | null
  readonly launched_at: number | null
  readonly charged_cores: number
  readonly charged_ram_mb: number
  readonly faults: number
}

export type MigrationRow = {
  readonly id: string
  readonly server_id: string
  readonly open: number | null
  readonly kind: string
  readonly status: string
  readonly source_host: string | null
  readonly dest_host: string | null
  readonly old_flavor: string
  readonly new_flavor: string
}

export type SagaRow = {
  readonly id: string
  readonly name: string
  readonly subject: string
  readonly state: string
  readonly direction: string
  readonly next: number
  readonly epoch: number
  readonly problem: string | null
}

type HeldRow = {
  readonly server_id: string | null
  readonly migration_id: string | null
  readonly host: string
  readonly class: string
  readonly used: number
}

export type ChangeRow = {
  readonly id: number
  readonly topic: string
  readonly key: string
  readonly data: string
}

export async function query<R>(
  reader: Reader,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<readonly R[]> {
  const { rows } = await reader.executeQuery(CompiledQuery.raw(sql, [...parameters]))
  // Whoever writes the query names its columns in R.
  return rows as R[]
}

const serverColumns = [
  'id',
  'name',
  'alive',
  'project_id',
  'host',
  'vm_state',
  'task_state',
  'power_state',
  'delete_requested',
  'flavor',
  'move',
  'launched_at',
  'charged_cores',
  'charged_ram_mb',
]

/** Of the table of servers under that name. */
function columnsOf(table: string): string {
  const own = serverColumns.map((name) => `${table}.${name}`).join(', ')
  return `${own}, (SELECT count(*) FROM faults WHERE server_id = ${table}.id) AS faults`
}

export async function serverRows(reader: Reader): Promise<readonly ServerRow[]> {
  return await query<ServerRow>(
    reader,
    `SELECT ${columnsOf('servers')} FROM servers ORDER BY number`,
  )
}

export async function openMigration(
  reader: Reader,
  server: string,
): Promise<readonly MigrationRow[]> {
  return await query<MigrationRow>(
    reader,
    'SELECT * FROM migrations WHERE server_id = ? AND open = 1',
    [server],
  )
}

/** A server with what is being done with it, and what its project is charged and should be. */
export type Standing = {
  readonly server: ServerRow
  readonly saga: SagaRow | undefined
  readonly charge: { readonly is: string; readonly shall: string }
}

type StandingRow = ServerRow & {
  readonly charged: string | null
  readonly due: string
  readonly saga_id: string | null
  readonly saga_name: string
  readonly saga_state: string
  readonly saga_direction: string
  readonly saga_next: number
  readonly saga_epoch: number
  readonly saga_problem: string | null
}

/** In one statement, because it is asked for in every transaction. */
const standingOfOne = `SELECT ${columnsOf('s')},
    (SELECT instances || ' servers, ' || cores || ' cores, ' || ram_mb || ' MB' FROM usages
     WHERE project_id = s.project_id) AS charged,
    (SELECT coalesce(sum(vm_state <> 'soft-delete' OR charged_cores > 0), 0) || ' servers, ' || coalesce(sum(charged_cores), 0) || ' cores, ' ||
       coalesce(sum(charged_ram_mb), 0) || ' MB'
     FROM servers WHERE project_id = s.project_id AND alive = 1) AS due,
    g.id AS saga_id, g.name AS saga_name, g.state AS saga_state, g.direction AS saga_direction,
    g.next AS saga_next, g.epoch AS saga_epoch, g.problem AS saga_problem
  FROM servers s LEFT JOIN sagas g ON g.subject = 'server/' || s.id AND g.active = 1
  WHERE s.id = ?`

export async function standingOf(reader: Reader, id: string): Promise<Standing | undefined> {
  const [row] = await query<StandingRow>(reader, standingOfOne, [id])
  if (row === undefined) return undefined
  const saga: SagaRow | undefined =
    row.saga_id === null
      ? undefined
      : {
          id: row.saga_id,
          name: row.saga_name,
          subject: `server/${id}`,
          state: row.saga_state,
          direction: row.saga_direction,
          next: row.saga_next,
          epoch: row.saga_epoch,
          problem: row.saga_problem,
        }
  const is = row.charged ?? '0 servers, 0 cores, 0 MB'
  return { server: row, saga, charge: { is, shall: row.due } }
}

/** What a holder holds: `1 VCPU, 512 MEMORY_MB on host1`, sorted, or nothing. */
export type Held = string

export async function heldFor(
  reader: Reader,
  server: string,
): Promise<{ readonly server: Held; readonly migrations: ReadonlyMap<string, Held> }> {
  const rows = await query<HeldRow>(
    reader,
    `SELECT c.server_id, c.migration_id, p.name AS host, k.name AS class, a.used
     FROM consumers c
     JOIN allocations a ON a.consumer = c.number
     JOIN providers p ON p.number = a.provider
     JOIN resource_classes k ON k.number = a.class
     WHERE c.server_id = ? OR c.migration_id IN (SELECT id FROM migrations WHERE server_id = ?)`,
    [server, server],
  )
  const migrations = new Map<string, HeldRow[]>()
  for (const row of rows) {
    if (row.migration_id === null) continue
    migrations.set(row.migration_id, [...(migrations.get(row.migration_id) ?? []), row])
  }
  return {
    server: sayHeld(rows.filter(({ server_id: id }) => id !== null)),
    migrations: new Map([...migrations].map(([id, held]) => [id, sayHeld(held)])),
  }
}

function sayHeld(rows: readonly HeldRow[]): Held {
  return rows
    .map(({ host, class: name, used }) => `${used} ${name} on ${host}`)
    .toSorted()
    .join(', ')
}

/** What somebody holds who holds exactly a flavor on a host. */
export function flavorOn(flavor: string, host: string): Held {
  return sayAmounts(needOfText(flavor), host)
}

/** What somebody holds who holds on a host what one flavor needs more than another. */
export function moreOn(flavor: string, than: string, host: string): Held {
  const less = needOfText(than)
  const more = Object.entries(needOfText(flavor)).map(
    ([name, amount]) => [name, amount - (less[name] ?? 0)] as const,
  )
  return sayAmounts(Object.fromEntries(more.filter(([, amount]) => amount > 0)), host)
}

function needOfText(flavor: string): Need {
  return needOf(fromJson<FlavorCopy>(flavor))
}

function sayAmounts(need: Need, host: string): Held {
  return Object.entries(need)
    .map(([name, amount]) => `${amount} ${name} on ${host}`)
    .toSorted()
    .join(', ')
}
