/** `/v3/roles`, and what they imply. */
import * as roles from '../../app/identity/roles.ts'
import { authorize } from '../../app/identity/policy.ts'
import type { Known } from '../../app/identity/token-cache.ts'
import type { RoleRecord } from '../../domain/accounts.ts'
import { withImplied } from '../../domain/identity.ts'
import { neededObject, neededText, sent, text, textOrNull } from '../http/fields.ts'
import type { Asked } from '../http/rest-service.ts'
import { baseOf } from './api.ts'
import type { IdentityApi, IdentityRoute } from './api.ts'
import { linksAt, listView, roleView } from './views.ts'

type Ask = Asked<Known>

export function roleRoutes(api: IdentityApi): readonly IdentityRoute[] {
  return [...roleRecordRoutes(api), inferencesRoute(api)]
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
