/** What the routes of Identity share. */
import type { CatalogContext } from '../../app/identity/catalog.ts'
import type { Known } from '../../app/identity/token-cache.ts'
import type { Handler } from '../http/rest-service.ts'
import type { Route } from '../http/router.ts'
import type { HttpRequest } from '../http/service.ts'

export type IdentityApi = CatalogContext

/** A handler of Identity gets the whole token: some answers are about it. */
export type IdentityRoute = Route<Handler<Known>>

/** Where the service answers, for links. */
export function baseOf({ origin, mount }: HttpRequest): string {
  return origin + mount
}
