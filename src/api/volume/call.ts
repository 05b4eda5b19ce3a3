/**
 * Routes of the volume API.
 *
 * Each lives under two paths, with the project and without. The project in the path says nothing that the token does not: when
 * it is another one, the address is wrong.
 */
import type { Context } from '../../app/context.ts'
import type { Identity } from '../../domain/identity.ts'
import type { ProjectId } from '../../domain/ids.ts'
import type { JsonObject } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import { own } from '../http/fields.ts'
import { isJsonObject } from '../http/json-body.ts'
import type { Asked, Handler } from '../http/rest-service.ts'
import type { Route } from '../http/router.ts'
import type { HttpReply } from '../http/service.ts'
import { apiOf, versionHeaders } from './versions.ts'
import type { Api, Feature } from './versions.ts'

export type Call = {
  readonly ctx: Context
  readonly who: Identity
  readonly query: URLSearchParams
  readonly api: Api
  /** For links: up to the version and, where the request had it, the project. */
  readonly base: string
  /** The path parameter of that name. */
  param(name: string): string
  /** The body as a JSON object. @throws `invalid` */
  body(): JsonObject
  /** The object under the body's key. @throws `invalid` when there is none. */
  within(name: string): JsonObject
}

export type Answer = { readonly status: number; readonly body?: object }
export type VolumeRoute = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly handler: (call: Call) => Promise<Answer>
  /** Before it came there was no such address. */
  readonly since?: Feature
}

/** The path parameter of the project, which no route has a parameter of its own for. */
const project = 'project_of_path'

/** Both paths of a route. */
export function routesOf(ctx: Context, route: VolumeRoute): readonly Route<Handler>[] {
  const handler: Handler = async (asked) => await answer(ctx, route, asked)
  return [
    [route.method, `/v3${route.path}`, handler],
    [route.method, `/v3/{${project}}${route.path}`, handler],
  ]
}

async function answer(
  ctx: Context,
  { handler, since }: VolumeRoute,
  asked: Asked<Identity>,
): Promise<HttpReply> {
  const { request, who, params } = asked
  const api = apiOf(request.headers)
  const named = params[project]
  if (named !== undefined && who.projectId !== named) {
    throw problem('invalid', 'Malformed request url')
  }
  if (since !== undefined && !api.has(since)) {
    throw problem('not-found', 'The resource could not be found.')
  }
  const body = (): JsonObject => asked.body()
  const call: Call = {
    ctx,
    who,
    api,
    body,
    query: request.query,
    base: `${request.origin}${request.mount}/v3${named === undefined ? '' : `/${named}`}`,
    param: (name) => params[name] ?? '',
    within: (name) => {
      const found = own(body(), name)
      if (isJsonObject(found)) return found
      throw problem('invalid', `Invalid input for field/attribute ${name}. It is required.`)
    },
  }
  const reply = await handler(call)
  return { ...reply, headers: versionHeaders(api) }
}

/** Whose records a list is asked to show. */
export function wholeOrOwn({ query }: Call): {
  readonly allProjects: boolean
  readonly projectId: ProjectId | null
} {
  const all = /^(?:1|true|yes|on|t|y)$/i.test(query.get('all_tenants') ?? '')
  // Whatever an admin asks for; a project that is none has no records.
  const projectId = (query.get('project_id') ?? query.get('tenant_id')) as ProjectId | null
  return { allProjects: all || projectId !== null, projectId }
}
