/** `/v3/users/{user}/access_rules`. */
import * as rules from '../../app/identity/access-rules.ts'
import type { AccessRule } from '../../domain/access-rules.ts'
import type { IdentityApi, IdentityRoute } from './api.ts'
import { idOf, linksOf, page } from './asked.ts'
import type { Ask } from './asked.ts'

const path = '/v3/users/{user}/access_rules'

export function accessRuleRoutes({ ctx }: IdentityApi): readonly IdentityRoute[] {
  const userOf = ({ params }: Ask): string => params['user'] ?? ''
  const view = ({ id, service, method, path: pattern }: AccessRule, ask: Ask): object => {
    const self = linksOf(ask)(`/users/${userOf(ask)}/access_rules/${id}`)
    return { id, service, method, path: pattern, links: { self } }
  }
  return [
    [
      'GET',
      path,
      async (ask) => {
        const { query } = ask.request
        const found = (await rules.listRules(ctx, ask.who.who, userOf(ask))).filter((rule) =>
          (['service', 'method', 'path'] as const).every(
            (name) => (query.get(name) ?? rule[name]) === rule[name],
          ),
        )
        return page(
          ask,
          'access_rules',
          found.map((each) => view(each, ask)),
        )
      },
    ],
    [
      'GET',
      `${path}/{id}`,
      async (ask) => {
        const found = await rules.getRule(ctx, ask.who.who, userOf(ask), idOf(ask))
        return { status: 200, body: { access_rule: view(found, ask) } }
      },
    ],
    [
      'DELETE',
      `${path}/{id}`,
      async (ask) => {
        await rules.deleteRule(ctx, ask.who.who, userOf(ask), idOf(ask))
        return { status: 204 }
      },
    ],
  ]
}
