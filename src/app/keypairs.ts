/** Key pairs of a user: brought along, or made here, and then the private half is handed over once and forgotten. */
import type { Identity } from '../domain/identity.ts'
import type { UserId } from '../domain/ids.ts'
import type { Keypair } from '../domain/keypair.ts'
import type { Instant } from '../lib/clock.ts'
import { problem } from '../lib/problem.ts'
import * as keypairs from '../store/compute/keypairs.ts'
import * as quotas from '../store/compute/quotas.ts'
import { authorize } from './authorize.ts'
import { makeCertificate } from './certificates.ts'
import type { Context } from './context.ts'
import { fullPage, lostMarker } from './page.ts'
import type { Page, PageWish } from './page.ts'
import { fingerprintOf, makeSshKey } from './ssh-keys.ts'

export async function listKeypairs(
  ctx: Context,
  who: Identity,
  user: string | null,
  page: PageWish,
): Promise<Page<Keypair>> {
  const userId = userOf(who, user)
  authorize(who, 'os-keypairs:index', { userId })
  return await ctx.store.read(async (reader) => {
    if (page.marker !== null && (await keypairs.find(reader, userId, page.marker)) === null) {
      throw lostMarker(page.marker)
    }
    const found = await keypairs.list(reader, userId, { after: page.marker, limit: page.limit })
    return fullPage(found, page.limit)
  })
}

export async function showKeypair(
  ctx: Context,
  who: Identity,
  user: string | null,
  name: string,
): Promise<Keypair> {
  const userId = userOf(who, user)
  authorize(who, 'os-keypairs:show', { userId })
  return await ctx.store.read(async (reader) => await keypairs.get(reader, userId, name))
}

export type KeypairWish = {
  readonly name: string
  readonly type: 'ssh' | 'x509'
  readonly publicKey: string | null
  readonly user: string | null
}

/** @returns the private half as well, when it was made here. */
export async function createKeypair(
  ctx: Context,
  who: Identity,
  wish: KeypairWish,
): Promise<{ readonly keypair: Keypair; readonly privateKey: string | null }> {
  const userId = userOf(who, wish.user)
  authorize(who, 'os-keypairs:create', { userId })
  const { name, type } = wish
  const { publicKey, privateKey } = halves(wish, userId, ctx.clock.now())
  const fingerprint = fingerprintOf(type, publicKey)
  const keypair = await ctx.store.transaction(async (tx) => {
    // The quota is one of the caller's project, though key pairs belong to users and are counted by them: so it is in the field.
    const { projectId } = who
    const most =
      projectId === null ? -1 : await quotas.limitFor(tx, { projectId, userId }, 'key_pairs')
    if (most >= 0 && (await keypairs.count(tx, userId)) >= most) {
      throw problem('over-quota', 'Quota exceeded, too many key pairs.', { limit: most })
    }
    const made = { userId, name, type, publicKey, fingerprint }
    return await keypairs.insert(tx, made, ctx.clock.now())
  })
  return { keypair, privateKey }
}

export async function deleteKeypair(
  ctx: Context,
  who: Identity,
  user: string | null,
  name: string,
): Promise<void> {
  const userId = userOf(who, user)
  authorize(who, 'os-keypairs:delete', { userId })
  await ctx.store.transaction(async (tx) => await keypairs.remove(tx, userId, name))
}

function halves(
  { publicKey, type, name }: KeypairWish,
  userId: UserId,
  now: Instant,
): {
  readonly publicKey: string
  readonly privateKey: string | null
} {
  if (publicKey !== null) return { publicKey, privateKey: null }
  return type === 'ssh' ? makeSshKey(name) : makeCertificate(userId, now)
}

/** Whose key pairs are meant: the caller's, unless it says another's. */
function userOf(who: Identity, user: string | null): UserId {
  return (user ?? who.userId) as UserId // What a record is looked up by; there is nothing else to check here.
}
