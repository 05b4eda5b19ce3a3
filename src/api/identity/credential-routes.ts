/** `/v3/users/{user}/application_credentials`. */
import * as credentials from '../../app/identity/application-credentials.ts'
import { ruleMethods } from '../../domain/access-rules.ts'
import type { JsonObject } from '../../lib/json.ts'
import { flag, neededObject, neededText, objects, own, text, textOrNull } from '../http/fields.ts'
import { baseOf } from './api.ts'
import type { IdentityApi, IdentityRoute } from './api.ts'
import { page, readInstant } from './asked.ts'
import { credentialView, linksAt } from './views.ts'

const path = '/v3/users/{user}/application_credentials'

export function credentialRoutes({ ctx }: IdentityApi): readonly IdentityRoute[] {
  return [
    [
      'GET',
      path,
      async (ask) => {
        const { request, params, who } = ask
        const name = request.query.get('name')
        const user = params['user'] ?? ''
        const found = await credentials.listCredentials(ctx, who.who, user, name)
        const roles = await credentials.rolesOfCredentials(ctx)
        const links = linksAt(baseOf(request))
        const views = found.map((each) => credentialView(each, roles, links))
        return page(ask, 'application_credentials', views)
      },
    ],
    [
      'POST',
      path,
      async ({ request, params, who, body }) => {
        const wanted = readCredential(neededObject(body(), 'application_credential'))
        const made = await credentials.createCredential(ctx, who, params['user'] ?? '', wanted)
        const roles = await credentials.rolesOfCredentials(ctx)
        const view = credentialView(made.credential, roles, linksAt(baseOf(request)))
        return { status: 201, body: { application_credential: { ...view, secret: made.secret } } }
      },
    ],
    [
      'GET',
      `${path}/{id}`,
      async ({ request, params, who }) => {
        const { user = '', id = '' } = params
        const found = await credentials.getCredential(ctx, who.who, user, id)
        const roles = await credentials.rolesOfCredentials(ctx)
        const view = credentialView(found, roles, linksAt(baseOf(request)))
        return { status: 200, body: { application_credential: view } }
      },
    ],
    [
      'DELETE',
      `${path}/{id}`,
      async ({ params, who }) => {
        await credentials.deleteCredential(ctx, who, params['user'] ?? '', params['id'] ?? '')
        return { status: 204 }
      },
    ],
  ]
}

function readCredential(body: JsonObject): credentials.NewCredential {
  return {
    name: neededText(body, 'name'),
    description: textOrNull(body, 'description', { max: 65_535 }) ?? null,
    secret: textOrNull(body, 'secret', { min: 1, max: 255 }) ?? null,
    roles: own(body, 'roles') === null ? null : (objects(body, 'roles')?.map(readRole) ?? null),
    unrestricted: flag(body, 'unrestricted') ?? false,
    expiresAt: readInstant(body, 'expires_at'),
    accessRules: readRules(body),
  }
}

/** Newer clients send an empty list for none. */
function readRules(body: JsonObject): credentials.NewCredential['accessRules'] {
  if (own(body, 'access_rules') === null) return null
  const rules = objects(body, 'access_rules') ?? []
  if (rules.length === 0) return null
  return rules.map((rule) => {
    const id = text(rule, 'id')
    if (id !== undefined) return { id }
    return {
      service: neededText(rule, 'service', { max: 64 }),
      method: neededText(rule, 'method', { oneOf: ruleMethods }),
      path: neededText(rule, 'path', { max: 225, pattern: /^\// }),
    }
  })
}

function readRole(role: JsonObject): { id: string } | { name: string } {
  const id = text(role, 'id')
  return id === undefined ? { name: neededText(role, 'name') } : { id }
}
