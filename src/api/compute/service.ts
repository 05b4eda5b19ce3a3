/**
 * The Compute API as an HTTP service.
 *
 * One way for every request: who asks, what it names, in which version, whether that exists there, whether the query and the
 * body are well-formed, whether the rule allows it; then the handler, and its answer in the words of the version.
 */
import type { ComputeContext } from '../../app/compute-context.ts'
import { authorize } from '../../app/authorize.ts'
import type { RequestContext } from '../../app/context.ts'
import type { Identity } from '../../domain/identity.ts'
import { asProblem, problem } from '../../lib/problem.ts'
import { parseJson } from '../http/json-body.ts'
import type { HttpReply, HttpRequest, Service } from '../http/service.ts'
import type { Wire } from './change.ts'
import {
  fault,
  faultOf,
  malformedMessage,
  notFoundMessage,
  unauthenticated,
  unknownPath,
} from './faults.ts'
import { failurePolicyIn } from './failure-policy.ts'
import type { History } from './history.ts'
import { openLinks } from './links.ts'
import { listingWriter } from './listing-writer.ts'
import type { ListingWriter } from './listing-writer.ts'
import { openMap } from './map.ts'
import type { Place, RouteMap } from './map.ts'
import type { Api, Query, Route } from './route.ts'
import { openValidation } from './validation.ts'
import type { Validation } from './validation.ts'
import { versionChoices, versionDocument, versionList } from './version-documents.ts'
import type { Root } from './version-documents.ts'
import { askedVersion, legacy, textOf, versionHeaders } from './versions.ts'
import type { Minor } from './versions.ts'
import { openViewing } from './viewing.ts'
import { views } from './views.ts'

export type ComputeOptions = {
  readonly ctx: ComputeContext
  /** Whom a token stands for; null when it is not good. */
  readonly authenticate: (token: string) => Promise<Identity | null>
  readonly routes: readonly Route[]
  readonly history: History
  /** Where clients get tokens, for those that come without. Below the caller's origin when it is a path. */
  readonly identityUri?: string
}

/** Bytes that a body may have: what a large `user_data` needs, and no more. */
const bodyLimitBytes = 114_688

export function computeService(options: ComputeOptions): Service {
  const { history } = options
  const map = openMap(options.routes)
  const validation = openValidation()
  const writeListing = listingWriter()
  const identityUri = options.identityUri ?? '/identity'

  const answer = async (request: HttpRequest): Promise<HttpReply> => {
    const { root, path } = rootOf(request.path)
    if (root === null) {
      return path === '' || path === '/'
        ? versionList(request, history.newest)
        : versionChoices(request)
    }
    if (path === '' || path === '/') return versionDocument(request, root, history.newest)
    const token = request.headers['x-auth-token']
    const who = token === undefined ? null : await options.authenticate(token)
    if (who === null) return unauthenticated(new URL(identityUri, request.origin).href)
    const place = map.find(request.method, path)
    if (place === null) return unknownPath()
    const asked =
      root === 'v2'
        ? ({ kind: 'version', minor: legacy } as const)
        : askedVersion(request.headers, history.newest)
    if (asked.kind === 'malformed') {
      return fault(
        400,
        `API Version String ${asked.text} is of invalid format. Must be of format MajorNum.MinorNum.`,
      )
    }
    if (asked.kind === 'unsupported') {
      const bounds = `Minimum is 2.1 and maximum is ${textOf(history.newest)}.`
      const message = `Version ${asked.text} is not supported by the API. ${bounds}`
      return withHeaders(fault(406, message), versionHeaders(asked.text))
    }
    const reply = await perform({
      options,
      map,
      validation,
      writeListing,
      request,
      who,
      root,
      place,
      at: asked.minor,
    })
    return root === 'v2' ? reply : withHeaders(reply, versionHeaders(textOf(asked.minor)))
  }

  return {
    bodyLimitBytes,
    answer: async (request) =>
      withHeaders(await answer(request), { 'x-compute-request-id': request.requestId }),
    refuse: ({ status, problem: refused }) => {
      const { retryAfter } = refused.details
      const message = status === 413 ? 'Request is too large.' : refused.message
      return fault(status, message, retryAfter === undefined ? {} : { retryAfter })
    },
  }
}

type Performance = {
  readonly options: ComputeOptions
  readonly map: RouteMap
  readonly validation: Validation
  readonly writeListing: ListingWriter
  readonly request: HttpRequest
  readonly who: Identity
  readonly root: Root
  readonly place: Place
  readonly at: Minor
}

/** Does what is asked at a version that is spoken. Problems become faults here, and nowhere else; bugs do not. */
async function perform(performance: Performance): Promise<HttpReply> {
  try {
    return await performed(performance)
  } catch (thrown) {
    const found = asProblem(thrown)
    if (found.kind === 'bug') throw thrown
    return faultOf(found)
  }
}

