/** Looking at and ending tokens that are named by their text. */
import * as tokens from '../../store/identity/tokens.ts'
import { problem } from '../../lib/problem.ts'
import { hashOf, knownToken } from './authenticate.ts'
import { changing } from './changing.ts'
import type { IdentityContext } from './context.ts'
import { authorize } from './policy.ts'
import type { IdentityRule } from './policy.ts'
import type { Identity } from '../../domain/identity.ts'
import type { Known } from './token-cache.ts'

/** What another token (or one's own) stands for. @throws `not-found` when it is not good, and for nobody else's business. */
export async function checkToken(
  ctx: IdentityContext,
  who: Identity,
  text: string,
): Promise<Known> {
  return await subject(ctx, who, text, 'validate_token')
}

export async function revokeToken(
  ctx: IdentityContext,
  who: Identity,
  text: string,
): Promise<void> {
  await subject(ctx, who, text, 'revoke_token')
  await changing(ctx, 'token', async (tx) => await tokens.remove(tx, hashOf(text)))
}

async function subject(
  ctx: IdentityContext,
  who: Identity,
  text: string,
  rule: IdentityRule,
): Promise<Known> {
  const known = await knownToken(ctx, text)
  if (known === null) throw problem('not-found', 'Could not find token.')
  authorize(who, rule, { userId: known.token.user.id })
  return known
}
