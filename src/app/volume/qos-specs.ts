/** Qualities of service, as operators describe them and give them to types of volumes. */
import type { Identity } from '../../domain/identity.ts'
import type { VolumeTypeId } from '../../domain/ids.ts'
import type { QosConsumer, QosSpecs } from '../../domain/volume/type-records.ts'
import type { VolumeType } from '../../domain/volume/volume.ts'
import { problem } from '../../lib/problem.ts'
import type { Reader } from '../../store/store.ts'
import * as qosSpecs from '../../store/volume/qos-specs.ts'
import * as types from '../../store/volume/types.ts'
import type { Context } from '../context.ts'
import { requireAdmin } from './policy.ts'

const manage = 'volume_extension:qos_specs_manage'

export type QosTypes = readonly { readonly id: VolumeTypeId; readonly name: string }[]

export async function getQos(ctx: Context, who: Identity, id: string): Promise<QosSpecs> {
  requireAdmin(who, `${manage}:get`)
  return await ctx.store.read(async (reader) => await qosSpecs.get(reader, id))
}

export async function listQos(ctx: Context, who: Identity): Promise<readonly QosSpecs[]> {
  requireAdmin(who, `${manage}:get_all`)
  return await ctx.store.read(qosSpecs.list)
}

export async function createQos(
  ctx: Context,
  who: Identity,
  wish: Pick<QosSpecs, 'name' | 'consumer' | 'specs'>,
): Promise<QosSpecs> {
  requireAdmin(who, `${manage}:create`)
  const made = { ...wish, id: ctx.ids.uuid(), createdAt: ctx.clock.now() }
  await ctx.store.transaction(async (tx) => await qosSpecs.add(tx, made))
  return made
}

/** Says more of them, or other than before. */
export async function changeQos(
  ctx: Context,
  who: Identity,
  id: string,
  change: { readonly consumer: QosConsumer | null; readonly specs: QosSpecs['specs'] },
): Promise<void> {
  requireAdmin(who, `${manage}:update`)
  await ctx.store.transaction(async (tx) => {
    const known = await qosSpecs.get(tx, id)
    const specs = { ...known.specs, ...change.specs }
    await qosSpecs.save(tx, { ...known, consumer: change.consumer ?? known.consumer, specs })
  })
}

/** @throws `invalid` for a key that they do not have. */
export async function dropQosKeys(
  ctx: Context,
  who: Identity,
  id: string,
  keys: readonly string[],
): Promise<void> {
  requireAdmin(who, `${manage}:update`)
  await ctx.store.transaction(async (tx) => {
    const known = await qosSpecs.get(tx, id)
    const unknown = keys.find((key) => !Object.hasOwn(known.specs, key))
    if (unknown !== undefined) {
      throw problem('invalid', `QoS spec ${id} has no spec with key ${unknown}.`)
    }
    const gone = new Set(keys)
    const left = Object.entries(known.specs).filter(([key]) => !gone.has(key))
    await qosSpecs.save(tx, { ...known, specs: Object.fromEntries(left) })
  })
}

/** @throws `invalid` while a type has them, unless it is forced. */
export async function deleteQos(
  ctx: Context,
  who: Identity,
  id: string,
  { force }: { readonly force: boolean },
): Promise<void> {
  requireAdmin(who, `${manage}:delete`)
  await ctx.store.transaction(async (tx) => {
    const known = await qosSpecs.get(tx, id)
    if ((await qosSpecs.typesWith(tx, known.id)).length > 0) {
      if (!force) throw problem('invalid', `QoS Specs ${id} is still associated with entities.`)
      await qosSpecs.takeFromAll(tx, known.id)
    }
    await qosSpecs.remove(tx, known.id)
  })
}

export async function typesWithQos(ctx: Context, who: Identity, id: string): Promise<QosTypes> {
  requireAdmin(who, `${manage}:get`)
  return await ctx.store.read(async (reader) => {
    const known = await qosSpecs.get(reader, id)
    return await qosSpecs.typesWith(reader, known.id)
  })
}

/** Gives them to a type. @throws `invalid` when it has others. */
export async function giveQos(
  ctx: Context,
  who: Identity,
  id: string,
  typeRef: string,
): Promise<void> {
  requireAdmin(who, `${manage}:update`)
  await ctx.store.transaction(async (tx) => {
    const known = await qosSpecs.get(tx, id)
    const type = await typeOf(tx, typeRef)
    if (type.qosId !== null && type.qosId !== known.id) {
      throw problem(
        'invalid',
        `Type ${type.id} is already associated with another qos specs: ${type.qosId}`,
      )
    }
    await qosSpecs.give(tx, type.id, known.id)
  })
}

/** Takes them from a type, or from all. */
export async function takeQos(
  ctx: Context,
  who: Identity,
  id: string,
  typeRef: string | null,
): Promise<void> {
  requireAdmin(who, `${manage}:update`)
  await ctx.store.transaction(async (tx) => {
    const known = await qosSpecs.get(tx, id)
    if (typeRef === null) return await qosSpecs.takeFromAll(tx, known.id)
    const type = await typeOf(tx, typeRef)
    if (type.qosId === known.id) await qosSpecs.give(tx, type.id, null)
  })
}

async function typeOf(reader: Reader, id: string): Promise<VolumeType> {
  const type = await types.find(reader, id, 'all')
  if (type === null) throw types.missing(id)
  return type
}
