/**
 * Who has which role where, with the names of everything that is spoken of.
 *
 * Asked for what is in effect, a group stands for everybody in it, a place for all that inherits from it, and a role for all that
 * it implies.
 */
import type { Assignment, Party, Project, RoleRecord, Target } from '../../domain/accounts.ts'
import type { Identity } from '../../domain/identity.ts'
import type { UserId } from '../../domain/ids.ts'
import { withInferred } from '../../domain/role-inferences.ts'
import type { Inference } from '../../domain/role-inferences.ts'
import { problem } from '../../lib/problem.ts'
import * as assignments from '../../store/identity/assignments.ts'
import type { AssignmentFilter } from '../../store/identity/assignments.ts'
import * as domains from '../../store/identity/domains.ts'
import * as groups from '../../store/identity/groups.ts'
import { ancestry } from '../../store/identity/inheritance.ts'
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
  /** Of a role of a domain. */
  readonly roleDomain: Brief | null
  /** Where it was given to be inherited here; null where it was given here. */
  readonly source: Target | null
  /** The group through which a user has it; null where it was given as it is shown. */
  readonly member: Party | null
  /** The role that was given and implies this one; null where this one was given. */
  readonly prior: RoleRecord | null
}

type Effect = Pick<NamedAssignment, 'member' | 'prior' | 'source'> & Assignment

export type AssignmentQuestion = AssignmentFilter & {
  /** As it is in effect: for users, where it holds, with what is implied. */
  readonly effective: boolean
  /** Of a project, also what is given on its parts; of a domain named as a project, on all its projects. */
  readonly subtree: boolean
}

/** @throws `invalid` for what would always be nothing, such as what a group has in effect: that is what its members have. */
export async function listAssignments(
  ctx: IdentityContext,
  who: Identity,
  question: AssignmentQuestion,
): Promise<readonly NamedAssignment[]> {
  authorize(who, question.subtree ? 'list_role_assignments_for_tree' : 'list_role_assignments')
  refuseSenseless(question)
  return await ctx.store.read(async (reader) => {
    const known = new Map((await roles.all(reader)).map((role) => [role.id, role]))
    const anywhere = { name: null, domainId: null, enabled: null, parentId: null }
    const places = await projects.list(reader, anywhere)
    const found = question.effective
      ? await inEffect(reader, question, known, places)
      : await asGiven(reader, question, places)
    return await named(reader, found, known, places)
  })
}

function refuseSenseless({ effective, subtree, ...filter }: AssignmentQuestion): void {
  if (filter.userId !== null && filter.groupId !== null) {
    throw problem('invalid', 'Specify a user or group, not both')
  }
  if (subtree && filter.target?.kind !== 'project') {
    throw problem(
      'invalid',
      'scope.project.id must be specified if include_subtree is also specified',
    )
  }
  if (!effective) return
  if (filter.groupId !== null) {
    throw problem(
      'invalid',
      'Combining effective and group filter will always result in an empty list.',
    )
  }
  if (filter.inherited === true && filter.target?.kind === 'domain') {
    throw problem(
      'invalid',
      'Combining effective, domain and inherited filters will always result in an empty list.',
    )
  }
}

const direct = { member: null, prior: null, source: null }

async function asGiven(
  reader: Reader,
  question: AssignmentQuestion,
  places: readonly Project[],
): Promise<readonly Effect[]> {
  const asked = placesAsked(question, places)
  const all = await assignments.list(reader, { ...question, target: null })
  return all.filter(({ target }) => asked(target)).map((each) => ({ ...each, ...direct }))
}

async function inEffect(
  reader: Reader,
  question: AssignmentQuestion,
  known: ReadonlyMap<string, RoleRecord>,
  places: readonly Project[],
): Promise<readonly Effect[]> {
  const { userId, roleId, inherited } = question
  const asked = placesAsked(question, places)
  const nobody = { userId: null, groupId: null, roleId: null, target: null, inherited: null }
  const all = await assignments.list(reader, nobody)
  const members = Map.groupBy(await groups.memberships(reader), ({ groupId }) => groupId)
  const below = projectsBelow(places)
  const rules = await roles.inferences(reader)
  return all
    .flatMap((each) => byUser(each, members.get(each.party.id) ?? []))
    .filter(({ party }) => userId === null || party.id === userId)
    .flatMap((each) => whereItHolds(each, below))
    .filter(
      ({ target, source }) => asked(target) && (inherited ?? source !== null) === (source !== null),
    )
    .flatMap((each) => withWhatItImplies(each, known, rules))
    .filter((each) => roleId === null || each.roleId === roleId)
}

function byUser(
  given: Assignment,
  members: readonly { readonly userId: UserId }[],
): readonly Effect[] {
  if (given.party.kind === 'user') return [{ ...given, ...direct }]
  return members.map(({ userId }) => ({
    ...given,
    ...direct,
    party: { kind: 'user', id: userId },
    member: given.party,
  }))
}

function whereItHolds(
  given: Effect,
  below: (target: Target) => readonly Project[],
): readonly Effect[] {
  if (!given.inherited) return [given]
  return below(given.target).map(({ id }) => ({
    ...given,
    target: { kind: 'project', id },
    source: given.target,
  }))
}

/** A role of a domain is in effect as what it implies. */
function withWhatItImplies(
  given: Effect,
  known: ReadonlyMap<string, RoleRecord>,
  rules: readonly Inference[],
): readonly Effect[] {
  const prior = known.get(given.roleId) ?? null
  return [...withInferred([given.roleId], rules)]
    .filter((id) => known.get(id)?.domainId === null)
    .map((id) => ({ ...given, roleId: id, prior: id === given.roleId ? null : prior }))
}

function placesAsked(
  { target: asked, subtree }: AssignmentQuestion,
  places: readonly Project[],
): (target: Target) => boolean {
  if (asked === null) return () => true
  const same = (target: Target): boolean => target.kind === asked.kind && target.id === asked.id
  if (!subtree) return same
  // A domain is a project too where this comes from, and all its projects are a part of it.
  const domain: Target = { kind: 'domain', id: asked.id }
  const below = projectsBelow(places)
  const parts = new Set<string>([...below(asked), ...below(domain)].map(({ id }) => id))
  return (target) => same(target) || (target.kind === 'project' && parts.has(target.id))
}

function projectsBelow(places: readonly Project[]): (target: Target) => readonly Project[] {
  const above = ancestry(places)
  return ({ kind, id }) =>
    places.filter((place) =>
      kind === 'domain' ? place.domainId === id : above(place.id).includes(id),
    )
}

async function named(
  reader: Reader,
  found: readonly Effect[],
  known: ReadonlyMap<string, RoleRecord>,
  all: readonly Project[],
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
        roleDomain: role.domainId === null ? null : domainOf(role.domainId),
        partyName: party.name,
        partyDomain: domainOf(party.domainId),
        targetName: project?.name ?? domainNames.get(each.target.id) ?? '',
        targetDomain: project === undefined ? null : domainOf(project.domainId),
      },
    ]
  })
}
