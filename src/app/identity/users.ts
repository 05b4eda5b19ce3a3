/** Users, as an admin manages them and as they manage themselves. */
import type { User } from '../../domain/accounts.ts'
import { keeping } from '../../domain/account-options.ts'
import type { Identity } from '../../domain/identity.ts'
import type { UserId } from '../../domain/ids.ts'
import { problem } from '../../lib/problem.ts'
import * as domains from '../../store/identity/domains.ts'
import * as tokens from '../../store/identity/tokens.ts'
import * as users from '../../store/identity/users.ts'
import type { UserFilter } from '../../store/identity/users.ts'
import { changing } from './changing.ts'
import type { IdentityContext } from './context.ts'
import { taken } from './domains.ts'
import { authorize } from './policy.ts'
import { hexId } from './seed.ts'

export type UserChange = Partial<Omit<User, 'id' | 'domainId'>> & { readonly password?: string }

export type PasswordChange = {
  readonly original: string
  readonly next: string
  /** Where it is asked from. */
  readonly address: string
}

export async function getUser(ctx: IdentityContext, who: Identity, id: string): Promise<User> {
  authorize(who, 'get_user', { userId: id })
  return await ctx.store.read(async (reader) => await users.get(reader, id))
}

export async function listUsers(
  ctx: IdentityContext,
  who: Identity,
  filter: UserFilter,
): Promise<readonly User[]> {
  authorize(who, 'list_users')
  return await ctx.store.read(async (reader) => await users.list(reader, filter))
}

export async function createUser(
  ctx: IdentityContext,
  who: Identity,
  wanted: Omit<User, 'id'>,
  password: string | null,
): Promise<User> {
  authorize(who, 'create_user', { domainId: wanted.domainId })
  const stored = password === null ? null : await ctx.passwords.hash(password)
  // A new id is the id of the user that is made with it.
  const user = { ...wanted, id: hexId(ctx.ids) as UserId }
  await changing(ctx, 'user', async (tx) => {
    await domains.get(tx, user.domainId)
    await users.add(tx, user, stored, ctx.clock.now())
  })
  return user
}

export async function updateUser(
  ctx: IdentityContext,
  who: Identity,
  id: string,
  { password, ...change }: UserChange,
): Promise<User> {
  authorize(who, 'update_user', { userId: id })
  const stored = password === undefined ? null : await ctx.passwords.hash(password)
  return await changing(ctx, 'user', async (tx) => {
    const known = await users.get(tx, id)
    const user = { ...known, ...change, ...keeping(known, change) }
    const { domainId, name } = user
    const namesakes = await users.list(tx, { domainId, name, enabled: null })
    if (namesakes.some((each) => each.id !== id)) throw taken('user', name)
    await users.save(tx, user)
    if (stored !== null) await users.setPassword(tx, user.id, stored)
    if (!user.enabled) await tokens.removeOfUser(tx, user.id)
    return user
  })
}

/**
 * Sets one's own password. Knowing the old one is what lets somebody: a token is not asked for, and guessing is slowed down as
 * it is when logging in. Every token of the user ends with the old password.
 */
export async function changePassword(
  ctx: IdentityContext,
  id: string,
  { original, next, address }: PasswordChange,
): Promise<void> {
  const what = JSON.stringify([address, { id }])
  const retryAfterMs = ctx.guesses.refusedFor(what)
  if (retryAfterMs > 0) {
    throw problem('unauthenticated', 'Too many failed attempts. Try again later.', { retryAfterMs })
  }
  const found = await ctx.store.read(async (reader) => await users.findForLogin(reader, { id }))
  const right = await ctx.passwords.matches(original, found?.password ?? null)
  if (!right || found === null || !found.user.enabled) {
    ctx.guesses.failed(what)
    throw problem('unauthenticated', 'The request you have made requires authentication.')
  }
  ctx.guesses.succeeded(what)
  if (found.user.options['lock_password'] === true) {
    throw problem('forbidden', 'The password of this user is locked, and an admin sets it.')
  }
  const stored = await ctx.passwords.hash(next)
  await changing(ctx, 'user', async (tx) => await users.setPassword(tx, found.user.id, stored))
}

export async function deleteUser(ctx: IdentityContext, who: Identity, id: string): Promise<void> {
  authorize(who, 'delete_user', { userId: id })
  await changing(ctx, 'user', async (tx) => {
    const user = await users.get(tx, id)
    await users.remove(tx, user.id)
  })
}
