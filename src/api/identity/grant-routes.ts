/** Which users and groups have which roles where. */
import * as grants from '../../app/identity/grants.ts'
import { listAssignments } from '../../app/identity/named-assignments.ts'
import type { Assignment, Party, Target } from '../../domain/accounts.ts'
import { wholeSystem } from '../../domain/accounts.ts'
import type { UserId } from '../../domain/ids.ts'
import type { IdentityApi, IdentityRoute } from './api.ts'
import { linksOf, page } from './asked.ts'
import type { Ask } from './asked.ts'
import { assignmentView, roleView } from './views.ts'

const places = [
  ['/v3/projects/{target}', 'project'],
  ['/v3/domains/{target}', 'domain'],
  ['/v3/system', 'system'],
] as const

export function grantRoutes(api: IdentityApi): readonly IdentityRoute[] {
  return [
    ...places.flatMap(([path, kind]) => [
      ...placeRoutes(api, `${path}/users/{party}/roles`, kind, 'user'),
      ...placeRoutes(api, `${path}/groups/{party}/roles`, kind, 'group'),
    ]),
    assignmentsRoute(api),
  ]
}

function placeRoutes(
  { ctx }: IdentityApi,
  path: string,
  kind: Target['kind'],
  partyKind: Party['kind'],
): readonly IdentityRoute[] {
  const grantOf = ({ params }: Ask): Assignment => ({
    party: partyOf(partyKind, params['party'] ?? ''),
    roleId: params['role'] ?? '',
    target: kind === 'system' ? wholeSystem : { kind, id: params['target'] ?? '' },
  })
  const check = async (ask: Ask) => {
    await grants.checkGrant(ctx, ask.who.who, grantOf(ask))
    return { status: 204 }
  }
  return [
    [
      'GET',
      path,
      async (ask) => {
        const found = await grants.listGrants(ctx, ask.who.who, grantOf(ask))
        return page(
          ask,
          'roles',
          found.map((each) => roleView(each, linksOf(ask))),
        )
      },
    ],
    [
      'PUT',
      `${path}/{role}`,
      async (ask) => {
        await grants.giveRole(ctx, ask.who.who, grantOf(ask))
        return { status: 204 }
      },
    ],
    ['GET', `${path}/{role}`, check],
    ['HEAD', `${path}/{role}`, check],
    [
      'DELETE',
      `${path}/{role}`,
      async (ask) => {
        await grants.takeRole(ctx, ask.who.who, grantOf(ask))
        return { status: 204 }
      },
    ],
  ]
}

function partyOf(kind: Party['kind'], id: string): Party {
  // Text that names nobody finds nobody: the use-case looks first.
  return kind === 'user' ? { kind, id: id as UserId } : { kind, id }
}

function assignmentsRoute({ ctx }: IdentityApi): IdentityRoute {
  return [
    'GET',
    '/v3/role_assignments',
    async (ask) => {
      const { query } = ask.request
      // These mean yes whatever their value, unless the value says no.
      const says = (name: string): boolean =>
        query.has(name) && !/^(?:0|false)$/i.test(query.get(name) ?? '')
      const filter = {
        userId: query.get('user.id'),
        groupId: query.get('group.id'),
        roleId: query.get('role.id'),
        target: targetAsked(query),
      }
      const effective = says('effective')
      const found = await listAssignments(ctx, ask.who.who, filter, { effective })
      const names = says('include_names')
      return page(
        ask,
        'role_assignments',
        found.map((each) => assignmentView(each, { names }, linksOf(ask))),
      )
    },
  ]
}

function targetAsked(query: URLSearchParams): Target | null {
  const projectId = query.get('scope.project.id')
  if (projectId !== null) return { kind: 'project', id: projectId }
  const domainId = query.get('scope.domain.id')
  if (domainId !== null) return { kind: 'domain', id: domainId }
  return query.has('scope.system') ? wholeSystem : null
}
