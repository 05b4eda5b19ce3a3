/** Filters, sorting and pages: the same for volumes, snapshots and attachments. */
import { problem } from '../../lib/problem.ts'
import type { Call } from './call.ts'

const pageMax = 1000

/** Parameters that are no filters. */
const reserved = new Set([
  'all_tenants',
  'project_id',
  'tenant_id',
  'limit',
  'marker',
  'offset',
  'sort',
  'sort_key',
  'sort_dir',
  'with_count',
])

type View = Readonly<Record<string, unknown>>

/**
 * The page that the query asks for of whole views, each then made as short as the list wants it.
 * @throws `invalid` for a filter, a key to sort by or a page that cannot be.
 */
export function pageOf(
  plural: string,
  path: string,
  whole: readonly View[],
  call: Call,
  shorten: (view: View) => View = (view) => view,
): object {
  const { query, base, api } = call
  const matching = sorted(
    whole.filter((view) => matches(view, call)),
    query,
  )
  const limit = Math.min(numberIn(query, 'limit') ?? pageMax, pageMax)
  const marker = query.get('marker')
  const at = marker === null ? -1 : matching.findIndex((view) => view['id'] === marker)
  if (marker !== null && at < 0) throw problem('not-found', `Marker ${marker} could not be found.`)
  const start = at + 1 + (numberIn(query, 'offset') ?? 0)
  const page = matching.slice(start, start + limit)
  const last = page.at(-1)
  const isFull = page.length === limit && last !== undefined
  const next = new URLSearchParams(query)
  next.set('marker', String(last?.['id']))
  next.delete('offset')
  const counts = api.has('counts') && /^(?:1|true)$/i.test(query.get('with_count') ?? '')
  return {
    [plural]: page.map(shorten),
    ...(isFull
      ? { [`${plural}_links`]: [{ rel: 'next', href: `${base}${path}?${next.toString()}` }] }
      : {}),
    ...(counts ? { count: matching.length } : {}),
  }
}

function matches(view: View, { query, api }: Call): boolean {
  for (const [key, value] of query) {
    if (reserved.has(key)) continue
    const isLike = key.endsWith('~') && api.has('likeFilters')
    const name = names[isLike ? key.slice(0, -1) : key] ?? (isLike ? key.slice(0, -1) : key)
    // What a record does not have it is not filtered by.
    if (!Object.hasOwn(view, name)) continue
    const found = view[name]
    const holds = isLike
      ? typeof found === 'string' && found.includes(value)
      : times.has(name) && api.has('timeFilters')
        ? value.split(',').every((each) => compares(String(found), each))
        : equals(found, value)
    if (!holds) return false
  }
  return true
}

/** Filters that are called otherwise than what they look at. */
const names: Readonly<Record<string, string>> = {
  display_name: 'name',
  instance_id: 'instance',
  attach_status: 'status',
}

const times: ReadonlySet<string> = new Set(['created_at', 'updated_at'])

function equals(found: unknown, wanted: string): boolean {
  if (found === null || found === undefined) return wanted === '' || wanted === 'None'
  if (typeof found === 'object') return includes(found, wanted)
  if (typeof found === 'boolean') return found === /^(?:true|1|yes)$/i.test(wanted)
  const text = typeof found === 'string' || typeof found === 'number' ? String(found) : ''
  // `true` of a volume that can be booted from is a text.
  return text === wanted || (text === 'true' && /^(?:1|yes|True|on)$/.test(wanted))
}

/** Pairs that must be among the record's, as JSON or as Python writes them: `{'key': 'value'}`. */
function includes(found: object, wanted: string): boolean {
  const pairs = [...wanted.matchAll(/['"]([^'"]*)['"]\s*:\s*u?['"]([^'"]*)['"]/g)]
  const own = new Map<string, unknown>(Object.entries(found))
  return pairs.every(([, key = '', value]) => own.get(key) === value)
}

function compares(found: string, wanted: string): boolean {
  const [, operator = 'eq', instant = wanted] = /^(gte?|lte?|n?eq):(.*)$/.exec(wanted) ?? []
  const [a, b] = [
    Date.parse(`${found}Z`),
    Date.parse(/Z$|[+-]\d\d:\d\d$/.test(instant) ? instant : `${instant}Z`),
  ]
  if (Number.isNaN(b)) throw problem('invalid', `Invalid filter: '${wanted}' is no time.`)
  switch (operator) {
    case 'gt':
      return a > b
    case 'gte':
      return a >= b
    case 'lt':
      return a < b
    case 'lte':
      return a <= b
    case 'neq':
      return a !== b
    default:
      return a === b
  }
}

const sortable = new Set([
  'id',
  'name',
  'display_name',
  'status',
  'size',
  'bootable',
  'availability_zone',
  'volume_type_id',
  'created_at',
  'updated_at',
  'user_id',
  'migration_status',
])

/** What is listed comes newest first, and so it stays when nothing else is asked for. */
function sorted(views: readonly View[], query: URLSearchParams): readonly View[] {
  const keys = sortKeys(query)
  if (keys.length === 0) return views
  return views.toSorted((a, b) => {
    for (const [name, direction] of keys) {
      const order = compared(a[name], b[name])
      if (order !== 0) return direction === 'asc' ? order : -order
    }
    return 0
  })
}

function sortKeys(query: URLSearchParams): readonly (readonly [string, string])[] {
  const sort = query.get('sort')
  const directions = (query.get('sort_dir') ?? '').split(',')
  const pairs: (readonly [string, string])[] =
    sort === null
      ? (query.get('sort_key') ?? '')
          .split(',')
          .filter((key) => key !== '')
          .map((key, i) => [key, directions[i] || 'desc'])
      : sort.split(',').map((each) => {
          const [key = '', direction = 'desc'] = each.split(':')
          return [key, direction]
        })
  return pairs.map(([key, direction]) => {
    if (!sortable.has(key))
      throw problem('invalid', `Invalid input received: Invalid sort key: ${key}`)
    if (direction !== 'asc' && direction !== 'desc') {
      throw problem(
        'invalid',
        `Invalid input received: Unknown sort direction, must be one of: asc, desc`,
      )
    }
    return [names[key] ?? key, direction] as const
  })
}

function compared(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [left, right] = [a, b].map((each) => (typeof each === 'string' ? each : ''))
  return left === right ? 0 : (left ?? '') < (right ?? '') ? -1 : 1
}

function numberIn(query: URLSearchParams, name: string): number | null {
  const asked = query.get(name)
  if (asked === null) return null
  if (!/^\d{1,15}$/.test(asked)) {
    throw problem('invalid', `Invalid input received: ${name} must be an integer and not negative`)
  }
  return Number(asked)
}
