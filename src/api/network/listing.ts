/** Filters, fields, sorting and pages: the same for every kind of record. */
import { problem } from '../../lib/problem.ts'
import type { HttpRequest } from '../http/service.ts'
import { tagsMatch } from '../http/tag-filters.ts'

const pageMax = 1000

/** Parameters that are no filters. */
const reserved = new Set([
  'fields',
  'limit',
  'marker',
  'page_reverse',
  'sort_key',
  'sort_dir',
  'tags',
])

type View = Readonly<Record<string, unknown>>

/** The page that the query asks for. Without `limit` it is everything. */
export function pageOf(plural: string, views: readonly object[], request: HttpRequest): object {
  const { query } = request
  const matching = views.map(asView).filter((view) => matches(view, query))
  const sorted = sortedBy(matching, query)
  const limit = limitOf(query)
  if (limit === null) return { [plural]: sorted.map((view) => narrowed(view, query)) }
  const reverse = query.get('page_reverse')?.toLowerCase() === 'true'
  const { page, hasPrevious, hasNext } = pageAround(sorted, query.get('marker'), limit, reverse)
  const link = (rel: string, marker: unknown, backwards: boolean): object => {
    const more = new URLSearchParams(query)
    more.set('marker', String(marker))
    if (backwards) more.set('page_reverse', 'True')
    else more.delete('page_reverse')
    return { rel, href: `${request.origin}${request.mount}${request.path}?${more.toString()}` }
  }
  const links = [
    ...(hasNext ? [link('next', page.at(-1)?.['id'], false)] : []),
    ...(hasPrevious ? [link('previous', page[0]?.['id'], true)] : []),
  ]
  return {
    [plural]: page.map((view) => narrowed(view, query)),
    ...(links.length === 0 ? {} : { [`${plural}_links`]: links }),
  }
}

/** Only the fields that were asked for, if any were. */
export function narrowed(view: object, query: URLSearchParams): object {
  const fields = query.getAll('fields').flatMap((field) => field.split(','))
  if (fields.length === 0) return view
  return Object.fromEntries(Object.entries(view).filter(([name]) => fields.includes(name)))
}

function pageAround(
  sorted: readonly View[],
  marker: string | null,
  limit: number,
  reverse: boolean,
): { readonly page: readonly View[]; readonly hasPrevious: boolean; readonly hasNext: boolean } {
  const at = marker === null ? -1 : sorted.findIndex((view) => view['id'] === marker)
  if (marker !== null && at < 0) throw invalid(`Marker ${marker} could not be found.`)
  const end = reverse ? (at < 0 ? sorted.length : at) : Math.min(sorted.length, at + 1 + limit)
  const start = reverse ? Math.max(0, end - limit) : at + 1
  const page = sorted.slice(start, end)
  return {
    page,
    hasPrevious: start > 0 && page.length > 0,
    hasNext: end < sorted.length && page.length > 0,
  }
}

/** One of the values given for each attribute. Attributes that the record does not have are no filters. */
function matches(view: View, query: URLSearchParams): boolean {
  for (const name of new Set(query.keys())) {
    if (reserved.has(name) || !Object.hasOwn(view, name)) continue
    const [found, wanted] = [view[name], query.getAll(name)]
    const holds =
      name === 'fixed_ips'
        ? fixedIpsMatch(found, wanted)
        : wanted.some((each) => equals(found, each))
    if (!holds) return false
  }
  const { tags } = view
  return !Array.isArray(tags) || tagsMatch(tags, query)
}

function equals(found: unknown, wanted: string): boolean {
  if (typeof found === 'boolean') return found === /^(?:true|1|yes)$/i.test(wanted)
  if (found === null || found === undefined) return wanted === ''
  if (Array.isArray(found)) return found.includes(wanted)
  return (typeof found === 'string' || typeof found === 'number') && String(found) === wanted
}

/** Several conditions on a port's addresses: each must hold for one of them, values of one kind being alternatives. */
function fixedIpsMatch(found: unknown, wanted: readonly string[]): boolean {
  const kinds = Map.groupBy(wanted, (each) => each.split('=')[0] ?? '')
  return [...kinds.values()].every((values) => values.some((each) => fixedIpMatches(found, each)))
}

function fixedIpMatches(found: unknown, wanted: string): boolean {
  const [kind = '', value = ''] = wanted.split('=')
  const addresses = Array.isArray(found) ? found.map(asView) : []
  if (kind === 'ip_address_substr') {
    return addresses.some((each) => String(each['ip_address']).includes(value))
  }
  return addresses.some((each) => String(each[kind]) === value)
}

function sortedBy(views: readonly View[], query: URLSearchParams): readonly View[] {
  const keys = query.getAll('sort_key').flatMap((each) => each.split(','))
  const directions = query.getAll('sort_dir').flatMap((each) => each.split(','))
  if (keys.length === 0) return views
  const [first] = views
  for (const key of keys) {
    if (first !== undefined && !Object.hasOwn(first, key))
      throw invalid(`'${key}' is an invalid attribute for sort key`)
  }
  for (const direction of directions) {
    if (direction !== 'asc' && direction !== 'desc')
      throw invalid(`'${direction}' is an invalid value for sort_dir`)
  }
  return views.toSorted((a, b) => {
    for (const [i, key] of keys.entries()) {
      const order = compared(a[key], b[key])
      if (order !== 0) return directions[i] === 'desc' ? -order : order
    }
    return 0
  })
}

function compared(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [left, right] = [String(a), String(b)]
  return left === right ? 0 : left < right ? -1 : 1
}

function limitOf(query: URLSearchParams): number | null {
  const asked = query.get('limit')
  if (asked === null || asked === '0') return null
  if (!/^\d{1,15}$/.test(asked)) {
    throw invalid(`Limit must be an integer 0 or greater and not '${asked}'`)
  }
  return Math.min(Number(asked), pageMax)
}

function invalid(message: string): Error {
  return problem('invalid', `Invalid input for operation: ${message}.`, { type: 'InvalidInput' })
}

function asView(value: unknown): View {
  // Views are plain objects of our own making.
  return value as View
}
