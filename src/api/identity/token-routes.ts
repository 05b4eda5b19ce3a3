/** `/v3/auth`: getting, checking and ending tokens, and what one's own token can reach. */
import { login } from '../../app/identity/login.ts'
import { listDomainsOfUser } from '../../app/identity/domains.ts'
import { listProjectsOfUser } from '../../app/identity/projects.ts'
import { checkToken, revokeToken } from '../../app/identity/tokens.ts'
import type { GoodToken } from '../../domain/accounts.ts'
import { problem } from '../../lib/problem.ts'
import type { Handler, OpenHandler } from '../http/rest-service.ts'
import type { Route } from '../http/router.ts'
import type { HttpReply, HttpRequest } from '../http/service.ts'
import type { Known } from '../../app/identity/token-cache.ts'
import { readAuth } from './auth-body.ts'
import { readCatalog } from '../../app/identity/catalog.ts'
import { catalogView, wholeCatalog } from './catalog.ts'
import { baseOf } from './api.ts'
import type { IdentityApi, IdentityRoute } from './api.ts'
import { domainView, linksAt, listView, projectView, tokenView } from './views.ts'

export function openTokenRoutes(api: IdentityApi): readonly Route<OpenHandler>[] {
  return [
    [
      'POST',
      '/v3/auth/tokens',
      async ({ request, body }) => {
        const { proofs, scope } = readAuth(body())
        const address = request.remoteAddress ?? ''
        const { text, token } = await login(api.ctx, { proofs, scope, address })
        return await tokenReply(api, request, token, { status: 201, text })
      },
    ],
  ]
}

export function tokenRoutes(api: IdentityApi): readonly IdentityRoute[] {
  const { ctx } = api
  const show: Handler<Known> = async ({ request, who }) => {
    const text = subjectOf(request)
    const { token } = await checkToken(ctx, who.who, text)
    return await tokenReply(api, request, token, { status: 200, text })
  }
  return [
    ['GET', '/v3/auth/tokens', show],
    ['HEAD', '/v3/auth/tokens', show],
    [
      'DELETE',
      '/v3/auth/tokens',
      async ({ request, who }) => {
        await revokeToken(ctx, who.who, subjectOf(request))
        return { status: 204, headers: { Vary: 'X-Auth-Token' } }
      },
    ],
    [
      'GET',
      '/v3/auth/projects',
      async ({ request, who }) => {
        const links = linksAt(baseOf(request))
        const found = await listProjectsOfUser(ctx, who.who, who.who.userId)
        const views = found.filter((each) => each.enabled).map((each) => projectView(each, links))
        return { status: 200, body: listView('projects', views, links('/auth/projects')) }
      },
    ],
    [
      'GET',
      '/v3/auth/domains',
      async ({ request, who }) => {
        const links = linksAt(baseOf(request))
        const found = await listDomainsOfUser(ctx, who.who)
        const views = found.filter((each) => each.enabled).map((each) => domainView(each, links))
        return { status: 200, body: listView('domains', views, links('/auth/domains')) }
      },
    ],
    [
      'GET',
      '/v3/auth/system',
      async ({ request, who }) => {
        const links = linksAt(baseOf(request))
        const views = who.who.systemScoped ? [{ all: true }] : []
        return { status: 200, body: listView('system', views, links('/auth/system')) }
      },
    ],
    [
      'GET',
      '/v3/auth/catalog',
      async ({ request, who }) => {
        if (who.token.target === null) {
          throw problem(
            'forbidden',
            'A project-scoped token is required to produce a service catalog.',
          )
        }
        const links = linksAt(baseOf(request))
        const views = await catalogOf(api, request, who.token)
        return { status: 200, body: listView('catalog', views, links('/auth/catalog')) }
      },
    ],
  ]
}

/** The catalog for the holder of a token, as it is now. */
async function catalogOf(
  { ctx, catalog }: IdentityApi,
  { origin }: HttpRequest,
  { user, project }: GoodToken,
): Promise<readonly object[]> {
  const all = wholeCatalog(catalog, await readCatalog(ctx), origin)
  return catalogView(all, { userId: user.id, projectId: project?.id ?? null })
}

async function tokenReply(
  api: IdentityApi,
  request: HttpRequest,
  token: GoodToken,
  { status, text }: { readonly status: number; readonly text: string },
): Promise<HttpReply> {
  const bare = token.target === null || request.query.has('nocatalog')
  const catalog = bare ? null : await catalogOf(api, request, token)
  return {
    status,
    headers: { 'X-Subject-Token': text, Vary: 'X-Auth-Token' },
    body: tokenView(token, catalog),
  }
}

function subjectOf({ headers }: HttpRequest): string {
  const text = headers['x-subject-token']
  if (text === undefined || text === '') throw problem('not-found', 'Could not find token.')
  return text
}
