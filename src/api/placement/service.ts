/**
 * The Placement API as an HTTP service.
 *
 * One way for every request: who asks, in which version, whether what it names exists there, whether its rule allows it,
 * whether the query and the body are well-formed; then the handler, and its answer in the words of the version.
 */
import type { PlacementContext } from '../../app/placement/context.ts'
import type { Identity } from '../../domain/identity.ts'
import type { PlacementPolicy } from '../../domain/placement/policy.ts'
import type { Instant } from '../../lib/clock.ts'
import type { Json } from '../../lib/json.ts'
import { asProblem, problem } from '../../lib/problem.ts'
import { parseJson } from '../http/json-body.ts'
import { openRouter } from '../http/router.ts'
import type { Params } from '../http/router.ts'
import type { HttpReply, HttpRequest, Service } from '../http/service.ts'
import { accepted, qualityOf } from './accept.ts'
import { CandidateWriter } from './candidate-writer.ts'
import { placementHistory } from './changes.ts'
import { factsOf, refusal } from './refusals.ts'
import type { PlacementSettings, Reply, Route } from './route.ts'
import { placementRoutes } from './routes.ts'
import type { JsonSchema } from './schemas/json-schema.ts'
import { openJudge } from './schemas/validation.ts'
import type { Minor } from './versions.ts'
import { askedVersion, textOf, varyHeader, versionHeader } from './versions.ts'

export type PlacementOptions = {
  readonly ctx: PlacementContext
  /** Who is asking; null when nobody known. */
  readonly authenticate: (headers: HttpRequest['headers']) => Promise<Identity | null>
  readonly policy: PlacementPolicy
  readonly settings?: PlacementSettings
}

export function placementService(options: PlacementOptions): Service {
  const { ctx, policy, settings = {} } = options
  const history = placementHistory
  const judge = openJudge()
  const writer = new CandidateWriter()
  const find = openRouter(byPlace(placementRoutes))

  const answer = async (request: HttpRequest): Promise<HttpReply> => {
    const isRoot = request.path === '' || request.path === '/'
    const who = isRoot ? null : await options.authenticate(request.headers)
    if (!isRoot && who === null)
      return refusal(request, { status: 401, detail: '', showsCode: null })
    const asked = askedVersion(request.headers, history.newest)
    if (asked.kind === 'malformed') {
      const detail = `Invalid microversion: invalid version string: ${asked.text}`
      return refusal(request, { status: 400, detail, showsCode: null })
    }
    if (asked.kind === 'unsupported') {
      return refusal(request, {
        status: 406,
        detail: `Invalid microversion: Unacceptable version header: ${asked.text}`,
        showsCode: null,
        versions: { min: textOf(0), max: textOf(history.newest) },
      })
    }
    const at = asked.minor
    try {
      return withHeaders(await answerAt(request, who, at), versionHeader(at))
    } catch (thrown) {
      const found = asProblem(thrown)
      if (found.kind === 'bug') throw thrown
      return withHeaders(refuseAt(request, found, at), versionHeader(at))
    }
  }

  const refuseAt = (
    request: HttpRequest,
    found: ReturnType<typeof asProblem>,
    at: Minor,
  ): HttpReply => {
    const reply = refusal(request, {
      ...factsOf(found),
      showsCode: history.has('errorsHaveCodes', at),
    })
    const allow = found.details['allow']
    return typeof allow === 'string' ? withHeaders(reply, { Allow: allow }) : reply
  }

  const answerAt = async (
    request: HttpRequest,
    who: Identity | null,
    at: Minor,
  ): Promise<HttpReply> => {
    checkContentType(request)
    const { route, params } = placeOf(request, at)
    if (
      route.answersJson &&
      qualityOf(accepted(request.headers['accept']), 'application/json') === 0
    ) {
      throw problem('invalid', 'Only application/json is provided', { status: 406 })
    }
    if (route.body !== undefined) checkMediaType(request)
    refuseNull([...Object.values(params), ...request.query.values()])
    const schema = route.query && history.query(route.name, route.query, at)
    checkRule(route, who, request.query)
    if (schema !== undefined) judgeQuery(schema, request.query)
    if (route.names !== undefined) judgeJson(route.names, params)
    const body = await readBody(route, request, params, at)
    const reply = await route.handler({
      ctx,
      params,
      query: request.query,
      body,
      mount: request.mount,
      settings,
      writer,
      api: {
        has: (behaviour) => history.has(behaviour, at),
        show: (name, document) => history.show(name, document, at),
      },
    })
    return httpReply(reply, request, history.has('answersAreDated', at), ctx.clock.now())
  }

  const placeOf = (request: HttpRequest, at: Minor) => {
    const match = find(request.method, request.path === '' ? '/' : request.path)
    if (match.kind === 'unknown') throw problem('not-found', '')
    if (match.kind === 'wrong-method') throw wrongMethod(match.allowed)
    const route = match.handler.find(({ name }) => history.exists(name, at))
    if (route !== undefined) return { route, params: match.params }
    throw problem('not-found', '', { status: match.handler[0]?.missing ?? 404 })
  }

  const checkRule = (route: Route, who: Identity | null, query: URLSearchParams): void => {
    if (route.rule === null || who === null) return
    const target = route.target?.(who, query)
    if (policy.allows(who, route.rule, target)) return
    throw problem('forbidden', `Policy does not allow ${route.rule} to be performed.`)
  }

  const judgeQuery = (schema: JsonSchema, query: URLSearchParams): void => {
    const wrong = judge(schema, Object.fromEntries(query))
    if (wrong !== null) throw problem('invalid', `Invalid query string parameters: ${wrong}`)
  }

  const judgeJson = (schema: JsonSchema, value: unknown): void => {
    const wrong = judge(schema, value)
    if (wrong !== null) throw problem('invalid', `JSON does not validate: ${wrong}`)
  }

  const readBody = async (
    route: Route,
    request: HttpRequest,
    params: Params,
    at: Minor,
  ): Promise<unknown> => {
    if (route.body === undefined) return undefined
    try {
      const body = parsed(request.body)
      judgeJson(history.request(route.name, route.body, at), body)
      return history.lift(route.name, body, at)
    } catch (thrown) {
      await route.subject?.(ctx, params)
      throw thrown
    }
  }

  return {
    answer,
    refuse: (refused, request) =>
      refusal(request, { ...factsOf(refused.problem), status: refused.status, showsCode: null }),
  }
}

