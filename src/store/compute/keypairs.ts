/** Key pairs belong to users, not to projects. Only the public half is kept. */
import type { Selectable } from 'kysely'
import type { Keypair, NewKeypair } from '../../domain/keypair.ts'
import type { UserId } from '../../domain/ids.ts'
import type { Instant } from '../../lib/clock.ts'
import { problem } from '../../lib/problem.ts'
import type { Reader, Tx } from '../store.ts'
import type { ComputeTables } from '../tables/compute.ts'

export async function find(reader: Reader, userId: UserId, name: string): Promise<Keypair | null> {
  const row = await reader
    .selectFrom('keypairs')
    .selectAll()
    .where('user_id', '=', userId)
    .where('name', '=', name)
    .executeTakeFirst()
  return row === undefined ? null : toKeypair(row)
}

/** @throws `not-found`. */
export async function get(reader: Reader, userId: UserId, name: string): Promise<Keypair> {
  const found = await find(reader, userId, name)
  if (found === null) throw missing(userId, name)
  return found
}

/** A user's key pairs by name, those after a name, at most so many. */
export async function list(
  reader: Reader,
  userId: UserId,
  page: { readonly after: string | null; readonly limit: number },
): Promise<readonly Keypair[]> {
  const { after } = page
  const rows = await reader
    .selectFrom('keypairs')
    .selectAll()
    .where('user_id', '=', userId)
    .$if(after !== null, (query) => query.where('name', '>', after ?? ''))
    .orderBy('name')
    .limit(page.limit)
    .execute()
  return rows.map(toKeypair)
}

export async function count(reader: Reader, userId: UserId): Promise<number> {
  const row = await reader
    .selectFrom('keypairs')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** @throws `conflict` when the user has one of that name. */
export async function insert(tx: Tx, keypair: NewKeypair, now: Instant): Promise<Keypair> {
  const row = await tx
    .insertInto('keypairs')
    .values({
      user_id: keypair.userId,
      name: keypair.name,
      type: keypair.type,
      public_key: keypair.publicKey,
      fingerprint: keypair.fingerprint,
      created_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) {
    throw problem('conflict', `Key pair '${keypair.name}' already exists.`, {
      keypair: keypair.name,
    })
  }
  return toKeypair(row)
}

/** @throws `not-found`. */
export async function remove(tx: Tx, userId: UserId, name: string): Promise<void> {
  const gone = await tx
    .deleteFrom('keypairs')
    .where('user_id', '=', userId)
    .where('name', '=', name)
    .returning('number')
    .executeTakeFirst()
  if (gone === undefined) throw missing(userId, name)
}

function missing(userId: UserId, name: string) {
  return problem('not-found', `Keypair ${name} not found for user ${userId}`, { keypair: name })
}

function toKeypair(row: Selectable<ComputeTables['keypairs']>): Keypair {
  return {
    number: row.number,
    // Both written by `insert`, which takes nothing else.
    userId: row.user_id as UserId,
    type: row.type as Keypair['type'],
    name: row.name,
    publicKey: row.public_key,
    fingerprint: row.fingerprint,
    createdAt: row.created_at,
  }
}
