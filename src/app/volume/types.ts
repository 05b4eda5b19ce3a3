/** Types of volumes: what operators offer. */
import type { Identity } from '../../domain/identity.ts'
import { isAdmin } from '../../domain/identity.ts'
import type { ProjectId, VolumeTypeId } from '../../domain/ids.ts'
import type { VolumeType } from '../../domain/volume/volume.ts'
import { problem } from '../../lib/problem.ts'
import type { Reader } from '../../store/store.ts'
import { forgetType } from '../../store/volume/type-quotas.ts'
import * as types from '../../store/volume/types.ts'
import { isAnyOfType } from '../../store/volume/volumes.ts'
import type { Context } from '../context.ts'
import { requireAdmin } from './policy.ts'

export type TypeWish = Pick<VolumeType, 'name' | 'description' | 'isPublic' | 'extraSpecs'>

const manage = 'volume_extension:types_manage'

/** By id; `default` is the one that volumes get whose maker names none. */
export async function getType(ctx: Context, who: Identity, id: string): Promise<VolumeType> {
  return await ctx.store.read(async (reader) =>
    id === 'default' ? await types.chosen(reader) : await visible(reader, who, id),
  )
}

export async function listTypes(ctx: Context, who: Identity): Promise<readonly VolumeType[]> {
  return await ctx.store.read(async (reader) => await types.list(reader, sightOf(who)))
}

export async function createType(ctx: Context, who: Identity, wish: TypeWish): Promise<VolumeType> {
  requireAdmin(who, `${manage}:create`)
  // Random like every id of a type.
  const id = ctx.ids.uuid() as VolumeTypeId
  const type = { ...wish, id, qosId: null, createdAt: ctx.clock.now() }
  await ctx.store.transaction(async (tx) => await types.add(tx, type))
  return type
}

/** Changes a type to what the function makes of it. @throws `conflict` when the new name is taken. */
export async function changeType(
  ctx: Context,
  who: Identity,
  id: string,
  change: (type: VolumeType) => Partial<TypeWish>,
): Promise<VolumeType> {
  requireAdmin(who, `${manage}:update`)
  return await ctx.store.transaction(async (tx) => {
    const type = await visible(tx, who, id)
    const changed = { ...type, ...change(type) }
    const namesake = changed.name === type.name ? null : await types.find(tx, changed.name, 'all')
    if (namesake !== null) throw types.taken(changed.name)
    await types.save(tx, changed)
    return changed
  })
}

/** @throws `invalid` while there are volumes of it, or when it is the default. */
export async function deleteType(ctx: Context, who: Identity, id: string): Promise<void> {
  requireAdmin(who, `${manage}:delete`)
  await ctx.store.transaction(async (tx) => {
    const type = await visible(tx, who, id)
    if (await isAnyOfType(tx, type.id)) {
      const message = `Target volume type is still in use. Volume Type ${id} deletion is not allowed with volumes present with the type.`
      throw problem('invalid', message)
    }
    if (type.id === (await types.chosen(tx)).id) {
      throw problem('invalid', `Volume type is currently configured as default type: ${type.name}.`)
    }
    await forgetType(tx, type.id)
    await types.remove(tx, type.id)
  })
}

export async function projectsWith(
  ctx: Context,
  who: Identity,
  id: string,
): Promise<{ readonly type: VolumeType; readonly projects: readonly ProjectId[] }> {
  requireAdmin(who, 'volume_extension:volume_type_access:get_all_for_type')
  return await ctx.store.read(async (reader) => {
    const type = await visible(reader, who, id)
    if (type.isPublic) {
      throw problem('not-found', 'Access list not available for public volume types.')
    }
    return { type, projects: await types.projectsWith(reader, type.id) }
  })
}

export async function setAccess(
  ctx: Context,
  who: Identity,
  id: string,
  to: { readonly projectId: ProjectId; readonly allowed: boolean },
): Promise<void> {
  const verb = to.allowed ? 'addProjectAccess' : 'removeProjectAccess'
  requireAdmin(who, `volume_extension:volume_type_access:${verb}`)
  await ctx.store.transaction(async (tx) => {
    const type = await visible(tx, who, id)
    const { projectId } = to
    if (type.isPublic) {
      throw problem(
        'conflict',
        'Invalid volume type: Type access modification is not applicable to public volume type.',
      )
    }
    const isChanged = to.allowed
      ? await types.allow(tx, type.id, projectId)
      : await types.forbid(tx, type.id, projectId)
    if (isChanged) return
    throw to.allowed
      ? problem(
          'conflict',
          `Volume type access for ${id} / ${projectId} combination already exists.`,
        )
      : problem('not-found', `Volume type access not found for ${id} / ${projectId} combination.`)
  })
}

async function visible(reader: Reader, who: Identity, id: string): Promise<VolumeType> {
  const type = await types.find(reader, id, sightOf(who))
  if (type === null || type.id !== id) throw types.missing(id)
  return type
}

function sightOf(who: Identity): types.TypeSight {
  return isAdmin(who) ? 'all' : { projectId: who.projectId }
}
