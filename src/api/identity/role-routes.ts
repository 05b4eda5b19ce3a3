/** `/v3/roles`, and what they imply. */
import * as roles from '../../app/identity/roles.ts'
import type { RoleRecord } from '../../domain/accounts.ts'
import type { Inference } from '../../domain/role-inferences.ts'
import { neededObject, neededText, sent, text, textOrNull } from '../http/fields.ts'
import type { IdentityApi, IdentityRoute } from './api.ts'
import { idOf, linksOf, longText, nameRule, page } from './asked.ts'
import type { Ask } from './asked.ts'
import { keptChange, keptIn } from './kept-fields.ts'
import { roleView } from './views.ts'
import type { Links } from './views.ts'

export function roleRoutes(api: IdentityApi): readonly IdentityRoute[] {
  return [...roleRecordRoutes(api), ...implicationRoutes(api)]
}

function roleRecordRoutes({ ctx }: IdentityApi): readonly IdentityRoute[] {
  const show = (role: RoleRecord, ask: Ask, status: number) => ({
    status,
    body: { role: roleView(role, linksOf(ask)) },
  })
  return [
    [
      'GET',
      '/v3/roles',
      async (ask) => {
        const { query } = ask.request
        // Roles of a domain are told to who asks for that domain.
        const filter = { name: query.get('name'), domainId: query.get('domain_id') }
        const found = await roles.listRoles(ctx, ask.who.who, filter)
        return page(
          ask,
          'roles',
          found.map((each) => roleView(each, linksOf(ask))),
        )
      },
    ],
    [
      'POST',
      '/v3/roles',
      async (ask) => {
        const body = neededObject(ask.body(), 'role')
        const wanted = {
          name: neededText(body, 'name', nameRule),
          domainId: textOrNull(body, 'domain_id') ?? null,
          description: textOrNull(body, 'description', longText) ?? null,
          ...keptIn('role', body),
        }
        return show(await roles.createRole(ctx, ask.who.who, wanted), ask, 201)
      },
    ],
    [
      'GET',
      '/v3/roles/{id}',
      async (ask) => show(await roles.getRole(ctx, ask.who.who, idOf(ask)), ask, 200),
    ],
    [
      'PATCH',
      '/v3/roles/{id}',
      async (ask) => {
        const body = neededObject(ask.body(), 'role')
        const change = sent({
          name: text(body, 'name', nameRule),
          description: textOrNull(body, 'description', longText),
          ...keptChange('role', body),
        })
        return show(await roles.updateRole(ctx, ask.who.who, idOf(ask), change), ask, 200)
      },
    ],
    [
      'DELETE',
      '/v3/roles/{id}',
      async (ask) => {
        await roles.deleteRole(ctx, ask.who.who, idOf(ask))
        return { status: 204 }
      },
    ],
  ]
}

function implicationRoutes({ ctx }: IdentityApi): readonly IdentityRoute[] {
  const rule = '/v3/roles/{id}/implies/{implied}'
  const ruleOf = (ask: Ask): Inference => ({
    prior: idOf(ask),
    implied: ask.params['implied'] ?? '',
  })
  const show = (
    { prior, implied }: Awaited<ReturnType<typeof roles.getImplied>>,
    ask: Ask,
    status: number,
  ) => {
    const links = linksOf(ask)
    const inference = { prior_role: brief(prior, links), implies: brief(implied, links) }
    const self = links(`/roles/${prior.id}/implies/${implied.id}`)
    return { status, body: { role_inference: inference, links: { self } } }
  }
  return [
    [
      'GET',
      '/v3/role_inferences',
      async (ask) => {
        const found = await roles.listInferences(ctx, ask.who.who)
        return page(
          ask,
          'role_inferences',
          found.map((each) => implicationView(each, linksOf(ask))),
        )
      },
    ],
    [
      'GET',
      '/v3/roles/{id}/implies',
      async (ask) => {
        const found = await roles.listImplied(ctx, ask.who.who, idOf(ask))
        const self = linksOf(ask)(`/roles/${found.prior.id}/implies`)
        const inference = implicationView(found, linksOf(ask))
        return { status: 200, body: { role_inference: inference, links: { self } } }
      },
    ],
    [
      'PUT',
      rule,
      async (ask) => show(await roles.implyRole(ctx, ask.who.who, ruleOf(ask)), ask, 201),
    ],
    [
      'GET',
      rule,
      async (ask) => show(await roles.getImplied(ctx, ask.who.who, ruleOf(ask)), ask, 200),
    ],
    [
      'HEAD',
      rule,
      async (ask) => {
        await roles.getImplied(ctx, ask.who.who, ruleOf(ask))
        return { status: 204 }
      },
    ],
    [
      'DELETE',
      rule,
      async (ask) => {
        await roles.unimplyRole(ctx, ask.who.who, ruleOf(ask))
        return { status: 204 }
      },
    ],
  ]
}

function implicationView({ prior, implies }: roles.Implication, links: Links): object {
  return { prior_role: brief(prior, links), implies: implies.map((each) => brief(each, links)) }
}

function brief({ id, name }: RoleRecord, links: Links): object {
  return { id, name, links: { self: links(`/roles/${id}`) } }
}
