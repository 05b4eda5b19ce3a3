/** `/v3/users`. */
import * as projects from '../../app/identity/projects.ts'
import * as users from '../../app/identity/users.ts'
import type { JsonObject } from '../../lib/json.ts'
import { flag, neededObject, neededText, sent, text, textOrNull } from '../http/fields.ts'
import type { TextRule } from '../http/fields.ts'
import type { OpenHandler } from '../http/rest-service.ts'
import type { Route } from '../http/router.ts'
import type { IdentityApi, IdentityRoute } from './api.ts'
import { enabledOf, idOf, linksOf, longText, nameRule, ownDomain, page } from './asked.ts'
import type { Ask } from './asked.ts'
import { keptChange, keptIn } from './kept-fields.ts'
import { projectView, userView } from './views.ts'

const passwordRule: TextRule = { min: 1, max: 4096 }

/** Whoever knows the old password needs no token to set a new one. */
export function openUserRoutes({ ctx }: IdentityApi): readonly Route<OpenHandler>[] {
  return [
    [
      'POST',
      '/v3/users/{id}/password',
      async ({ request, params, body }) => {
        const user = neededObject(body(), 'user')
        await users.changePassword(ctx, params['id'] ?? '', {
          original: neededText(user, 'original_password', passwordRule),
          next: neededText(user, 'password', passwordRule),
          address: request.remoteAddress ?? '',
        })
        return { status: 204 }
      },
    ],
  ]
}

export function userRoutes({ ctx }: IdentityApi): readonly IdentityRoute[] {
  const show = (user: Parameters<typeof userView>[0], ask: Ask, status: number) => ({
    status,
    body: { user: userView(user, linksOf(ask)) },
  })
  return [
    [
      'GET',
      '/v3/users',
      async (ask) => {
        const { query } = ask.request
        const found = await users.listUsers(ctx, ask.who.who, {
          name: query.get('name'),
          domainId: query.get('domain_id'),
          enabled: enabledOf(ask),
        })
        return page(
          ask,
          'users',
          found.map((each) => userView(each, linksOf(ask))),
        )
      },
    ],
    [
      'POST',
      '/v3/users',
      async (ask) => {
        const body = neededObject(ask.body(), 'user')
        const wanted = {
          name: neededText(body, 'name', nameRule),
          domainId: text(body, 'domain_id') ?? ownDomain(ask),
          email: textOrNull(body, 'email') ?? null,
          description: textOrNull(body, 'description', longText) ?? null,
          defaultProjectId: textOrNull(body, 'default_project_id') ?? null,
          enabled: flag(body, 'enabled') ?? true,
          ...keptIn('user', body),
        }
        const password = textOrNull(body, 'password', passwordRule) ?? null
        return show(await users.createUser(ctx, ask.who.who, wanted, password), ask, 201)
      },
    ],
    [
      'GET',
      '/v3/users/{id}',
      async (ask) => show(await users.getUser(ctx, ask.who.who, idOf(ask)), ask, 200),
    ],
    [
      'PATCH',
      '/v3/users/{id}',
      async (ask) => {
        const change = readUserChange(neededObject(ask.body(), 'user'))
        return show(await users.updateUser(ctx, ask.who.who, idOf(ask), change), ask, 200)
      },
    ],
    [
      'DELETE',
      '/v3/users/{id}',
      async (ask) => {
        await users.deleteUser(ctx, ask.who.who, idOf(ask))
        return { status: 204 }
      },
    ],
    [
      'GET',
      '/v3/users/{id}/projects',
      async (ask) => {
        const found = await projects.listProjectsOfUser(ctx, ask.who.who, idOf(ask))
        return page(
          ask,
          'projects',
          found.map((each) => projectView(each, linksOf(ask))),
        )
      },
    ],
  ]
}

function readUserChange(body: JsonObject): users.UserChange {
  return sent({
    name: text(body, 'name', nameRule),
    email: textOrNull(body, 'email'),
    description: textOrNull(body, 'description', longText),
    defaultProjectId: textOrNull(body, 'default_project_id'),
    enabled: flag(body, 'enabled'),
    password: text(body, 'password', passwordRule),
    ...keptChange('user', body),
  })
}
