/**
 * What a list of servers is asked for, from the query's parameters.
 *
 * Users may ask for less than operators. What is not for them is overlooked, not refused: so it is in the field, and so a list
 * never tells more than it should.
 */
import type { ServerFilter, ServerMatch, ServerQuery } from '../../app/server-list.ts'
import { allows } from '../../domain/policy.ts'
import type { Server } from '../../domain/server.ts'
import { vmStatesShownAs } from '../../domain/states.ts'
import { pattern } from '../../lib/pattern.ts'
import type { Pattern } from '../../lib/pattern.ts'
import { problem } from '../../lib/problem.ts'
import { booleanOf, booleanOrRefuse } from './booleans.ts'
import { pageWish } from './pages.ts'
import type { Api, Call, Query } from './route.ts'
import { instantOf } from './schemas/formats.ts'
import { serverOrder } from './server-order.ts'
import { powerNumbers } from './views/server.ts'
import { zoned } from './views/times.ts'

/** Parameters that every user may give, from when on. */
const forEverybody = [
  'reservation_id',
  'name',
  'status',
  'image',
  'flavor',
  'ip',
  'changes-since',
  'changes-before',
  'all_tenants',
  'tags',
  'tags-any',
  'not-tags',
  'not-tags-any',
  'locked',
]
const fromTheMany = [
  'availability_zone',
  'config_drive',
  'key_name',
  'created_at',
  'launched_at',
  'terminated_at',
  'power_state',
  'task_state',
  'vm_state',
  'progress',
  'user_id',
]

/** Parameters that look into what is not there to be looked into. */
const refused = new Set([
  'block_device_mapping',
  'services',
  'metadata',
  'system_metadata',
  'info_cache',
  'security_groups',
  'pci_devices',
])

export function serverQuery({
  api,
  query,
  who,
}: Pick<Call<unknown>, 'api' | 'query' | 'who'>): ServerQuery {
  const isOperator = allows(who, 'servers:allow_all_filters')
  const bad = query.names.find((name) => refused.has(name) || name.startsWith('_'))
  if (bad !== undefined) throw problem('invalid', `Invalid filter field: ${bad}.`)
  const seen = isOperator ? query : only(query, namesForUsers(api))
  const deleted = isOperator && booleanOf(seen.one('deleted') ?? '') === true
  return {
    ...pageWish(query),
    order: serverOrder(query, who, api),
    allProjects: asksForAll(seen),
    filter: filterOf(seen, { api, isOperator, deleted }),
  }
}

function namesForUsers(api: Api): ReadonlySet<string> {
  return new Set([
    ...forEverybody,
    ...(api.has('everyUserMayFilterByIp6') ? ['ip6'] : []),
    ...(api.has('everyUserMayFilterMore') ? fromTheMany : []),
    ...(api.has('everyUserMayFilterByHostname') ? ['hostname'] : []),
  ])
}

function only(query: Query, names: ReadonlySet<string>): Query {
  return {
    one: (name) => (names.has(name) ? query.one(name) : undefined),
    all: (name) => (names.has(name) ? query.all(name) : []),
    names: query.names.filter((name) => names.has(name)),
  }
}

/** Another project's servers are picked from those of all, and only from those: alone, its name changes nothing. */
function asksForAll(query: Query): boolean {
  const all = query.one('all_tenants')
  return all !== undefined && (all === '' || booleanOrRefuse(all))
}

type Circumstances = {
  readonly api: Api
  readonly isOperator: boolean
  readonly deleted: boolean
}

function filterOf(query: Query, { api, isOperator, deleted }: Circumstances): ServerFilter {
  const since = timeOf(query, 'changes-since')
  const before = timeOf(query, 'changes-before')
  if (since !== undefined && before !== undefined && since > before) {
    throw problem(
      'invalid',
      'The value of changes-since must be less than or equal to changes-before.',
    )
  }
  const statuses = statusesOf(query, api)
  const states = statuses?.flatMap(vmStatesShownAs)
  const asksForGone = states?.every((state) => state === 'deleted') === true && states.length > 0
  if (asksForGone && !isOperator) {
    throw problem('forbidden', 'Only administrators may list deleted instances')
  }
  const tags = (name: string): readonly string[] => query.one(name)?.split(',') ?? []
  const name = query.one('name') ?? query.one('display_name')
  return dense({
    life: lifeOf(query, {
      isGone: deleted || asksForGone,
      isChanged: since !== undefined || before !== undefined,
    }),
    restorable: restorableOf(query),
    projectId: query.one('tenant_id') ?? query.one('project_id'),
    userId: query.one('user_id'),
    id: query.one('uuid'),
    host: query.one('host'),
    flavorId: query.one('flavor'),
    imageId: query.one('image') ?? query.one('image_ref'),
    locked: lockedOf(query),
    vmStates: listOf(query.one('vm_state')),
    taskStates: listOf(query.one('task_state')),
    statuses,
    since,
    before,
    tags: tags('tags'),
    anyTag: tags('tags-any'),
    notTags: tags('not-tags'),
    notAnyTag: tags('not-tags-any'),
    name: name === undefined ? undefined : pattern(name),
    address: addressOf(query),
    matches: matchesOf(query),
  })
}

