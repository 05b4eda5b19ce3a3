/**
 * Finding servers: filters, order and pages.
 *
 * Pages continue behind a server, by what they are sorted by and then by age, so that a page is found by an index and not by
 * counting. What the database cannot match (regular expressions) is matched here, in bounded pieces.
 */
import { sql } from 'kysely'
import type { Expression, RawBuilder, SqlBool } from 'kysely'
import type { ServerId } from '../../domain/ids.ts'
import type { Server } from '../../domain/server.ts'
import { jsonText } from '../dialect/json-text.ts'
import { addressesOfServers } from '../network/server-addresses.ts'
import type { Reader } from '../store.ts'
import { filtered } from './server-filter.ts'
import type { ServerFilter } from './server-filter.ts'
import { toServers } from './servers.ts'

export type ServerOrder = { readonly key: ServerSortKey; readonly direction: 'asc' | 'desc' }

export type ServerSortKey = keyof typeof sortColumns | keyof typeof sortDetails

/** Columns that can be sorted by; texts that may be missing sort as empty, instants as 0. */
const sortColumns = {
  createdAt: sql<number>`created_at`,
  updatedAt: sql<number>`updated_at`,
  launchedAt: sql<number>`coalesce(launched_at, 0)`,
  terminatedAt: sql<number>`coalesce(terminated_at, 0)`,
  name: sql<string>`name`,
  id: sql<string>`id`,
  projectId: sql<string>`project_id`,
  userId: sql<string>`user_id`,
  host: sql<string>`coalesce(host, '')`,
  vmState: sql<string>`vm_state`,
  taskState: sql<string>`coalesce(task_state, '')`,
  powerState: sql<string>`power_state`,
  imageId: sql<string>`coalesce(image_id, '')`,
  flavorId: sql<string>`flavor_id`,
  keyName: sql<string>`coalesce(key_name, '')`,
  zone: sql<string>`coalesce(zone, '')`,
  locked: sql<number>`locked`,
  /** What is the same for all. */
  alike: sql<number>`(number - number)`,
} as const

/** Details that can be sorted by, as texts. */
const sortDetails = {
  accessIpV4: true,
  accessIpV6: true,
  configDrive: true,
  description: true,
  diskConfig: true,
  hostname: true,
  launchIndex: true,
  lockedBy: true,
  progress: true,
  rootDeviceName: true,
} as const

/** How many rows are looked at in one go when some must be matched here. */
const pieceRows = 500

/** Those that fit, in order, behind a server, at most so many. The marker must exist: see `isMarker`. */
export async function list(
  reader: Reader,
  filter: ServerFilter,
  page: {
    readonly order: readonly ServerOrder[]
    readonly after: ServerId | null
    readonly limit: number
  },
): Promise<readonly Server[]> {
  const found: Server[] = []
  const direction = page.order[0]?.direction ?? 'desc'
  // Once is enough, and all that an index has.
  const isByAge = page.order.some(({ key }) => key === 'createdAt')
  const order = isByAge ? page.order : [...page.order, { key: 'createdAt', direction } as const]
  const limit = isWhole(filter) ? page.limit : Math.max(page.limit, pieceRows)
  let { after } = page
  while (found.length < page.limit) {
    const query = await ordered(reader, filter, order, after)
    const rows = await query.limit(limit).execute()
    const servers = await toServers(reader, rows)
    const matching = servers.filter((server) => matches(server, filter))
    found.push(...(await addressed(reader, matching, filter)))
    after = servers.at(-1)?.id ?? null
    if (servers.length < limit) break
  }
  return found.slice(0, page.limit)
}

/** Whether a page can continue behind a server of this id. */
export async function isMarker(
  reader: Reader,
  id: string,
  filter: Pick<ServerFilter, 'projectId'>,
): Promise<boolean> {
  const { projectId } = filter
  const row = await reader
    .selectFrom('servers')
    .select('id')
    .where('id', '=', id)
    .$if(projectId !== undefined, (query) => query.where('project_id', '=', projectId ?? ''))
    .executeTakeFirst()
  return row !== undefined
}

/** Whether the database does all of the matching. */
function isWhole(filter: ServerFilter): boolean {
  const { name, address, matches: others = [] } = filter
  return name?.literal !== null && address === undefined && others.length === 0
}

function matches(server: Server, { name, matches: others = [] }: ServerFilter): boolean {
  if (name !== undefined && !name.test(server.name)) return false
  return others.every(({ text, pattern }) => pattern.test(text(server)))
}

/** Those that have an address that matches, when that is asked for. */
async function addressed(
  reader: Reader,
  candidates: readonly Server[],
  { address: wanted }: ServerFilter,
): Promise<readonly Server[]> {
  if (wanted === undefined) return candidates
  const all = await addressesOfServers(
    reader,
    candidates.map(({ id }) => id),
  )
  return candidates.filter(
    ({ id }) => all.get(id)?.some(({ address }) => wanted.test(address)) === true,
  )
}

/** Puts a query in order and begins behind a server. */
async function ordered(
  reader: Reader,
  filter: ServerFilter,
  order: readonly ServerOrder[],
  after: ServerId | null,
) {
  const query = filtered(reader, filter)
  const keys = order.map(({ key, direction }) => ({ of: sortable(reader, key), direction }))
  const direction = order[0]?.direction ?? 'desc'
  const all = [...keys, { of: sql<number>`number`, direction }]
  const begun = after === null ? query : query.where(await behind(reader, all, after))
  return all.reduce((sorted, each) => sorted.orderBy(each.of, each.direction), begun)
}

type SortBy = { readonly of: RawBuilder<string | number>; readonly direction: 'asc' | 'desc' }

/**
 * Everything that comes after a server: further in the first key, or the same there and further in the second, and so on. The
 * first key is bounded once more by itself, so that an index on it is entered at the right place.
 */
async function behind(
  reader: Reader,
  keys: readonly SortBy[],
  after: ServerId,
): Promise<Expression<SqlBool>> {
  const row = await reader
    .selectFrom('servers')
    .select(keys.map(({ of }, index) => of.as(`key${index}`)))
    .where('id', '=', after)
    .executeTakeFirst()
  const values = Object.values(row ?? {})
  const further = ({ direction }: SortBy) => sql.raw(direction === 'asc' ? '>' : '<')
  const steps = keys.map((key, depth) => {
    const same = keys.slice(0, depth).map(({ of }, index) => sql`${of} = ${values[index]}`)
    return sql`(${sql.join([...same, sql`${key.of} ${further(key)} ${values[depth]}`], sql` and `)})`
  })
  const [first] = keys
  const bound = first === undefined ? sql`true` : sql`${first.of} ${further(first)}= ${values[0]}`
  return sql<SqlBool>`(${bound} and (${sql.join(steps, sql` or `)}))`
}

function sortable(reader: Reader, key: ServerSortKey): RawBuilder<string | number> {
  return key in sortColumns
    ? sortColumns[key as keyof typeof sortColumns] // It is one: the line above says so.
    : jsonText(reader, 'details', key)
}
