/** What servers are found by, as far as a query can say it. */
import { sql } from 'kysely'
import type { Expression, ExpressionBuilder, Selectable, SelectQueryBuilder, SqlBool } from 'kysely'
import type { Server } from '../../domain/server.ts'
import { shownDuring, statusOf } from '../../domain/states.ts'
import type { TaskState, VmState } from '../../domain/states.ts'
import type { Instant } from '../../lib/clock.ts'
import type { Pattern } from '../../lib/pattern.ts'
import { one } from '../dialect/dialect.ts'
import { contains, isLike } from '../dialect/json-text.ts'
import type { Reader } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

/** What servers are found by; what is absent does not matter. */
export type ServerFilter = {
  readonly projectId?: string
  readonly userId?: string
  readonly id?: string
  readonly host?: string
  readonly flavorId?: string
  readonly imageId?: string
  readonly locked?: boolean
  readonly vmStates?: readonly string[]
  readonly taskStates?: readonly string[]
  /** As clients see them. */
  readonly statuses?: readonly string[]
  /** Living ones, deleted ones, or both. */
  readonly life: 'living' | 'deleted' | 'both'
  /** Whether those that can still be restored are among them: among the deleted ones, unless it is said otherwise. */
  readonly restorable?: boolean
  readonly since?: Instant
  readonly before?: Instant
  readonly tags?: readonly string[]
  readonly anyTag?: readonly string[]
  readonly notTags?: readonly string[]
  readonly notAnyTag?: readonly string[]
  readonly name?: Pattern
  /** Any of the server's addresses. */
  readonly address?: Pattern
  /** Everything else that is matched by an expression. */
  readonly matches?: readonly ServerMatch[]
}

/** Judges a server by one of its texts. */
export type ServerMatch = { readonly text: (server: Server) => string; readonly pattern: Pattern }

type ServerRows = SelectQueryBuilder<Tables, 'servers', Selectable<Tables['servers']>>

/** The rows that fit as far as the database can tell. */
export function filtered(reader: Reader, filter: ServerFilter): ServerRows {
  let query = alive(reader.selectFrom('servers').selectAll(), filter)
  const equal = {
    project_id: filter.projectId,
    user_id: filter.userId,
    id: filter.id,
    flavor_id: filter.flavorId,
    image_id: filter.imageId,
  }
  // The keys of the literal above are columns.
  for (const [column, value] of Object.entries(equal) as [keyof typeof equal, string?][]) {
    if (value !== undefined) query = query.where(column, '=', value)
  }
  const { locked, vmStates, taskStates, statuses, since, before, name } = filter
  if (locked !== undefined) query = query.where('locked', '=', locked ? 1 : 0)
  if (vmStates !== undefined) query = query.where('vm_state', 'in', orNone(vmStates))
  if (taskStates !== undefined) query = query.where('task_state', 'in', orNone(taskStates))
  if (statuses !== undefined) query = shownAs(query, new Set(statuses))
  if (since !== undefined) query = query.where('updated_at', '>=', since)
  if (before !== undefined) query = query.where('updated_at', '<=', before)
  const { host } = filter
  // As a list of its own: SQLite would otherwise look through the servers in their order for the few that are on the host.
  if (host !== undefined)
    query = query.where((e) => e('servers.number', 'in', onHost(e, host, filter.life)))
  const address = filter.address?.like ?? null
  if (address !== null) query = query.where((e) => isAt(e, address))
  const part = name?.literal ?? null
  if (part !== null && part !== '') query = query.where(contains(reader, 'name', part))
  // The rest is matched by whoever asks. So it is of a few servers, and not of all that there are.
  else if (name?.like != null) query = query.where(isLike('name', name.like))
  for (const tag of filter.tags ?? []) query = query.where((e) => tagged(e, [tag]))
  const { anyTag = [], notTags = [], notAnyTag = [] } = filter
  if (anyTag.length > 0) query = query.where((e) => tagged(e, anyTag))
  if (notAnyTag.length > 0) query = query.where((e) => e.not(tagged(e, notAnyTag)))
  if (notTags.length > 0) {
    query = query.where((e) => e.not(e.and(notTags.map((tag) => tagged(e, [tag])))))
  }
  return query
}

