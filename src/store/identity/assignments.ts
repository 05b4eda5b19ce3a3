/**
 * Who has which role where: users by themselves, and users as members of groups.
 *
 * The two are kept in a table each, so that what is given goes when who has it goes. What is inherited by the projects below a
 * target is stored under a kind of target of its own, so that whoever looks for what holds at the target cannot find it.
 */
import type { Assignment, Party, RoleRecord, Target } from '../../domain/accounts.ts'
import type { UserId } from '../../domain/ids.ts'
import type { Reader, Tx } from '../store.ts'
import { roleColumns, toRole } from './roles.ts'

export type AssignmentFilter = {
  readonly userId: string | null
  readonly groupId: string | null
  readonly roleId: string | null
  readonly target: Target | null
  /** Only what is inherited below the target, or only what is not. */
  readonly inherited: boolean | null
}

/** A target's kind as the tables have it. */
type StoredKind = Target['kind'] | 'inherited-project' | 'inherited-domain' | 'inherited-system'

export type StoredPlaces = { readonly kind: StoredKind; readonly ids: readonly string[] }

function storedKind({ target, inherited }: Pick<Assignment, 'target' | 'inherited'>): StoredKind {
  return inherited ? `inherited-${target.kind}` : target.kind
}

/** Gives a role. Giving it again changes nothing. */
export async function assign(tx: Tx, assignment: Assignment): Promise<void> {
  const { party, roleId, target } = assignment
  const columns = { role_id: roleId, target_kind: storedKind(assignment), target_id: target.id }
  const insert =
    party.kind === 'user'
      ? tx.insertInto('role_assignments').values({ user_id: party.id, ...columns })
      : tx.insertInto('group_assignments').values({ group_id: party.id, ...columns })
  await insert.onConflict((on) => on.doNothing()).execute()
}

/** Takes a role away. False when it was not there. */
export async function unassign(tx: Tx, assignment: Assignment): Promise<boolean> {
  const { party, roleId, target } = assignment
  const remove =
    party.kind === 'user'
      ? tx.deleteFrom('role_assignments').where('user_id', '=', party.id)
      : tx.deleteFrom('group_assignments').where('group_id', '=', party.id)
  const { numDeletedRows } = await remove
    .where('role_id', '=', roleId)
    .where('target_kind', '=', storedKind(assignment))
    .where('target_id', '=', target.id)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** The roles that somebody was given there as what they are, without what they imply. */
export async function given(
  reader: Reader,
  place: Omit<Assignment, 'roleId'>,
): Promise<readonly RoleRecord[]> {
  const rows = await reader
    .selectFrom(everything(reader).as('given'))
    .innerJoin('roles', 'roles.id', 'given.role_id')
    .select(roleColumns)
    .where('party_kind', '=', place.party.kind)
    .where('party_id', '=', place.party.id)
    .where('target_kind', '=', storedKind(place))
    .where('target_id', '=', place.target.id)
    .orderBy('roles.name')
    .execute()
  return rows.map(toRole)
}

/** The roles that a user was given at any of the places, by themselves or through a group. */
export async function givenAt(
  reader: Reader,
  userId: UserId,
  places: readonly StoredPlaces[],
): Promise<readonly RoleRecord[]> {
  const rows = await reader
    .selectFrom('roles')
    .select(roleColumns)
    .where('id', 'in', (e) =>
      e
        .selectFrom(reachOf(reader, userId).as('reach'))
        .select('role_id')
        .where((at) =>
          at.or(
            places.map(({ kind, ids }) =>
              at.and([at('target_kind', '=', kind), at('target_id', 'in', ids)]),
            ),
          ),
        ),
    )
    .orderBy('name')
    .execute()
  return rows.map(toRole)
}

/** Everything of that kind on which a user has any role, by themselves or through a group. */
export async function reached(
  reader: Reader,
  userId: UserId,
  kind: StoredKind,
): Promise<readonly string[]> {
  const rows = await reader
    .selectFrom(reachOf(reader, userId).as('reach'))
    .select('target_id')
    .distinct()
    .where('target_kind', '=', kind)
    .execute()
  return rows.map((row) => row.target_id)
}

export async function list(
  reader: Reader,
  filter: AssignmentFilter,
): Promise<readonly Assignment[]> {
  let query = reader
    .selectFrom(everything(reader).as('given'))
    .selectAll()
    .orderBy('party_id')
    .orderBy('target_id')
    .orderBy('role_id')
  for (const [kind, id] of [
    ['user', filter.userId],
    ['group', filter.groupId],
  ] as const) {
    if (id !== null) query = query.where('party_kind', '=', kind).where('party_id', '=', id)
  }
  if (filter.roleId !== null) query = query.where('role_id', '=', filter.roleId)
  if (filter.target !== null) {
    const { kind, id } = filter.target
    query = query
      .where('target_kind', 'in', [kind, `inherited-${kind}`])
      .where('target_id', '=', id)
  }
  const found = (await query.execute()).map((row) => ({
    // A row's ids are what its columns say; the kinds are those that `assign` takes.
    party: { kind: row.party_kind, id: row.party_id } as Party,
    roleId: row.role_id,
    target: {
      kind: row.target_kind.replace(/^inherited-/, '') as Target['kind'],
      id: row.target_id,
    },
    inherited: row.target_kind.startsWith('inherited-'),
  }))
  return found.filter(({ inherited }) => inherited === (filter.inherited ?? inherited))
}

/** Forgets who had roles on something that goes. */
export async function removeOn(tx: Tx, target: Target): Promise<void> {
  for (const table of ['role_assignments', 'group_assignments'] as const) {
    await tx
      .deleteFrom(table)
      .where('target_kind', 'in', [target.kind, `inherited-${target.kind}`])
      .where('target_id', '=', target.id)
      .execute()
  }
}

function everything(reader: Reader) {
  return reader
    .selectFrom('role_assignments')
    .select((e) => [
      e.val<Party['kind']>('user').as('party_kind'),
      'user_id as party_id',
      'role_id',
      'target_kind',
      'target_id',
    ])
    .unionAll(
      reader
        .selectFrom('group_assignments')
        .select((e) => [
          e.val<Party['kind']>('group').as('party_kind'),
          'group_id as party_id',
          'role_id',
          'target_kind',
          'target_id',
        ]),
    )
}

function reachOf(reader: Reader, userId: UserId) {
  return reader
    .selectFrom('role_assignments')
    .select(['role_id', 'target_kind', 'target_id'])
    .where('user_id', '=', userId)
    .unionAll(
      reader
        .selectFrom('group_assignments')
        .innerJoin('group_members', 'group_members.group_id', 'group_assignments.group_id')
        .select(['role_id', 'target_kind', 'target_id'])
        .where('group_members.user_id', '=', userId),
    )
}
