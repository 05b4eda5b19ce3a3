/** Pages as requests ask for them and answers link to them. */
import { pageMax } from '../../app/page.ts'
import type { Page, PageWish } from '../../app/page.ts'
import type { Links } from './links.ts'
import type { Query } from './route.ts'

/** A page behind a marker. Nobody gets more than so many at once. */
export function pageWish(query: Query): PageWish {
  return { limit: limitOf(query), marker: query.one('marker') ?? null }
}

/** Further than any list goes, and still a number that every database takes. */
const offsetMax = 2 ** 31

/** A page from an offset; for these lists a limit of 0 is none. */
export function offsetWish(query: Query): { readonly limit: number; readonly offset: number } {
  return {
    limit: limitOf(query) || pageMax,
    offset: Math.min(Number(query.one('offset') ?? 0), offsetMax),
  }
}

/** The link to the next page under its name, when there may be one. */
export function nextLinks<T>(
  name: string,
  { items, isFull }: Page<T>,
  idOf: (item: T) => string,
  links: Links,
): Readonly<Record<string, unknown>> {
  const last = items.at(-1)
  return isFull && last !== undefined ? { [name]: links.next({ marker: idOf(last) }) } : {}
}

function limitOf(query: Query): number {
  return Math.min(Number(query.one('limit') ?? pageMax), pageMax)
}
