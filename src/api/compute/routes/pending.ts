/**
 * Routes that are still to come. What they are asked for is judged as it will be; then they say that they are not there yet.
 *
 * The list only shrinks: see `test/golden/compute-routes.txt`.
 */
import type { TSchema } from 'typebox'
import type { Rule } from '../../../domain/policy.ts'
import { problem } from '../../../lib/problem.ts'
import { route } from '../route.ts'
import type { Method, Route } from '../route.ts'
import type { JsonSchema } from '../schemas/json-schema.ts'
import { anyQuery, anyText, many, query } from '../schemas/queries.ts'

export const pendingRoutes: readonly Route[] = [
  on(
    'POST',
    '/os-assisted-volume-snapshots',
    'assistedSnapshots.create',
    'os-assisted-volume-snapshots:create',
  ),
  on(
    'DELETE',
    '/os-assisted-volume-snapshots/{id}',
    'assistedSnapshots.delete',
    'os-assisted-volume-snapshots:delete',
    {
      query: query({ delete_info: many(anyText) }),
    },
  ),
]

type More = { readonly request?: TSchema; readonly query?: JsonSchema }

function on(method: Method, path: string, name: string, rule: Rule, more: More = {}): Route {
  const judged = path.startsWith('/servers/') ? { policyWithin: rule } : { policy: rule }
  const { request, query: asked = anyQuery } = more
  const given = { name, method, path, query: asked, handler: notYet, ...judged }
  return request === undefined ? route(given) : route({ ...given, request })
}

async function notYet(): Promise<never> {
  throw problem('failed', 'This cloud does not do that yet.', { status: 501 })
}