type Place = readonly Route[]

/** Routes that share a method and a path are alternatives: at any version one of them exists at most. */
function byPlace(routes: readonly Route[]): (readonly [string, string, Place])[] {
  const places = Map.groupBy(routes, ({ method, path }) => `${method} ${path}`)
  return [...places.values()].flatMap((place) => {
    const [first] = place
    return first === undefined ? [] : [[first.method, first.path, place] as const]
  })
}

function wrongMethod(allowed: readonly string[]): Error {
  return problem('invalid', 'The method specified is not allowed for this resource.', {
    status: 405,
    allow: allowed.join(', '),
  })
}

/** Somebody who sends something has to say what it is. */
function checkContentType({ headers }: HttpRequest): void {
  const length = Number(headers['content-length'] ?? 0)
  if (length > 0 && (headers['content-type'] ?? '') === '') {
    throw problem('invalid', 'content-type header required when content-length > 0')
  }
}

function checkMediaType({ headers }: HttpRequest): void {
  const type = headers['content-type']?.split(';')[0]?.trim() ?? ''
  if (type === 'application/json') return
  const what = type === '' ? 'None' : type
  throw problem('invalid', `The media type ${what} is not supported, use application/json`, {
    status: 415,
  })
}

function parsed(body: Buffer): unknown {
  try {
    const value = parseJson(body)
    if (body.includes('\\u0000')) refuseNull(textsIn(value))
    return value
  } catch (thrown) {
    const why = asProblem(thrown)
    throw problem('invalid', `Malformed JSON: ${why.message}`, {}, { cause: thrown })
  }
}

/** The null character is legal in JSON and in addresses, and PostgreSQL keeps it in no text. */
function refuseNull(texts: readonly string[]): void {
  if (!texts.some((text) => text.includes('\0'))) return
  throw problem('invalid', 'There is a null character in the request')
}

function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => [key, ...textsIn(each)])
}

function httpReply(reply: Reply, request: HttpRequest, dated: boolean, now: Instant): HttpReply {
  const { modifiedAt } = reply
  const isDated = dated && modifiedAt !== undefined
  return {
    status: reply.status,
    ...(reply.body === undefined ? {} : { body: reply.body }),
    ...(reply.sent === undefined ? {} : { sent: reply.sent }),
    headers: {
      ...varyHeader,
      ...(reply.location === undefined
        ? {}
        : { Location: request.origin + request.mount + reply.location }),
      ...(isDated
        ? {
            'Last-Modified': new Date(modifiedAt === 'now' ? now : modifiedAt).toUTCString(),
            'Cache-Control': 'no-cache',
          }
        : {}),
      ...reply.headers,
    },
  }
}

function withHeaders(reply: HttpReply, headers: NonNullable<HttpReply['headers']>): HttpReply {
  return { ...reply, headers: { ...reply.headers, ...headers } }
}
