/** `/v3/roles`, who has them where, and what they imply. */
import * as roles from '../../app/identity/roles.ts'
import { authorize } from '../../app/identity/policy.ts'
import type { Known } from '../../app/identity/token-cache.ts'
import type { Assignment, RoleRecord, Target } from '../../domain/accounts.ts'
import { wholeSystem } from '../../domain/accounts.ts'
import { withImplied } from '../../domain/identity.ts'
import { neededObject, neededText, sent, text, textOrNull } from '../http/fields.ts'
import type { Asked } from '../http/rest-service.ts'
import { baseOf } from './api.ts'
import type { IdentityApi, IdentityRoute } from './api.ts'
import { assignmentView, linksAt, listView, roleView } from './views.ts'

type Ask = Asked<Known>

export function roleRoutes(api: IdentityApi): readonly IdentityRoute[] {
  return [
    ...roleRecordRoutes(api),
    ...grantRoutes(api, '/v3/projects/{target}/users/{user}/roles', 'project'),
    ...grantRoutes(api, '/v3/domains/{target}/users/{user}/roles', 'domain'),
    ...grantRoutes(api, '/v3/system/users/{user}/roles', 'system'),
    assignmentsRoute(api),
    inferencesRoute(api),
  ]
}

function roleRecordRoutes({ ctx }: IdentityApi): readonly IdentityRoute[] {
  const show = (role: RoleRecord, { request }: Ask, status: number) => ({
    status,
    body: { role: roleView(role, linksAt(baseOf(request))) },
  })
  return [
    [
      'GET',
      '/v3/roles',
      async ({ request, who }) => {
        const links = linksAt(baseOf(request))
        const found = await roles.listRoles(ctx, who.who, request.query.get('name'))
        const views = found.map((each) => roleView(each, links))
        return { status: 200, body: listView('roles', views, links('/roles')) }
      },
    ],
    [
      'POST',
      '/v3/roles',
      async (ask) => {
        const body = neededObject(ask.body(), 'role')
        const name = neededText(body, 'name')
        const description = textOrNull(body, 'description') ?? null
        return show(await roles.createRole(ctx, ask.who.who, { name, description }), ask, 201)
      },
    ],
    [
      'GET',
      '/v3/roles/{id}',
      async (ask) => show(await roles.getRole(ctx, ask.who.who, ask.params['id'] ?? ''), ask, 200),
    ],
    [
      'PATCH',
      '/v3/roles/{id}',
      async (ask) => {
        const body = neededObject(ask.body(), 'role')
        const change = sent({
          name: text(body, 'name', { min: 1, max: 255 }),
          description: textOrNull(body, 'description'),
        })
        return show(
          await roles.updateRole(ctx, ask.who.who, ask.params['id'] ?? '', change),
          ask,
          200,
        )
      },
    ],
    [
      'DELETE',
      '/v3/roles/{id}',
      async ({ params, who }) => {
        await roles.deleteRole(ctx, who.who, params['id'] ?? '')
        return { status: 204 }
      },
    ],
  ]
}

function grantRoutes(
  { ctx }: IdentityApi,
  path: string,
  kind: Target['kind'],
): readonly IdentityRoute[] {
  const grantOf = ({ params }: Ask): Assignment => ({
    // Text that names nobody finds nobody: the use-case looks first.
    userId: (params['user'] ?? '') as Assignment['userId'],
    roleId: params['role'] ?? '',
    target: kind === 'system' ? wholeSystem : { kind, id: params['target'] ?? '' },
  })
  const check = async (ask: Ask) => {
    await roles.checkGrant(ctx, ask.who.who, grantOf(ask))
    return { status: 204 }
  }
  return [
    [
      'GET',
      path,
      async (ask) => {
        const links = linksAt(baseOf(ask.request))
        const found = await roles.listGrants(ctx, ask.who.who, grantOf(ask))
        const views = found.map((each) => roleView(each, links))
        const self = baseOf(ask.request) + ask.request.path
        return { status: 200, body: listView('roles', views, self) }
      },
    ],
    [
      'PUT',
      `${path}/{role}`,
      async (ask) => {
        await roles.giveRole(ctx, ask.who.who, grantOf(ask))
        return { status: 204 }
      },
    ],
    ['GET', `${path}/{role}`, check],
    ['HEAD', `${path}/{role}`, check],
    [
      'DELETE',
      `${path}/{role}`,
      async (ask) => {
        await roles.takeRole(ctx, ask.who.who, grantOf(ask))
        return { status: 204 }
      },
    ],
  ]
}

function assignmentsRoute({ ctx }: IdentityApi): IdentityRoute {
  return [
    'GET',
    '/v3/role_assignments',
    async ({ request, who }) => {
      const { query } = request
      const projectId = query.get('scope.project.id')
      const domainId = query.get('scope.domain.id')
      const target: Target | null =
        projectId !== null
          ? { kind: 'project', id: projectId }
          : domainId !== null
            ? { kind: 'domain', id: domainId }
            : query.has('scope.system')
              ? wholeSystem
              : null
      const found = await roles.listAssignments(ctx, who.who, {
        userId: query.get('user.id'),
        roleId: query.get('role.id'),
        target,
      })
      const links = linksAt(baseOf(request))
      // The parameter means yes whatever its value, unless the value says no.
      const names =
        query.has('include_names') && !/^(?:0|false)$/i.test(query.get('include_names') ?? '')
      // Nobody is in a group, so whoever asks for a group's roles finds none.
      const views = query.has('group.id')
        ? []
        : found.map((each) => assignmentView(each, { names }, links))
      return { status: 200, body: listView('role_assignments', views, links('/role_assignments')) }
    },
  ]
}

function inferencesRoute({ ctx }: IdentityApi): IdentityRoute {
  return [
    'GET',
    '/v3/role_inferences',
    async ({ request, who }) => {
      authorize(who.who, 'list_roles')
      const links = linksAt(baseOf(request))
      const all = await roles.listRoles(ctx, who.who, null)
      const brief = ({ id, name }: RoleRecord) => ({
        id,
        name,
        links: { self: links(`/roles/${id}`) },
      })
      const views = all.flatMap((prior) => {
        const implied = withImplied([prior.name])
        const implies = all
          .filter(({ id, name }) => id !== prior.id && implied.has(name))
          .map(brief)
        return implies.length === 0 ? [] : [{ prior_role: brief(prior), implies }]
      })
      return { status: 200, body: listView('role_inferences', views, links('/role_inferences')) }
    },
  ]
}
