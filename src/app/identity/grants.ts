/** Giving roles to users and groups on projects, domains and the whole system, and taking them away. */
import type { Assignment, RoleRecord } from '../../domain/accounts.ts'
import type { Identity } from '../../domain/identity.ts'
import { problem } from '../../lib/problem.ts'
import * as assignments from '../../store/identity/assignments.ts'
import * as domains from '../../store/identity/domains.ts'
import * as groups from '../../store/identity/groups.ts'
import * as projects from '../../store/identity/projects.ts'
import * as roles from '../../store/identity/roles.ts'
import * as users from '../../store/identity/users.ts'
import type { Reader } from '../../store/store.ts'
import { changing } from './changing.ts'
import type { IdentityContext } from './context.ts'
import { authorize } from './policy.ts'

type Place = Omit<Assignment, 'roleId'>

export async function listGrants(
  ctx: IdentityContext,
  who: Identity,
  grant: Place,
): Promise<readonly RoleRecord[]> {
  authorize(who, 'list_grants')
  return await ctx.store.read(async (reader) => {
    await checkParties(reader, grant)
    return await assignments.given(reader, grant)
  })
}

/** @throws `not-found` when the role is not given there. */
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
  await changing(ctx, 'grant', async (tx) => {
    await checkParties(tx, grant)
    await checkRole(tx, await roles.get(tx, grant.roleId), grant)
    await assignments.assign(tx, grant)
  })
}

export async function takeRole(
  ctx: IdentityContext,
  who: Identity,
  grant: Assignment,
): Promise<void> {
  authorize(who, 'revoke_grant')
  await changing(ctx, 'grant', async (tx) => {
    if (!(await assignments.unassign(tx, grant))) throw noGrant(grant)
  })
}

/** A role of a domain is for the projects of that domain, and not for the whole cloud. */
async function checkRole(reader: Reader, role: RoleRecord, { target }: Place): Promise<void> {
  if (role.domainId === null) return
  if (target.kind === 'system') {
    throw problem('forbidden', 'A role of a domain cannot be given on the whole system.')
  }
  if (target.kind === 'domain') return
  const project = await projects.get(reader, target.id)
  if (project.domainId === role.domainId) return
  throw problem(
    'forbidden',
    `Project ${project.id} must be in the same domain as the role ${role.id} being assigned.`,
  )
}

async function checkParties(reader: Reader, { party, target }: Place): Promise<void> {
  if (party.kind === 'user') await users.get(reader, party.id)
  else await groups.get(reader, party.id)
  if (target.kind === 'project') await projects.get(reader, target.id)
  if (target.kind === 'domain') await domains.get(reader, target.id)
}

function noGrant({ roleId, party, target }: Assignment): Error {
  return problem(
    'not-found',
    `Could not find role assignment with role: ${roleId}, user or group: ${party.id}, project, domain, or system: ${target.id}.`,
  )
}
