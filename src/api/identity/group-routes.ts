/** `/v3/groups`, who is in them, and `/v3/users/{id}/groups`. */
import * as groups from '../../app/identity/groups.ts'
import type { UserGroup } from '../../domain/accounts.ts'
import { neededObject, neededText, sent, text } from '../http/fields.ts'
import type { TextRule } from '../http/fields.ts'
import type { IdentityApi, IdentityRoute } from './api.ts'
import { idOf, linksOf, longText, ownDomain, page } from './asked.ts'
import type { Ask } from './asked.ts'
import { extraIn } from './kept-fields.ts'
import { groupView, userView } from './views.ts'

const groupName: TextRule = { min: 1, max: 64, pattern: /\S/ }
const done = { status: 204 }

export function groupRoutes(api: IdentityApi): readonly IdentityRoute[] {
  return [...recordRoutes(api), ...memberRoutes(api)]
}

function recordRoutes({ ctx }: IdentityApi): readonly IdentityRoute[] {
  const show = (group: UserGroup, ask: Ask, status: number) => ({
    status,
    body: { group: groupView(group, linksOf(ask)) },
  })
  return [
    [
      'GET',
      '/v3/groups',
      async (ask) => {
        const { query } = ask.request
        const filter = { name: query.get('name'), domainId: query.get('domain_id') }
        return listed(ask, await groups.listGroups(ctx, ask.who.who, filter))
      },
    ],
    [
      'POST',
      '/v3/groups',
      async (ask) => {
        const body = neededObject(ask.body(), 'group')
        const wanted = {
          name: neededText(body, 'name', groupName),
          domainId: text(body, 'domain_id') ?? ownDomain(ask),
          description: text(body, 'description', longText) ?? '',
          ...extraIn('group', body),
        }
        return show(await groups.createGroup(ctx, ask.who.who, wanted), ask, 201)
      },
    ],
    [
      'GET',
      '/v3/groups/{id}',
      async (ask) => show(await groups.getGroup(ctx, ask.who.who, idOf(ask)), ask, 200),
    ],
    [
      'PATCH',
      '/v3/groups/{id}',
      async (ask) => {
        const body = neededObject(ask.body(), 'group')
        const change = sent({
          name: text(body, 'name', groupName),
          description: text(body, 'description', longText),
          ...extraIn('group', body),
        })
        return show(await groups.updateGroup(ctx, ask.who.who, idOf(ask), change), ask, 200)
      },
    ],
    [
      'DELETE',
      '/v3/groups/{id}',
      async (ask) => {
        await groups.deleteGroup(ctx, ask.who.who, idOf(ask))
        return done
      },
    ],
  ]
}

function memberRoutes({ ctx }: IdentityApi): readonly IdentityRoute[] {
  const member = '/v3/groups/{id}/users/{user}'
  const userOf = ({ params }: Ask): string => params['user'] ?? ''
  const check = async (ask: Ask) => {
    await groups.checkMember(ctx, ask.who.who, idOf(ask), userOf(ask))
    return done
  }
  return [
    [
      'GET',
      '/v3/groups/{id}/users',
      async (ask) => {
        const found = await groups.listMembers(ctx, ask.who.who, idOf(ask))
        return page(
          ask,
          'users',
          found.map((each) => userView(each, linksOf(ask))),
        )
      },
    ],
    [
      'PUT',
      member,
      async (ask) => {
        await groups.addMember(ctx, ask.who.who, idOf(ask), userOf(ask))
        return done
      },
    ],
    ['GET', member, check],
    ['HEAD', member, check],
    [
      'DELETE',
      member,
      async (ask) => {
        await groups.removeMember(ctx, ask.who.who, idOf(ask), userOf(ask))
        return done
      },
    ],
    [
      'GET',
      '/v3/users/{id}/groups',
      async (ask) => {
        const name = ask.request.query.get('name')
        return listed(ask, await groups.listGroupsOfUser(ctx, ask.who.who, idOf(ask), name))
      },
    ],
  ]
}

function listed(ask: Ask, found: readonly UserGroup[]): ReturnType<typeof page> {
  return page(
    ask,
    'groups',
    found.map((each) => groupView(each, linksOf(ask))),
  )
}
