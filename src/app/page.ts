/** Pages of lists. */
import { problem } from '../lib/problem.ts'

/** The most that one answer holds. */
export const pageMax = 1000

/** Which page is wanted: so many, after the one with this id. */
export type PageWish = { readonly limit: number; readonly marker: string | null }

/** A page of things, and whether it is full: only then there may be another. */
export type Page<T> = { readonly items: readonly T[]; readonly isFull: boolean }

/** The part of a whole list that a page is. For lists that are small enough to be read at once. */
export function pageOf<T>(
  all: readonly T[],
  idOf: (item: T) => string,
  { limit, marker }: PageWish,
): Page<T> {
  const at = marker === null ? -1 : all.findIndex((item) => idOf(item) === marker)
  if (marker !== null && at === -1) throw noMarker(marker)
  return fullPage(all.slice(at + 1, at + 1 + limit), limit)
}

export function fullPage<T>(items: readonly T[], limit: number): Page<T> {
  return { items, isFull: items.length === limit && limit > 0 }
}

export function noMarker(marker: string): Error {
  return problem('invalid', `marker [${marker}] not found`, { marker })
}

/** The same as other lists say it. */
export function lostMarker(marker: string): Error {
  return problem('invalid', `Marker ${marker} could not be found.`, { marker })
}
