/** Roles, and which imply which. */
import type { RoleRecord } from '../../domain/accounts.ts'
import {
  keeping,
  refuseChangeOfImmutable,
  refuseEndOfImmutable,
} from '../../domain/account-options.ts'
import type { Identity } from '../../domain/identity.ts'
import type { Inference } from '../../domain/role-inferences.ts'
import { problem } from '../../lib/problem.ts'
import * as domains from '../../store/identity/domains.ts'
import * as roles from '../../store/identity/roles.ts'
import { changing } from './changing.ts'
import type { IdentityContext } from './context.ts'
import { taken } from './domains.ts'
import { authorize } from './policy.ts'
import { hexId } from './seed.ts'

type RoleChange = Partial<Omit<RoleRecord, 'id' | 'domainId'>>

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
  filter: Parameters<typeof roles.list>[1],
): Promise<readonly RoleRecord[]> {
  authorize(who, 'list_roles')
  return await ctx.store.read(async (reader) => await roles.list(reader, filter))
}

export async function createRole(
  ctx: IdentityContext,
  who: Identity,
  wanted: Omit<RoleRecord, 'id'>,
): Promise<RoleRecord> {
  authorize(who, 'create_role')
  const role = { ...wanted, id: hexId(ctx.ids) }
  await changing(ctx, 'role', async (tx) => {
    if (role.domainId !== null) await domains.get(tx, role.domainId)
    await roles.add(tx, role, ctx.clock.now())
  })
  return role
}

export async function updateRole(
  ctx: IdentityContext,
  who: Identity,
  id: string,
  change: RoleChange,
): Promise<RoleRecord> {
  authorize(who, 'update_role')
  return await changing(ctx, 'role', async (tx) => {
    const known = await roles.get(tx, id)
    refuseChangeOfImmutable('role', id, known, change)
    const role = { ...known, ...change, ...keeping(known, change) }
    const [namesake] = await roles.list(tx, { name: role.name, domainId: role.domainId })
    if (namesake !== undefined && namesake.id !== id) throw taken('role', role.name)
    await roles.save(tx, role)
    return role
  })
}

export async function deleteRole(ctx: IdentityContext, who: Identity, id: string): Promise<void> {
  authorize(who, 'delete_role')
  await changing(ctx, 'role', async (tx) => {
    const role = await roles.get(tx, id)
    refuseEndOfImmutable('role', id, role)
    await roles.remove(tx, role.id)
  })
}

export type Implication = { readonly prior: RoleRecord; readonly implies: readonly RoleRecord[] }

/** What every role implies by a rule of its own; what follows from several is not told. */
export async function listInferences(
  ctx: IdentityContext,
  who: Identity,
): Promise<readonly Implication[]> {
  authorize(who, 'list_role_inference_rules')
  return await ctx.store.read(async (reader) => {
    const known = await roles.all(reader)
    const rules = Map.groupBy(await roles.inferences(reader), ({ prior }) => prior)
    return known.flatMap((prior) => {
      const implied = new Set(rules.get(prior.id)?.map((rule) => rule.implied))
      return implied.size === 0
        ? []
        : [{ prior, implies: known.filter(({ id }) => implied.has(id)) }]
    })
  })
}

/** What one role implies by a rule of its own. */
export async function listImplied(
  ctx: IdentityContext,
  who: Identity,
  priorId: string,
): Promise<Implication> {
  authorize(who, 'list_implied_roles')
  const prior = await ctx.store.read(async (reader) => await roles.get(reader, priorId))
  const all = await listInferences(ctx, who)
  return all.find((each) => each.prior.id === prior.id) ?? { prior, implies: [] }
}

/** @throws `not-found` when there is no such rule. */
export async function getImplied(
  ctx: IdentityContext,
  who: Identity,
  rule: Inference,
): Promise<{ readonly prior: RoleRecord; readonly implied: RoleRecord }> {
  const { prior, implies } = await listImplied(ctx, who, rule.prior)
  const implied = implies.find(({ id }) => id === rule.implied)
  if (implied === undefined) throw noRule(rule)
  return { prior, implied }
}

/** Lets whoever has the one role have the other. What makes an admin is given, and never follows. */
export async function implyRole(
  ctx: IdentityContext,
  who: Identity,
  rule: Inference,
): Promise<{ readonly prior: RoleRecord; readonly implied: RoleRecord }> {
  authorize(who, 'create_implied_role')
  return await changing(ctx, 'role', async (tx) => {
    const implied = await roles.get(tx, rule.implied)
    const prior = await roles.get(tx, rule.prior)
    if (implied.name === 'admin') {
      throw problem('forbidden', `${implied.id} cannot be an implied role.`)
    }
    if (prior.domainId === null && implied.domainId !== null) {
      throw problem('forbidden', 'A role of every domain cannot imply a role of one.')
    }
    await roles.addInference(tx, rule)
    return { prior, implied }
  })
}

/** @throws `not-found` when there is no such rule. */
export async function unimplyRole(
  ctx: IdentityContext,
  who: Identity,
  rule: Inference,
): Promise<void> {
  authorize(who, 'delete_implied_role')
  await changing(ctx, 'role', async (tx) => {
    await roles.get(tx, rule.prior)
    await roles.get(tx, rule.implied)
    if (!(await roles.removeInference(tx, rule))) throw noRule(rule)
  })
}

function noRule({ prior, implied }: Inference): Error {
  return problem('not-found', `${prior} does not imply ${implied}.`)
}
