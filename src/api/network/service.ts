/** The Network API, version 2.0. */
import type { Context } from '../../app/context.ts'
import type { Authenticate } from '../../app/identity/authenticate.ts'
import type { Identity } from '../../domain/identity.ts'
import type { ProblemKind } from '../../lib/problem.ts'
import { restService } from '../http/rest-service.ts'
import type { OpenHandler } from '../http/rest-service.ts'
import type { Route } from '../http/router.ts'
import type { HttpReply, HttpRequest, Refusal, Service } from '../http/service.ts'
import { addressGroupRoutes } from './address-group-routes.ts'
import { availabilityRoutes } from './availability-routes.ts'
import { networkRoutes, subnetRoutes } from './network-routes.ts'
import { fixedRoutes, quotaRoutes } from './other-routes.ts'
import { poolRoutes } from './pool-routes.ts'
import { portRoutes } from './port-routes.ts'
import { floatingIpRoutes, routerRoutes } from './router-routes.ts'
import { scopeRoutes } from './scope-routes.ts'
import { groupRoutes, ruleRoutes } from './security-routes.ts'
import { tagRoutes } from './tag-routes.ts'

export function networkService(ctx: Context, authenticate: Authenticate): Service {
  return restService<Identity>({
    open: versionRoutes,
    routes: [
      ...networkRoutes(ctx),
      ...subnetRoutes(ctx),
      ...poolRoutes(ctx),
      ...scopeRoutes(ctx),
      ...portRoutes(ctx),
      ...groupRoutes(ctx),
      ...ruleRoutes(ctx),
      ...addressGroupRoutes(ctx),
      ...routerRoutes(ctx),
      ...floatingIpRoutes(ctx),
      ...tagRoutes(ctx),
      ...availabilityRoutes(ctx),
      ...quotaRoutes(ctx),
      ...fixedRoutes,
    ],
    authenticate: async ({ headers }) => await authenticate(headers),
    refuse,
  })
}

const versions: OpenHandler = async ({ request }) => {
  const href = `${request.origin}${request.mount}/v2.0/`
  const version = { id: 'v2.0', status: 'CURRENT', links: [{ rel: 'self', href }] }
  return { status: 200, body: { versions: [version] } }
}

/** What there is, by name: some clients read it to learn the addresses. */
const resources: OpenHandler = async ({ request }) => {
  const base = `${request.origin}${request.mount}/v2.0`
  const names = ['network', 'subnet', 'port', 'router', 'floatingip', 'quota', 'extension']
  return {
    status: 200,
    body: {
      resources: names.map((name) => ({
        name,
        collection: `${name}s`,
        links: [{ rel: 'self', href: `${base}/${name}s` }],
      })),
    },
  }
}

const versionRoutes: readonly Route<OpenHandler>[] = [
  ['GET', '', versions],
  ['GET', '/', versions],
  ['GET', '/v2.0', resources],
  ['GET', '/v2.0/', resources],
]

/** Where this API says other numbers than the others do. */
const statuses: Partial<Record<ProblemKind, number>> = {
  // Another delete would make room.
  'over-quota': 409,
  // A condition on a record's revision does not hold.
  stale: 412,
}

/** Types for problems that say none of their own. */
const types: Readonly<Record<number, string>> = {
  400: 'HTTPBadRequest',
  403: 'HTTPForbidden',
  404: 'HTTPNotFound',
  409: 'Conflict',
  500: 'HTTPInternalServerError',
  503: 'HTTPServiceUnavailable',
}

/** The error form of the Network API. */
function refuse({ status, problem }: Refusal, request: HttpRequest | null): HttpReply {
  if (status === 401 && request !== null) {
    return {
      status,
      headers: { 'WWW-Authenticate': `Keystone uri="${request.origin}/identity"` },
      body: { error: { code: 401, title: 'Unauthorized', message: problem.message } },
    }
  }
  const code = statuses[problem.kind] ?? status
  const { type } = problem.details
  return {
    status: code,
    body: {
      NeutronError: {
        type: typeof type === 'string' ? type : (types[code] ?? 'HTTPBadRequest'),
        message: problem.message,
        detail: '',
      },
    },
  }
}
