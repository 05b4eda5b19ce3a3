/** How volumes of a type are to be encrypted. While there are volumes of it, that stays what it is. */
import type { Identity } from '../../domain/identity.ts'
import type { TypeEncryption } from '../../domain/volume/type-records.ts'
import { problem } from '../../lib/problem.ts'
import * as encryption from '../../store/volume/encryption.ts'
import type { Reader } from '../../store/store.ts'
import * as types from '../../store/volume/types.ts'
import { isAnyOfType } from '../../store/volume/volumes.ts'
import type { Context } from '../context.ts'
import { requireAdmin } from './policy.ts'

export type EncryptionWish = Pick<
  TypeEncryption,
  'provider' | 'controlLocation' | 'cipher' | 'keySize'
>

const rule = 'volume_extension:volume_type_encryption'

/** Null where a type has none. */
export async function getEncryption(
  ctx: Context,
  who: Identity,
  typeId: string,
): Promise<TypeEncryption | null> {
  requireAdmin(who, `${rule}:get`)
  return await ctx.store.read(async (reader) => {
    const type = await known(reader, typeId)
    return await encryption.find(reader, type.id)
  })
}

/** @throws `invalid` when it has one, or there are volumes of it. */
export async function createEncryption(
  ctx: Context,
  who: Identity,
  typeId: string,
  wish: EncryptionWish,
): Promise<TypeEncryption> {
  requireAdmin(who, `${rule}:create`)
  return await ctx.store.transaction(async (tx) => {
    const type = await known(tx, typeId)
    if (await isAnyOfType(tx, type.id)) throw inUse('create')
    const now = ctx.clock.now()
    const made = { ...wish, id: ctx.ids.uuid(), typeId: type.id, createdAt: now }
    if (await encryption.add(tx, made)) return made
    throw problem('invalid', `Volume type encryption for type ${type.id} already exists.`)
  })
}

/** @throws `not-found`, and `invalid` when there are volumes of it. */
export async function changeEncryption(
  ctx: Context,
  who: Identity,
  typeId: string,
  change: Partial<EncryptionWish>,
): Promise<void> {
  requireAdmin(who, `${rule}:update`)
  await ctx.store.transaction(async (tx) => {
    const found = await needed(tx, typeId, 'update')
    await encryption.save(tx, { ...found, ...change })
  })
}

export async function deleteEncryption(ctx: Context, who: Identity, typeId: string): Promise<void> {
  requireAdmin(who, `${rule}:delete`)
  await ctx.store.transaction(async (tx) => {
    const found = await needed(tx, typeId, 'delete')
    await encryption.remove(tx, found.typeId)
  })
}

async function needed(
  reader: Reader,
  typeId: string,
  verb: 'update' | 'delete',
): Promise<TypeEncryption> {
  const type = await known(reader, typeId)
  if (await isAnyOfType(reader, type.id)) throw inUse(verb)
  const found = await encryption.find(reader, type.id)
  if (found !== null) return found
  throw problem('not-found', `Volume type encryption for type ${typeId} does not exist.`)
}

async function known(
  reader: Reader,
  id: string,
): Promise<NonNullable<Awaited<ReturnType<typeof types.find>>>> {
  const type = await types.find(reader, id, 'all')
  if (type === null || type.id !== id) throw types.missing(id)
  return type
}

function inUse(verb: string): Error {
  return problem('invalid', `Cannot ${verb} encryption specs. Volume type in use.`)
}
