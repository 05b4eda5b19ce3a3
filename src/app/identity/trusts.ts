/**
 * Trusts: a user lets another do a part of what the user may do on one project.
 *
 * What was let cannot be passed on: a token that comes from a trust or from an application credential neither makes nor ends
 * trusts, and no other token is had for it.
 */
import type { GoodToken, RoleRecord, Trust } from '../../domain/accounts.ts'
import { problem } from '../../lib/problem.ts'
import * as projects from '../../store/identity/projects.ts'
import * as roles from '../../store/identity/roles.ts'
import * as trusts from '../../store/identity/trusts.ts'
import * as users from '../../store/identity/users.ts'
import type { Reader } from '../../store/store.ts'
import { changing } from './changing.ts'
import type { IdentityContext } from './context.ts'
import { rolesAt } from './good-token.ts'
import { authorize } from './policy.ts'
import { hexId } from './seed.ts'
import type { Known } from './token-cache.ts'

export type WantedTrust = Pick<Trust, 'impersonation' | 'expiresAt' | 'remainingUses'> & {
  readonly trustorId: string
  readonly trusteeId: string
  readonly projectId: string
  /** By id or by name. */
  readonly roles: readonly ({ readonly id: string } | { readonly name: string })[]
}

/** A trust with the records of its roles, those that are still there. */
export type ShownTrust = { readonly trust: Trust; readonly roles: readonly RoleRecord[] }

export async function listTrusts(
  ctx: IdentityContext,
  { who, token }: Known,
  filter: trusts.TrustFilter,
): Promise<readonly Trust[]> {
  const { trustorId, trusteeId } = filter
  const own = trustorId ?? trusteeId
  if (own === null) authorize(who, 'list_trusts')
  else authorize(who, 'list_trusts_of_user', { userId: own })
  refuseProgram(token)
  return await ctx.store.read(async (reader) => await trusts.list(reader, filter, ctx.clock.now()))
}

export async function getTrust(
  ctx: IdentityContext,
  { who, token }: Known,
  id: string,
): Promise<ShownTrust> {
  const found = await ctx.store.read(async (reader) => {
    const trust = await theTrust(reader, ctx, id)
    const known = await roles.all(reader)
    return { trust, roles: known.filter((role) => trust.roles.includes(role.id)) }
  })
  const { trustorId, trusteeId } = found.trust
  const party = who.userId === trusteeId ? trusteeId : trustorId
  authorize(who, 'get_trust', { userId: party })
  refuseProgram(token)
  return found
}

export async function createTrust(
  ctx: IdentityContext,
  { who, token }: Known,
  wanted: WantedTrust,
): Promise<ShownTrust> {
  authorize(who, 'create_trust', { userId: wanted.trustorId })
  refuseDelegated(token)
  if (wanted.roles.length === 0)
    throw problem('forbidden', 'At least one role should be specified.')
  const now = ctx.clock.now()
  if (wanted.expiresAt !== null && wanted.expiresAt <= now) {
    throw problem('invalid', 'The expiration time must be in the future.')
  }
  return await ctx.store.transaction(async (tx) => {
    const trustee = await users.get(tx, wanted.trusteeId)
    const project = await projects.get(tx, wanted.projectId)
    const has = await rolesAt(tx, who.userId, { kind: 'project', id: project.id })
    const given = wanted.roles.map((asked) => {
      const found = has.find((role) =>
        'id' in asked ? role.id === asked.id : role.name === asked.name,
      )
      if (found !== undefined) return found
      const name = 'id' in asked ? asked.id : asked.name
      throw problem('not-found', `Could not find role: ${name}.`, { role: name })
    })
    const trust = {
      id: hexId(ctx.ids),
      trustorId: who.userId,
      trusteeId: trustee.id,
      projectId: project.id,
      impersonation: wanted.impersonation,
      roles: [...new Set(given.map(({ id }) => id))],
      expiresAt: wanted.expiresAt,
      remainingUses: wanted.remainingUses,
    }
    await trusts.add(tx, trust, now)
    return { trust, roles: [...new Set(given)] }
  })
}

export async function deleteTrust(
  ctx: IdentityContext,
  { who, token }: Known,
  id: string,
): Promise<void> {
  await changing(ctx, 'trust', async (tx) => {
    const trust = await theTrust(tx, ctx, id)
    authorize(who, 'delete_trust', { userId: trust.trustorId })
    refuseDelegated(token)
    await trusts.remove(tx, trust.id)
  })
}

/** Whether a token was let to somebody by a trust, or to a program by an application credential. */
function refuseDelegated(token: GoodToken): void {
  refuseProgram(token)
  if (token.trust === null) return
  throw problem('forbidden', 'A token that comes from a trust may not manage trusts.')
}

function refuseProgram({ applicationCredential }: GoodToken): void {
  if (applicationCredential === null) return
  throw problem('forbidden', 'An application credential may not manage trusts.')
}

async function theTrust(reader: Reader, { clock }: IdentityContext, id: string): Promise<Trust> {
  const found = await trusts.find(reader, id, clock.now())
  if (found === null) throw problem('not-found', `Could not find trust: ${id}.`, { trust: id })
  return found
}