/** Servers that were deleted and can be restored are alive, but count as deleted unless it is said otherwise. */
function alive(query: ServerRows, { life, restorable }: ServerFilter): ServerRows {
  if (life === 'both') return query
  if (life === 'deleted') {
    if (restorable === false) return query.where('alive', 'is', null)
    return query.where((e) => e.or([e('alive', 'is', null), e('vm_state', '=', softDeleted)]))
  }
  const living = query.where('alive', '=', one)
  return restorable === true ? living : living.where('vm_state', '!=', softDeleted)
}

const softDeleted: VmState = 'soft-delete'

function onHost(e: Builder, host: string, life: ServerFilter['life']) {
  return (
    e
      .selectFrom('servers as there')
      .select('there.number')
      .where('there.host', '=', host)
      // Only of those that live there is an index.
      .$if(life === 'living', (query) => query.where('there.alive', '=', one))
  )
}

/** Has an address, or a floating one that leads to it, that is like this. The addresses are looked through, not the servers. */
function isAt(e: Builder, like: string): Expression<SqlBool> {
  const own = e
    .selectFrom('port_addresses')
    .select('port_addresses.port_id')
    .where(isLike('port_addresses.address', like))
  const floating = e
    .selectFrom('floating_ips')
    .select('floating_ips.port_id')
    .where(isLike('floating_ips.address', like))
    .where('floating_ips.port_id', 'is not', null)
    .$castTo<{ port_id: string }>()
  const devices = e
    .selectFrom('ports')
    .select('ports.device_id')
    // Whether one is there twice does not matter; to find out, SQLite would look up each address instead of reading on.
    .where('ports.id', 'in', own.unionAll(floating))
  const owners = e
    .selectFrom('servers as there')
    .select('there.number')
    .where('there.id', 'in', devices)
  return e('servers.number', 'in', owners)
}

/** A list for `in`, which may not be empty: nothing is in it then. */
function orNone(values: readonly string[]): readonly string[] {
  return values.length === 0 ? [''] : values
}

type Builder = ExpressionBuilder<Tables, 'servers'>

/** Has one of the tags. */
function tagged(e: Builder, tags: readonly string[]): Expression<SqlBool> {
  return e.exists(
    e
      .selectFrom('server_tags')
      .select('tag')
      .whereRef('server_tags.server_id', '=', 'servers.id')
      .where('tag', 'in', tags),
  )
}

const allStates: readonly VmState[] = [
  'building',
  'active',
  'paused',
  'suspended',
  'stopped',
  'rescued',
  'resized',
  'soft-delete',
  'deleted',
  'error',
  'shelved',
  'shelved_offloaded',
]

/** Those that are shown with one of the statuses. */
function shownAs(query: ServerRows, statuses: ReadonlySet<string>): ServerRows {
  const shown = query.where((e) => hasState(e, statuses))
  const settled = ['active', 'stopped', 'deleted'] as const
  if (settled.some((state) => statuses.has(statusOf(state, null)))) return shown
  // As a list of its own: SQLite would otherwise read every server of the project to find the few.
  return shown.where((e) =>
    e(
      'servers.number',
      'in',
      e.selectFrom('servers as there').select('there.number').where(isUnsettled),
    ),
  )
}

/** Neither simply running nor switched off, nor gone. There is an index on those: the condition is written as there. */
const isUnsettled = sql<SqlBool>`(there.vm_state not in ('active', 'stopped', 'deleted') or there.task_state is not null)`

/** Each resting state is shown by its name, and by those its tasks give it. */
function hasState(e: Builder, statuses: ReadonlySet<string>): Expression<SqlBool> {
  return e.or(
    allStates.flatMap((vmState) => {
      // The keys of a partial record are among the keys of its type.
      const during = Object.entries(shownDuring(vmState)) as [TaskState, string][]
      const shown = during.filter(([, status]) => statuses.has(status)).map(([task]) => task)
      const hidden = during.filter(([, status]) => !statuses.has(status)).map(([task]) => task)
      const rests = e('vm_state', '=', vmState)
      if (statuses.has(statusOf(vmState, null))) {
        if (hidden.length === 0) return [rests]
        const free = e.or([e('task_state', 'is', null), e('task_state', 'not in', hidden)])
        return [e.and([rests, free])]
      }
      return shown.length === 0 ? [] : [e.and([rests, e('task_state', 'in', shown)])]
    }),
  )
}