/** A filter without what was not asked for. */
function dense(filter: { [K in keyof ServerFilter]: ServerFilter[K] | undefined }): ServerFilter {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined)
  // Only keys without a value are missing, and `life` has one.
  return Object.fromEntries(given) as ServerFilter
}

/** Whoever asks what changed is told of what is gone as well, unless that was said. */
function lifeOf(
  query: Query,
  { isGone, isChanged }: { readonly isGone: boolean; readonly isChanged: boolean },
): ServerFilter['life'] {
  if (isGone) return 'deleted'
  return isChanged && query.one('deleted') === undefined ? 'both' : 'living'
}

/** Any text says yes. */
function restorableOf(query: Query): boolean | undefined {
  const text = query.one('soft_deleted')
  return text === undefined ? undefined : text !== ''
}

function listOf(value: string | undefined): readonly string[] | undefined {
  return value === undefined ? undefined : [value]
}

/** @throws `invalid` for a status that there is not, where that is refused; elsewhere nothing has it. */
function statusesOf(query: Query, api: Api): readonly string[] | undefined {
  const all = query.all('status')
  const asked = all.length === 0 ? undefined : all.map((each) => each.toUpperCase())
  const isUnknown = asked?.every((each) => vmStatesShownAs(each).length === 0) === true
  if (isUnknown && api.has('unknownStatusIsRefused'))
    throw problem('invalid', 'Invalid status value')
  return asked
}

function lockedOf(query: Query): boolean | undefined {
  const text = query.one('locked')
  return text === undefined ? undefined : booleanOrRefuse(text)
}

function timeOf(query: Query, name: string): number | undefined {
  const text = query.one(name)
  return text === undefined ? undefined : (instantOf(text) ?? undefined)
}

/** An expression for an address of either version. */
function addressOf(query: Query): Pattern | undefined {
  const source = query.one('ip') ?? query.one('ip6')
  return source === undefined ? undefined : pattern(source)
}

/** Texts of a server that are matched by an expression. */
const texts: Readonly<Record<string, (server: Server) => string>> = {
  access_ip_v4: (server) => server.accessIpV4 ?? '',
  access_ip_v6: (server) => server.accessIpV6 ?? '',
  auto_disk_config: (server) => (server.diskConfig === 'AUTO' ? '1' : '0'),
  availability_zone: (server) => server.zone ?? '',
  config_drive: (server) => (server.configDrive ? 'True' : ''),
  created_at: (server) => zoned(server.createdAt),
  description: (server) => server.description ?? '',
  display_description: (server) => server.description ?? '',
  hostname: (server) => server.hostname,
  key_name: (server) => server.keyName ?? '',
  launch_index: (server) => String(server.launchIndex),
  launched_at: (server) => (server.launchedAt === null ? '' : zoned(server.launchedAt)),
  locked_by: (server) => server.lockedBy ?? '',
  node: (server) => server.host ?? '',
  power_state: (server) => String(powerNumbers[server.powerState]),
  progress: (server) => String(server.progress),
  reservation_id: (server) => server.reservationId,
  root_device_name: (server) => server.rootDeviceName,
  terminated_at: (server) => (server.terminatedAt === null ? '' : zoned(server.terminatedAt)),
  // No server has these.
  kernel_id: () => '',
  ramdisk_id: () => '',
}

function matchesOf(query: Query): readonly ServerMatch[] | undefined {
  const found = query.names.flatMap((name) => {
    const text = texts[name]
    const source = query.one(name)
    return text === undefined || source === undefined ? [] : [{ text, pattern: pattern(source) }]
  })
  return found.length === 0 ? undefined : found
}
