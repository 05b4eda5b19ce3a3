/**
 * Who has which role where, with the names of everything that is spoken of.
 *
 * Asked for what is in effect, a group stands for everybody in it, and a role for all that it implies.
 */
import type { Assignment, Party, Project, RoleRecord } from '../../domain/accounts.ts'
import type { Identity } from '../../domain/identity.ts'
import { withImplied } from '../../domain/identity.ts'
import { problem } from '../../lib/problem.ts'
import * as assignments from '../../store/identity/assignments.ts'
import type { AssignmentFilter } from '../../store/identity/assignments.ts'
import * as domains from '../../store/identity/domains.ts'
import * as groups from '../../store/identity/groups.ts'
import * as projects from '../../store/identity/projects.ts'
import * as roles from '../../store/identity/roles.ts'
import * as users from '../../store/identity/users.ts'
import type { Reader } from '../../store/store.ts'
import type { IdentityContext } from './context.ts'
import { authorize } from './policy.ts'

type Brief = { readonly id: string; readonly name: string }

export type NamedAssignment = Omit<Assignment, 'roleId'> & {
  readonly role: RoleRecord
  readonly partyName: string
  readonly partyDomain: Brief
  readonly targetName: string
  /** The domain that the target is in; of a domain, and of the whole system, there is none. */
  readonly targetDomain: Brief | null
  /** The group through which a user has it; null where it was given as it is shown. */
  readonly member: Party | null
  /** The role that was given and implies this one; null where this one was given. */
  readonly prior: RoleRecord | null
}

type Effect = Pick<NamedAssignment, 'member' | 'prior'> & Assignment

/** @throws `invalid` for what a group has in effect: that is what its members have. */
export async function listAssignments(
  ctx: IdentityContext,
  who: Identity,
  filter: AssignmentFilter,
  { effective }: { readonly effective: boolean },
): Promise<readonly NamedAssignment[]> {
  authorize(who, 'list_role_assignments')
  if (effective && filter.groupId !== null) {
    throw problem(
      'invalid',
      'Combining effective and group filter will always result in an empty list.',
    )
  }
  return await ctx.store.read(async (reader) => {
    const known = new Map((await roles.list(reader, null)).map((role) => [role.id, role]))
    const found = effective
      ? await inEffect(reader, filter, [...known.values()])
      : (await assignments.list(reader, filter)).map((each) => ({ ...each, ...asGiven }))
    return await named(reader, found, known)
  })
}

const asGiven = { member: null, prior: null }

async function inEffect(
  reader: Reader,
  filter: AssignmentFilter,
  known: readonly RoleRecord[],
): Promise<readonly Effect[]> {
  const all = await assignments.list(reader, { ...filter, userId: null, roleId: null })
  const members = Map.groupBy(await groups.memberships(reader), ({ groupId }) => groupId)
  const byUser = all.flatMap((each): Effect[] =>
    each.party.kind === 'user'
      ? [{ ...each, ...asGiven }]
      : (members.get(each.party.id) ?? []).map(({ userId }) => ({
          ...each,
          party: { kind: 'user', id: userId },
          member: each.party,
          prior: null,
        })),
  )
  return byUser
    .flatMap((each) => withWhatItImplies(each, known))
    .filter(({ party }) => filter.userId === null || party.id === filter.userId)
    .filter(({ roleId }) => filter.roleId === null || roleId === filter.roleId)
}

function withWhatItImplies(given: Effect, known: readonly RoleRecord[]): readonly Effect[] {
  const prior = known.find(({ id }) => id === given.roleId)
  if (prior === undefined) return []
  const implied = withImplied([prior.name])
  const more = known.filter(({ id, name }) => id !== prior.id && implied.has(name))
  return [given, ...more.map((role) => ({ ...given, roleId: role.id, prior }))]
}

async function named(
  reader: Reader,
  found: readonly Effect[],
  known: ReadonlyMap<string, RoleRecord>,
): Promise<readonly NamedAssignment[]> {
  const everybody = { name: null, domainId: null, enabled: null }
  const people = await users.list(reader, everybody)
  const together = await groups.list(reader, { ...everybody, userId: null })
  const parties = new Map(
    [...people, ...together].map(({ id, name, domainId }) => [String(id), { name, domainId }]),
  )
  const around = await domains.list(reader, { name: null, enabled: null })
  const domainNames = new Map(around.map(({ id, name }) => [id, name]))
  const domainOf = (id: string): Brief => ({ id, name: domainNames.get(id) ?? '' })
  const all = await projects.list(reader, { ...everybody, parentId: null })
  const places = new Map<string, Project>(all.map((each) => [each.id, each]))
  return found.flatMap(({ roleId, ...each }) => {
    const role = known.get(roleId)
    const party = parties.get(each.party.id)
    if (role === undefined || party === undefined) return []
    const project = places.get(each.target.id)
    return [
      {
        ...each,
        role,
        partyName: party.name,
        partyDomain: domainOf(party.domainId),
        targetName: project?.name ?? domainNames.get(each.target.id) ?? '',
        targetDomain: project === undefined ? null : domainOf(project.domainId),
      },
    ]
  })
}