async function performed(performance: Performance): Promise<HttpReply> {
  const { options, validation, writeListing, request, who, root, place, at } = performance
  const { ctx, history } = options
  checkProject(place.project, who)
  const body = bodyOf(request)
  const route = routeAt(performance, body)
  if (route === null) return fault(404, notFoundMessage)
  const query = validation.judgeQuery(history.query(spoken(route), route.query, at), request.query)
  const lifted = judgedBody(performance, route, body)
  if (route.policy !== null && route.judge === 'door') authorize(who, route.policy)
  const links = openLinks(request, root, place.project)
  const viewing = openViewing(who, links)
  const api: Api = {
    has: (behaviour) => history.has(behaviour, at),
    show: (name, facts) => history.walk(name, at)(views[name](facts, viewing), facts),
  }
  const reply = await route.handler({
    ctx,
    who,
    request: requestContext(request),
    params: place.params,
    query: queryOf(query),
    body: lifted,
    api,
    links,
  })
  const { headers, listing } = reply
  return {
    status: history.statusOf(spoken(route), reply.status, at),
    ...(headers === undefined ? {} : { headers }),
    ...(reply.body === undefined ? {} : { body: reply.body }),
    ...(listing === undefined ? {} : writeListing(listing)),
  }
}

/** The route for this path, or for the action that the body names; null when it is not there at this version. */
function routeAt({ place, options, at }: Performance, body: unknown): Route | null {
  const { plain, actions } = place.resource
  const route = actions === null ? plain : (actions.get(actionKey(body)) ?? null)
  if (route === null) {
    throw problem('invalid', `There is no such action: ${actionKey(body)}`)
  }
  return options.history.exists(route.name, at) ? route : null
}

function actionKey(body: unknown): string {
  const keys = typeof body === 'object' && body !== null ? Object.keys(body) : []
  const [key] = keys
  if (key === undefined || keys.length !== 1 || Array.isArray(body)) {
    throw problem('invalid', malformedMessage)
  }
  return key
}

/** The body as the newest version would have it. */
function judgedBody(
  { options, validation, at }: Performance,
  route: Route,
  body: unknown,
): unknown {
  if (route.request === null) return null
  validation.judgeBody(options.history.request(spoken(route), route.request, at), body)
  // What has passed a schema is an object, for no schema of ours but that of one tag takes anything else.
  return body === null ? null : options.history.lift(spoken(route), at)(body as Wire)
}

const jsonTypes = new Set([
  'application/json',
  'application/vnd.openstack.compute+json',
  'text/plain',
])

function bodyOf(request: HttpRequest): unknown {
  if (request.body.length === 0) return null
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (type !== undefined && type !== '' && !jsonTypes.has(type)) {
    throw problem('invalid', 'Unsupported Content-Type', { status: 415 })
  }
  try {
    const body = parseJson(request.body)
    // PostgreSQL has no text with a null character in it.
    if (hasNull(body)) throw problem('invalid', malformedMessage)
    return body
  } catch (thrown) {
    throw problem('invalid', malformedMessage, {}, { cause: thrown })
  }
}

/** The depth is bounded: `parseJson` refuses what is deeper. */
function hasNull(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0')
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, each]) => key.includes('\0') || hasNull(each))
}

/** A project in the path must be the token's. */
function checkProject(project: string | null, who: Identity): void {
  if (project === null || project === who.projectId) return
  throw problem(
    'invalid',
    `Malformed request URL: URL's project_id '${project}' doesn't match Context's project_id '${who.projectId ?? ''}'`,
  )
}

/** The name under which changes speak of a route. */
function spoken({ name, speaksAs }: Route): string {
  return speaksAs ?? name
}

function queryOf(known: ReadonlyMap<string, readonly string[]>): Query {
  return {
    one: (name) => known.get(name)?.at(-1),
    all: (name) => known.get(name) ?? [],
    names: [...known.keys()],
  }
}

function rootOf(path: string): { readonly root: Root | null; readonly path: string } {
  const [, root, rest] = /^\/(v2\.1|v2)(\/.*)?$/.exec(path) ?? []
  if (root === undefined) return { root: null, path }
  // The expression knows no other root.
  return { root: root as Root, path: rest ?? '' }
}

function requestContext({ requestId, globalRequestId, headers }: HttpRequest): RequestContext {
  const failurePolicy = failurePolicyIn(headers)
  return { requestId, globalRequestId, ...(failurePolicy === null ? {} : { failurePolicy }) }
}

function withHeaders(reply: HttpReply, headers: NonNullable<HttpReply['headers']>): HttpReply {
  return { ...reply, headers: { ...reply.headers, ...headers } }
}
