/** `/v3/domains`, `/v3/projects`, `/v3/users`, and the groups that there are none of. */
import * as domains from '../../app/identity/domains.ts'
import * as projects from '../../app/identity/projects.ts'
import { authorize } from '../../app/identity/policy.ts'
import * as users from '../../app/identity/users.ts'
import type { Known } from '../../app/identity/token-cache.ts'
import type { JsonObject } from '../../lib/json.ts'
import {
  bad,
  flag,
  neededObject,
  neededText,
  sent,
  text,
  textOrNull,
  texts,
} from '../http/fields.ts'
import type { TextRule } from '../http/fields.ts'
import type { Asked } from '../http/rest-service.ts'
import { baseOf } from './api.ts'
import type { IdentityApi, IdentityRoute } from './api.ts'
import { domainView, linksAt, listView, projectView, userView } from './views.ts'
import type { Links } from './views.ts'

const nameRule: TextRule = { min: 1, max: 255, pattern: /\S/ }
const projectNameRule: TextRule = { min: 1, max: 64, pattern: /\S/ }
const longText: TextRule = { max: 65_535 }
const passwordRule: TextRule = { min: 1, max: 4096 }

type Ask = Asked<Known>

export function accountRoutes(api: IdentityApi): readonly IdentityRoute[] {
  return [...domainRoutes(api), ...projectRoutes(api), ...userRoutes(api), ...groupRoutes]
}

function domainRoutes({ ctx }: IdentityApi): readonly IdentityRoute[] {
  return [
    [
      'GET',
      '/v3/domains',
      async (ask) => {
        const filter = { name: ask.request.query.get('name'), enabled: enabledOf(ask) }
        const found = await domains.listDomains(ctx, ask.who.who, filter)
        return page(
          ask,
          'domains',
          found.map((each) => domainView(each, linksOf(ask))),
        )
      },
    ],
    [
      'POST',
      '/v3/domains',
      async (ask) => {
        const body = neededObject(ask.body(), 'domain')
        const domain = await domains.createDomain(ctx, ask.who.who, {
          name: neededText(body, 'name', nameRule),
          description: text(body, 'description', longText) ?? '',
          enabled: flag(body, 'enabled') ?? true,
        })
        return { status: 201, body: { domain: domainView(domain, linksOf(ask)) } }
      },
    ],
    [
      'GET',
      '/v3/domains/{id}',
      async (ask) => {
        const domain = await domains.getDomain(ctx, ask.who.who, idOf(ask))
        return { status: 200, body: { domain: domainView(domain, linksOf(ask)) } }
      },
    ],
    [
      'PATCH',
      '/v3/domains/{id}',
      async (ask) => {
        const body = neededObject(ask.body(), 'domain')
        const change = sent({
          name: text(body, 'name', nameRule),
          description: text(body, 'description', longText),
          enabled: flag(body, 'enabled'),
        })
        const domain = await domains.updateDomain(ctx, ask.who.who, idOf(ask), change)
        return { status: 200, body: { domain: domainView(domain, linksOf(ask)) } }
      },
    ],
    [
      'DELETE',
      '/v3/domains/{id}',
      async (ask) => {
        await domains.deleteDomain(ctx, ask.who.who, idOf(ask))
        return { status: 204 }
      },
    ],
  ]
}

