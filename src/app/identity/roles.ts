/** Roles, and giving them to users on projects, domains and the whole system. */
import type { Assignment, Project, RoleRecord, Target } from '../../domain/accounts.ts'
import type { Identity } from '../../domain/identity.ts'
import { problem } from '../../lib/problem.ts'
import * as domains from '../../store/identity/domains.ts'
import * as projects from '../../store/identity/projects.ts'
import * as roles from '../../store/identity/roles.ts'
import type { AssignmentFilter } from '../../store/identity/roles.ts'
import * as users from '../../store/identity/users.ts'
import type { Reader, Tx } from '../../store/store.ts'
import { changing } from './changing.ts'
import type { IdentityContext } from './context.ts'
import { taken } from './domains.ts'
import { authorize } from './policy.ts'
import { hexId } from './seed.ts'

export async function getRole(
  ctx: IdentityContext,
  who: Identity,
  id: string,
): Promise<RoleRecord> {
  authorize(who, 'get_role')
  return await ctx.store.read(async (reader) => await roles.get(reader, id))
}

export async function listRoles(
  ctx: IdentityContext,
  who: Identity,
  name: string | null,
): Promise<readonly RoleRecord[]> {
  authorize(who, 'list_roles')
  return await ctx.store.read(async (reader) => await roles.list(reader, name))
}

export async function createRole(
  ctx: IdentityContext,
  who: Identity,
  wanted: Omit<RoleRecord, 'id'>,
): Promise<RoleRecord> {
  authorize(who, 'create_role')
  const role = { ...wanted, id: hexId(ctx.ids) }
  await changing(ctx, 'role', async (tx) => await roles.add(tx, role, ctx.clock.now()))
  return role
}

export async function updateRole(
  ctx: IdentityContext,
  who: Identity,
  id: string,
  change: Partial<Omit<RoleRecord, 'id'>>,
): Promise<RoleRecord> {
  authorize(who, 'update_role')
  return await changing(ctx, 'role', async (tx) => {
    const role = { ...(await roles.get(tx, id)), ...change }
    const [namesake] = await roles.list(tx, role.name)
    if (namesake !== undefined && namesake.id !== id) throw taken('role', role.name)
    await roles.save(tx, role)
    return role
  })
}

export async function deleteRole(ctx: IdentityContext, who: Identity, id: string): Promise<void> {
  authorize(who, 'delete_role')
  await changing(ctx, 'role', async (tx) => {
    const role = await roles.get(tx, id)
    await roles.remove(tx, role.id)
  })
}

export async function listGrants(
  ctx: IdentityContext,
  who: Identity,
  grant: Omit<Assignment, 'roleId'>,
): Promise<readonly RoleRecord[]> {
  authorize(who, 'list_grants')
  return await ctx.store.read(async (reader) => {
    await checkParties(reader, grant)
    return await roles.given(reader, grant.userId, grant.target)
  })
}

/** @throws `not-found` when the user does not have the role there. */
export async function checkGrant(
  ctx: IdentityContext,
  who: Identity,
  grant: Assignment,
): Promise<void> {
  const held = await listGrants(ctx, who, grant)
  if (!held.some((role) => role.id === grant.roleId)) throw noGrant(grant)
}

export async function giveRole(
  ctx: IdentityContext,
  who: Identity,
  grant: Assignment,
): Promise<void> {
  authorize(who, 'create_grant')
  await changing(ctx, 'grant', async (tx: Tx) => {
    await checkParties(tx, grant)
    await roles.get(tx, grant.roleId)
    await roles.assign(tx, grant)
  })
}

export async function takeRole(
  ctx: IdentityContext,
  who: Identity,
  grant: Assignment,
): Promise<void> {
  authorize(who, 'revoke_grant')
  await changing(ctx, 'grant', async (tx) => {
    if (!(await roles.unassign(tx, grant))) throw noGrant(grant)
  })
}

/** An assignment with the names of everything it speaks of, for those who ask for names. */
export type NamedAssignment = Assignment & {
  readonly role: RoleRecord
  readonly user: { readonly name: string; readonly domain: Brief }
  readonly targetName: string
  /** The domain that the target is in; of a domain, and of the whole system, there is none. */
  readonly targetDomain: Brief | null
}

export type Brief = { readonly id: string; readonly name: string }

export async function listAssignments(
  ctx: IdentityContext,
  who: Identity,
  filter: AssignmentFilter,
): Promise<readonly NamedAssignment[]> {
  authorize(who, 'list_role_assignments')
  return await ctx.store.read(async (reader) => {
    const everybody = { name: null, domainId: null, enabled: null }
    const known = new Map((await roles.list(reader, null)).map((role) => [role.id, role]))
    const people = new Map((await users.list(reader, everybody)).map((user) => [user.id, user]))
    const around = await domains.list(reader, { name: null, enabled: null })
    const domainNames = new Map(around.map(({ id, name }) => [id, name]))
    const domainOf = (id: string): Brief => ({ id, name: domainNames.get(id) ?? '' })
    const places = new Map<string, Project>(
      (await projects.list(reader, { ...everybody, parentId: null })).map((each) => [
        each.id,
        each,
      ]),
    )
    return (await roles.assignments(reader, filter)).flatMap((each) => {
      const role = known.get(each.roleId)
      const user = people.get(each.userId)
      if (role === undefined || user === undefined) return []
      const project = places.get(each.target.id)
      return [
        {
          ...each,
          role,
          user: { name: user.name, domain: domainOf(user.domainId) },
          targetName: project?.name ?? domainNames.get(each.target.id) ?? '',
          targetDomain: project === undefined ? null : domainOf(project.domainId),
        },
      ]
    })
  })
}

async function checkParties(
  reader: Reader,
  { userId, target }: { readonly userId: string; readonly target: Target },
): Promise<void> {
  await users.get(reader, userId)
  if (target.kind === 'project') await projects.get(reader, target.id)
  if (target.kind === 'domain') await domains.get(reader, target.id)
}

function noGrant({ roleId, userId, target }: Assignment): Error {
  return problem(
    'not-found',
    `Could not find role assignment with role: ${roleId}, user or group: ${userId}, project, domain, or system: ${target.id}.`,
  )
}
