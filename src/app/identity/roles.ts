/** Roles. */
import type { RoleRecord } from '../../domain/accounts.ts'
import type { Identity } from '../../domain/identity.ts'
import * as roles from '../../store/identity/roles.ts'
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
