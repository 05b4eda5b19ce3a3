/**
 * A service made of a table of routes: finds the route, asks who is there, calls the handler.
 *
 * For the APIs that have one version and no negotiation: Identity, Image, Network, Volume. A handler throws problems; the
 * API's own `refuse` turns them into its error form, in one place.
 */
import type { Identity } from '../../domain/identity.ts'
import type { JsonObject } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import { parseJsonObject } from './json-body.ts'
import { openRouter } from './router.ts'
import type { Params, Route } from './router.ts'
import type { HttpReply, HttpRequest, Refusal, Service } from './service.ts'

/** A request on its way to a handler. */
export type Asked<Who> = {
  readonly request: HttpRequest
  readonly params: Params
  readonly who: Who
  /** The body as a JSON object. @throws `invalid` */
  body(): JsonObject
}

export type OpenHandler = (asked: Asked<null>) => Promise<HttpReply>
export type Handler<Who = Identity> = (asked: Asked<Who>) => Promise<HttpReply>

export type RestOptions<Who> = {
  /** Routes that want no token. */
  readonly open: readonly Route<OpenHandler>[]
  readonly routes: readonly Route<Handler<Who>>[]
  /** Who is asking; null when nobody known, which becomes a 401. */
  readonly authenticate: (request: HttpRequest) => Promise<Who | null>
  readonly refuse: (refusal: Refusal, request: HttpRequest | null) => HttpReply
  readonly streams?: NonNullable<Service['streams']>
}

type Either<Who> =
  | { readonly open: true; readonly handler: OpenHandler }
  | { readonly open: false; readonly handler: Handler<Who> }

export function restService<Who>(options: RestOptions<Who>): Service {
  const find = openRouter<Either<Who>>([
    ...options.open.map(
      ([method, template, handler]) => [method, template, { open: true, handler }] as const,
    ),
    ...options.routes.map(
      ([method, template, handler]) => [method, template, { open: false, handler }] as const,
    ),
  ])
  return {
    ...(options.streams === undefined ? {} : { streams: options.streams }),
    refuse: options.refuse,
    answer: async (request) => {
      const match = find(request.method, request.path)
      const open = match.kind === 'found' && match.handler.open
      const who = open ? null : await options.authenticate(request)
      // Who is not known learns nothing, not even which paths there are.
      if (!open && who === null) {
        throw problem('unauthenticated', 'The request you have made requires authentication.')
      }
      if (match.kind === 'unknown') throw problem('not-found', 'The resource could not be found.')
      if (match.kind === 'wrong-method') return wrongMethod(options, match.allowed, request)
      const asked = { request, params: match.params, body: () => parseJsonObject(request.body) }
      const { handler } = match
      if (handler.open) return await handler.handler({ ...asked, who: null })
      if (who === null) throw problem('bug', 'A handler was reached by nobody')
      return await handler.handler({ ...asked, who })
    },
  }
}

function wrongMethod(
  { refuse }: Pick<RestOptions<never>, 'refuse'>,
  allowed: readonly string[],
  request: HttpRequest,
): HttpReply {
  const message = 'The method is not allowed for the requested URL.'
  const reply = refuse({ status: 405, problem: problem('invalid', message) }, request)
  return { ...reply, headers: { ...reply.headers, Allow: allowed.join(', ') } }
}
