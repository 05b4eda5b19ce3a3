/** The Identity API, version 3. */
import { knownToken } from '../../app/identity/authenticate.ts'
import type { Known } from '../../app/identity/token-cache.ts'
import { titleOf } from '../http/problems.ts'
import { restService } from '../http/rest-service.ts'
import type { OpenHandler } from '../http/rest-service.ts'
import type { Route } from '../http/router.ts'
import type { HttpReply, HttpRequest, Refusal, Service } from '../http/service.ts'
import { baseOf } from './api.ts'
import type { IdentityApi } from './api.ts'
import { accessRuleRoutes } from './access-rule-routes.ts'
import { catalogRoutes } from './catalog-routes.ts'
import { credentialRoutes } from './credential-routes.ts'
import { domainRoutes, projectRoutes } from './project-routes.ts'
import { groupRoutes } from './group-routes.ts'
import { grantRoutes } from './grant-routes.ts'
import { projectTagRoutes } from './project-tag-routes.ts'
import { regionRoutes } from './region-routes.ts'
import { roleRoutes } from './role-routes.ts'
import { trustRoutes } from './trust-routes.ts'
import { openTokenRoutes, tokenRoutes } from './token-routes.ts'
import { openUserRoutes, userRoutes } from './user-routes.ts'
import { versionDocument, versionsDocument } from './versions.ts'

export function identityService(api: IdentityApi): Service {
  return restService<Known>({
    open: [...versionRoutes, ...openTokenRoutes(api), ...openUserRoutes(api)],
    routes: [
      ...tokenRoutes(api),
      ...catalogRoutes(api),
      ...regionRoutes(api),
      ...domainRoutes(api),
      ...projectRoutes(api),
      ...projectTagRoutes(api),
      ...userRoutes(api),
      ...groupRoutes(api),
      ...roleRoutes(api),
      ...grantRoutes(api),
      ...credentialRoutes(api),
      ...accessRuleRoutes(api),
      ...trustRoutes(api),
    ],
    authenticate: async ({ headers }) => {
      const text = headers['x-auth-token']
      return text === undefined || text === '' ? null : await knownToken(api.ctx, text)
    },
    refuse,
  })
}

const choices: OpenHandler = async ({ request }) => ({
  status: 300,
  headers: { Location: `${baseOf(request)}/v3/`, Vary: 'X-Auth-Token' },
  body: versionsDocument(baseOf(request)),
})
const version: OpenHandler = async ({ request }) => ({
  status: 200,
  headers: { Vary: 'X-Auth-Token' },
  body: versionDocument(baseOf(request)),
})

const versionRoutes: readonly Route<OpenHandler>[] = [
  ['GET', '', choices],
  ['GET', '/', choices],
  ['GET', '/v3', version],
  ['GET', '/v3/', version],
]

/** Identity's error form. */
function refuse({ status, problem }: Refusal, request: HttpRequest | null): HttpReply {
  const { retryAfterMs } = problem.details
  const slowedDown = typeof retryAfterMs === 'number'
  const code = slowedDown ? 429 : status
  return {
    status: code,
    headers: {
      Vary: 'X-Auth-Token',
      ...(slowedDown ? { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) } : {}),
      ...(code === 401 && request !== null
        ? { 'WWW-Authenticate': `Keystone uri="${baseOf(request)}"` }
        : {}),
    },
    body: { error: { code, message: problem.message, title: titleOf(code) } },
  }
}
