/** What the use-cases of Identity get besides the common context: what only one process knows. Built once. */
import type { Context } from '../context.ts'
import { Guesses } from './guesses.ts'
import { openPasswords } from './passwords.ts'
import type { Passwords } from './passwords.ts'
import { TokenCache } from './token-cache.ts'

export type IdentityContext = Context & {
  readonly passwords: Passwords
  readonly guesses: Guesses
  readonly cache: TokenCache
  readonly tokenLifetimeMs: number
}

export type IdentityOptions = {
  readonly tokenLifetimeMs?: number
  readonly passwords?: Passwords
}

const hour = 3_600_000

/** Opens Identity on a store. What it remembers is dropped whenever any process changes an account. */
export function openIdentity(ctx: Context, options: IdentityOptions = {}): IdentityContext {
  const cache = new TokenCache(ctx.clock)
  ctx.store.subscribe('identity', () => cache.clear())
  return {
    ...ctx,
    cache,
    passwords: options.passwords ?? openPasswords(),
    guesses: new Guesses(ctx.clock),
    tokenLifetimeMs: options.tokenLifetimeMs ?? hour,
  }
}
