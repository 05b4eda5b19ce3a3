/** Which users and groups have which roles where. */
import * as grants from '../../app/identity/grants.ts'
import { listAssignments } from '../../app/identity/named-assignments.ts'
import type { Assignment, Party, Target } from '../../domain/accounts.ts'
import { wholeSystem } from '../../domain/accounts.ts'
import type { UserId } from '../../domain/ids.ts'
import { problem } from '../../lib/problem.ts'
import type { IdentityApi, IdentityRoute } from './api.ts'
import { linksOf, page } from './asked.ts'
import type { Ask } from './asked.ts'
import { assignmentView, roleView } from './views.ts'

const places = [
  ['/v3/projects/{target}', 'project'],
  ['/v3/domains/{target}', 'domain'],
  ['/v3/system', 'system'],
] as const
const inheritedTo = 'scope.OS-INHERIT:inherited_to'
const parties = ['user', 'group'] as const

export function grantRoutes(api: IdentityApi): readonly IdentityRoute[] {
  return [
    ...places.flatMap(([path, kind]) =>
      parties.flatMap((party) => {
        const all = `${path}/${party}s/{party}/roles`
        return placeRoutes(api, { all, one: `${all}/{role}` }, { kind, party, inherited: false })
      }),
    ),
    ...places
      .filter(([, kind]) => kind !== 'system')
      .flatMap(([path, kind]) =>
        parties.flatMap((party) => {
          const base = `${path.replace('/v3', '/v3/OS-INHERIT')}/${party}s/{party}/roles`
          const end = 'inherited_to_projects'
          const paths = { all: `${base}/${end}`, one: `${base}/{role}/${end}` }
          return placeRoutes(api, paths, { kind, party, inherited: true })
        }),
      ),
    assignmentsRoute(api),
  ]
}

function placeRoutes(
  { ctx }: IdentityApi,
  paths: { readonly all: string; readonly one: string },
  what: {
    readonly kind: Target['kind']
    readonly party: Party['kind']
    readonly inherited: boolean
  },
): readonly IdentityRoute[] {
  const { kind, inherited } = what
  const grantOf = ({ params }: Ask): Assignment => ({
    party: partyOf(what.party, params['party'] ?? ''),
    roleId: params['role'] ?? '',
    target: kind === 'system' ? wholeSystem : { kind, id: params['target'] ?? '' },
    inherited,
  })
  const check = async (ask: Ask) => {
    await grants.checkGrant(ctx, ask.who.who, grantOf(ask))
    return { status: 204 }
  }
  return [
    [
      'GET',
      paths.all,
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
      paths.one,
      async (ask) => {
        await grants.giveRole(ctx, ask.who.who, grantOf(ask))
        return { status: 204 }
      },
    ],
    ['GET', paths.one, check],
    ['HEAD', paths.one, check],
    [
      'DELETE',
      paths.one,
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
        inherited: query.has(inheritedTo) ? query.get(inheritedTo) === 'projects' : null,
        effective: says('effective'),
        subtree: says('include_subtree'),
      }
      const found = await listAssignments(ctx, ask.who.who, filter)
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
  const domainId = query.get('scope.domain.id')
  const asked: readonly Target[] = [
    ...(projectId === null ? [] : [{ kind: 'project', id: projectId } as const]),
    ...(domainId === null ? [] : [{ kind: 'domain', id: domainId } as const]),
    ...(query.has('scope.system') ? [wholeSystem] : []),
  ]
  if (asked.length > 1) {
    throw problem('invalid', 'Specify a domain, a project or the system, and one of them only')
  }
  return asked[0] ?? null
}
