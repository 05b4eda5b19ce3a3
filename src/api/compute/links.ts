/**
 * Links: `self` with the version in it, `bookmark` without. The project's id is in them when it was in the request's path.
 */
import type { HttpRequest } from '../http/service.ts'
import type { Root } from './version-documents.ts'

export type Link = { readonly rel: string; readonly href: string }

export type Links = {
  /** Scheme, host and port by which the client reached us. */
  readonly origin: string
  /** Where a thing is, at the version's root. */
  href(path: string): string
  self(path: string): Link
  bookmark(path: string): Link
  /** Both, as most things carry them. */
  of(path: string): readonly Link[]
  /** The link to the page after the one that ends with this id, or that begins at this offset. */
  next(from: { readonly marker: string } | { readonly offset: number }): readonly Link[]
}

export function openLinks(request: HttpRequest, root: Root, project: string | null): Links {
  const base = `${request.origin}${request.mount}`
  const within = project === null ? '' : `/${project}`
  const href = (path: string): string => `${base}/${root}${within}${path}`
  const self = (path: string): Link => ({ rel: 'self', href: href(path) })
  const bookmark = (path: string): Link => ({ rel: 'bookmark', href: `${base}${within}${path}` })
  return {
    origin: request.origin,
    href,
    self,
    bookmark,
    of: (path) => [self(path), bookmark(path)],
    next: (from) => {
      const query = new URLSearchParams(request.query)
      for (const [name, value] of Object.entries(from)) query.set(name, String(value))
      return [{ rel: 'next', href: `${base}${request.path}?${query.toString()}` }]
    },
  }
}
