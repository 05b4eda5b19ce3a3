/** Who sent a request: the question that every other service asks, answered from a token. */
import { hash } from 'node:crypto'
import type { GoodToken } from '../../domain/accounts.ts'
import type { Identity } from '../../domain/identity.ts'
import * as tokens from '../../store/identity/tokens.ts'
import type { IdentityContext } from './context.ts'
import { goodToken } from './good-token.ts'
import type { Known } from './token-cache.ts'

/** Says who it is from a request's headers (by lower-case name); null when nobody known. */
export type Authenticate = (
  headers: Readonly<Record<string, string | undefined>>,
) => Promise<Identity | null>

/** The usual way: a token in `X-Auth-Token`. */
export function byToken(ctx: IdentityContext): Authenticate {
  return async (headers) => {
    const text = headers['x-auth-token']
    return text === undefined || text === '' ? null : await authenticate(ctx, text)
  }
}

/** Asks one after the other until somebody knows. */
export function firstKnown(...ways: readonly Authenticate[]): Authenticate {
  return async (headers) => {
    for (const way of ways) {
      const who = await way(headers)
      if (who !== null) return who
    }
    return null
  }
}

/** Who a token stands for; null when it is unknown, expired or revoked. */
export async function authenticate(ctx: IdentityContext, text: string): Promise<Identity | null> {
  return (await knownToken(ctx, text))?.who ?? null
}

/** The same with everything about the token. */
export async function knownToken(ctx: IdentityContext, text: string): Promise<Known | null> {
  const hashed = hashOf(text)
  const remembered = ctx.cache.get(hashed)
  if (remembered !== null) return remembered
  const { epoch } = ctx.cache
  const token = await ctx.store.read(async (reader) => {
    const now = ctx.clock.now()
    const record = await tokens.find(reader, hashed, now)
    return record === null ? null : await goodToken(reader, record, now)
  })
  if (token === null) return null
  const known = { token, who: identityOf(token) }
  ctx.cache.remember(hashed, known, epoch)
  return known
}

/** What is stored and compared in the place of a token. It has enough chance in it to need no salt. */
export function hashOf(text: string): string {
  return hash('sha256', text, 'base64url')
}

export function identityOf(token: GoodToken): Identity {
  return {
    userId: token.user.id,
    userName: token.user.name,
    projectId: token.project?.id ?? null,
    systemScoped: token.target?.kind === 'system',
    roles: new Set(token.roles.map((role) => role.name)),
  }
}
