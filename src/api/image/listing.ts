/** `GET /v2/images`: filters, sorting and pages. */
import type { ListFilter } from '../../app/image/images.ts'
import { memberStatuses, visibilities } from '../../domain/image.ts'
import type { Image } from '../../domain/image.ts'
import { problem } from '../../lib/problem.ts'
import { imageView } from './views.ts'

const usualPage = 25
const largestPage = 1000

/** Parameters that are no filters by property. */
const reserved = new Set([
  'limit',
  'marker',
  'sort',
  'sort_key',
  'sort_dir',
  'visibility',
  'member_status',
  'tag',
  'size_min',
  'size_max',
  'id',
  'name',
  'created_at',
  'updated_at',
])

export function readFilter(query: URLSearchParams): ListFilter {
  const id = query.get('id')
  const visibility = query.get('visibility')
  const memberStatus = query.get('member_status') ?? 'accepted'
  const known = [...visibilities, 'all' as const].find((each) => each === visibility)
  if (visibility !== null && known === undefined) {
    throw problem('invalid', `Invalid visibility value: ${visibility}`)
  }
  const status = [...memberStatuses, 'all' as const].find((each) => each === memberStatus)
  if (status === undefined) throw problem('invalid', `Invalid status: ${memberStatus}`)
  return {
    ids: id === null ? null : oneOrMany(id),
    name: nameOf(query),
    visibility: known ?? null,
    memberStatus: status,
  }
}

/** The page that the query asks for, of images that the store found. */
export function pageOf(found: readonly Image[], query: URLSearchParams): object {
  // What is shown has no parts of a second; what was made first is known all the same.
  const madeAt = new Map(found.map(({ id, createdAt }) => [String(id), createdAt]))
  const views = found.map(imageView)
  const matching = views.filter((view) => matches(view, query)).toSorted(orderOf(query, madeAt))
  const marker = query.get('marker')
  const behind = marker === null ? -1 : matching.findIndex((view) => field(view, 'id') === marker)
  if (marker !== null && behind < 0)
    throw problem('invalid', `Marker ${marker} could not be found.`)
  const limit = limitOf(query)
  const page = matching.slice(behind + 1, behind + 1 + limit)
  const last = page.at(-1)
  const rest = new URLSearchParams(query)
  rest.delete('marker')
  const link = (more: URLSearchParams): string =>
    more.size === 0 ? '/v2/images' : `/v2/images?${more.toString()}`
  const more = matching.length > behind + 1 + limit && last !== undefined
  const next = new URLSearchParams(rest)
  if (last !== undefined) next.set('marker', String(field(last, 'id')))
  return {
    images: page,
    first: link(rest),
    ...(more ? { next: link(next) } : {}),
    schema: '/v2/schemas/images',
  }
}

function matches(view: object, query: URLSearchParams): boolean {
  const tags = field(view, 'tags')
  for (const [name, value] of query) {
    if (name === 'tag') {
      if (!Array.isArray(tags) || !tags.includes(value)) return false
    } else if (name === 'size_min' || name === 'size_max') {
      const [size, bound] = [Number(field(view, 'size') ?? 0), boundOf(name, value)]
      if (name === 'size_min' ? size < bound : size > bound) return false
    } else if (name === 'created_at' || name === 'updated_at') {
      if (!compares(String(field(view, name)), value)) return false
    } else if (name === 'name' && value.startsWith('in:')) {
      if (!oneOrMany(value).includes(String(field(view, name)))) return false
    } else if (!reserved.has(name) && !equals(field(view, name), value)) return false
  }
  // Hidden images show only to those who ask for them.
  return query.has('os_hidden') || field(view, 'os_hidden') !== true
}

function equals(found: unknown, wanted: string): boolean {
  if (typeof found === 'boolean') return String(found) === wanted.toLowerCase()
  const comparable = typeof found === 'string' || typeof found === 'number'
  return comparable && oneOrMany(wanted).includes(String(found))
}

/** `in:a,b` is one of several, perhaps in quotes; anything else is itself. */
function oneOrMany(wanted: string): readonly string[] {
  if (!wanted.startsWith('in:')) return [wanted]
  return wanted
    .slice(3)
    .split(',')
    .map((each) => each.trim().replace(/^"(.*)"$/, '$1'))
}

function nameOf(query: URLSearchParams): string | null {
  const name = query.get('name')
  return name === null || name.startsWith('in:') ? null : name
}

const comparisons: Readonly<Record<string, (found: string, wanted: string) => boolean>> = {
  gt: (found, wanted) => found > wanted,
  gte: (found, wanted) => found >= wanted,
  lt: (found, wanted) => found < wanted,
  lte: (found, wanted) => found <= wanted,
  eq: (found, wanted) => found === wanted,
  neq: (found, wanted) => found !== wanted,
}

function compares(found: string, wanted: string): boolean {
  const [, operator = 'eq', instant = wanted] = /^(gte?|lte?|n?eq):(.*)$/.exec(wanted) ?? []
  return comparisons[operator]?.(found, instant) ?? false
}

function boundOf(name: string, value: string): number {
  if (!/^\d{1,15}$/.test(value)) throw problem('invalid', `${name} must be an integer`)
  return Number(value)
}

function limitOf(query: URLSearchParams): number {
  const asked = query.get('limit')
  if (asked === null) return usualPage
  if (!/^\d{1,15}$/.test(asked)) throw problem('invalid', 'limit param must be an integer')
  return Math.min(Number(asked), largestPage)
}

const sortable = new Set([
  'name',
  'status',
  'container_format',
  'disk_format',
  'size',
  'id',
  'created_at',
  'updated_at',
])

type Order = (a: object, b: object) => number

function orderOf(query: URLSearchParams, madeAt: ReadonlyMap<string, number>): Order {
  const keys = sortKeys(query)
  const value = (view: object, key: string): unknown =>
    key === 'created_at' ? madeAt.get(String(field(view, 'id'))) : field(view, key)
  return (a, b) => {
    for (const [key, direction] of keys) {
      const order = compareValues(value(a, key), value(b, key))
      if (order !== 0) return direction === 'asc' ? order : -order
    }
    return 0
  }
}

function sortKeys(query: URLSearchParams): readonly (readonly [key: string, direction: string])[] {
  const pairs: readonly (readonly [string, string])[] = query.has('sort')
    ? (query.get('sort') ?? '').split(',').map((each) => {
        const [key = '', direction = 'desc'] = each.split(':')
        return [key, direction]
      })
    : query.getAll('sort_key').map((key, i) => [key, query.getAll('sort_dir')[i] ?? 'desc'])
  for (const [key, direction] of pairs) {
    if (!sortable.has(key)) throw problem('invalid', `Invalid sort key: ${key}`)
    if (direction !== 'asc' && direction !== 'desc')
      throw problem('invalid', `Invalid sort direction: ${direction}`)
  }
  // The store lists the newest first, and sorting keeps that order among equals.
  return pairs
}

/** Everything that can be sorted by is a text, a number, or not known yet; what is not known comes first. */
function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return a === b ? 0 : a < b ? -1 : 1
  return Number(a !== null) - Number(b !== null)
}

function field(view: object, name: string): unknown {
  return Object.hasOwn(view, name) ? (view as Readonly<Record<string, unknown>>)[name] : undefined // any own field
}