function projectRoutes({ ctx }: IdentityApi): readonly IdentityRoute[] {
  const show = (project: Parameters<typeof projectView>[0], ask: Ask, status: number) => ({
    status,
    body: { project: projectView(project, linksOf(ask)) },
  })
  return [
    [
      'GET',
      '/v3/projects',
      async (ask) => {
        const { query } = ask.request
        // A domain is no project here, so whoever asks for domains among projects finds none.
        if (query.get('is_domain')?.toLowerCase() === 'true') return page(ask, 'projects', [])
        const found = await projects.listProjects(ctx, ask.who.who, {
          name: query.get('name'),
          domainId: query.get('domain_id'),
          parentId: query.get('parent_id'),
          enabled: enabledOf(ask),
        })
        return page(
          ask,
          'projects',
          found.map((each) => projectView(each, linksOf(ask))),
        )
      },
    ],
    [
      'POST',
      '/v3/projects',
      async (ask) => {
        const body = neededObject(ask.body(), 'project')
        if (flag(body, 'is_domain') === true)
          throw bad('is_domain', 'projects that are domains are not supported')
        const project = await projects.createProject(ctx, ask.who.who, {
          name: neededText(body, 'name', projectNameRule),
          domainId: text(body, 'domain_id') ?? ownDomain(ask),
          description: textOrNull(body, 'description', longText) ?? '',
          enabled: flag(body, 'enabled') ?? true,
          parentId: textOrNull(body, 'parent_id') ?? null,
          tags: texts(body, 'tags') ?? [],
        })
        return show(project, ask, 201)
      },
    ],
    [
      'GET',
      '/v3/projects/{id}',
      async (ask) => show(await projects.getProject(ctx, ask.who.who, idOf(ask)), ask, 200),
    ],
    [
      'PATCH',
      '/v3/projects/{id}',
      async (ask) => {
        const body = neededObject(ask.body(), 'project')
        const change = sent({
          name: text(body, 'name', projectNameRule),
          description: text(body, 'description', longText),
          enabled: flag(body, 'enabled'),
          tags: texts(body, 'tags'),
        })
        return show(await projects.updateProject(ctx, ask.who.who, idOf(ask), change), ask, 200)
      },
    ],
    [
      'DELETE',
      '/v3/projects/{id}',
      async (ask) => {
        await projects.deleteProject(ctx, ask.who.who, idOf(ask))
        return { status: 204 }
      },
    ],
  ]
}

function userRoutes({ ctx }: IdentityApi): readonly IdentityRoute[] {
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
      'POST',
      '/v3/users/{id}/password',
      async (ask) => {
        const body = neededObject(ask.body(), 'user')
        const original = neededText(body, 'original_password', passwordRule)
        const next = neededText(body, 'password', passwordRule)
        await users.changePassword(ctx, ask.who.who, idOf(ask), { original, next })
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
    [
      'GET',
      '/v3/users/{id}/groups',
      async (ask) => {
        await users.getUser(ctx, ask.who.who, idOf(ask))
        return page(ask, 'groups', [])
      },
    ],
  ]
}

const groupRoutes: readonly IdentityRoute[] = [
  [
    'GET',
    '/v3/groups',
    async (ask) => {
      authorize(ask.who.who, 'list_users')
      return page(ask, 'groups', [])
    },
  ],
]

function readUserChange(body: JsonObject): users.UserChange {
  return sent({
    name: text(body, 'name', nameRule),
    email: textOrNull(body, 'email'),
    description: textOrNull(body, 'description', longText),
    defaultProjectId: textOrNull(body, 'default_project_id'),
    enabled: flag(body, 'enabled'),
    password: text(body, 'password', passwordRule),
  })
}

/** What is made without naming a domain belongs to that of whoever makes it. */
function ownDomain({ who: { token } }: Ask): string {
  return token.domain?.id ?? token.project?.domainId ?? token.user.domainId
}

function enabledOf({ request }: Ask): boolean | null {
  const asked = request.query.get('enabled')
  return asked === null ? null : !/^(?:0|false|no|off)$/i.test(asked)
}

function page(ask: Ask, name: string, views: readonly object[]): { status: number; body: object } {
  const self = `${ask.request.origin}${ask.request.mount}${ask.request.path}`
  return { status: 200, body: listView(name, views, self) }
}

function idOf({ params }: Ask): string {
  return params['id'] ?? ''
}

function linksOf({ request }: Ask): Links {
  return linksAt(baseOf(request))
}
