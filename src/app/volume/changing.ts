/** What else can be done with a volume: a larger size, another type, flags, and what an operator says it is doing. */
import type { Identity } from '../../domain/identity.ts'
import { isAdmin } from '../../domain/identity.ts'
import { admitSize } from '../../domain/volume/quotas.ts'
import { isShareable } from '../../domain/volume/volume.ts'
import type { Volume, VolumeMigrationStatus, VolumeStatus } from '../../domain/volume/volume.ts'
import { problem } from '../../lib/problem.ts'
import * as quotas from '../../store/volume/quotas.ts'
import * as typeQuotas from '../../store/volume/type-quotas.ts'
import * as types from '../../store/volume/types.ts'
import * as volumes from '../../store/volume/volumes.ts'
import type { Context } from '../context.ts'
import { requireAdmin } from './policy.ts'
import { changeable } from './volumes.ts'

/** @throws `invalid` when it is no larger, or busy; `over-quota`. */
export async function extend(
  ctx: Context,
  who: Identity,
  id: string,
  wish: { readonly sizeGb: number; readonly whileInUse: boolean },
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const volume = await changeable(tx, who, id, 'volume:extend')
    const { status } = volume
    if (status !== 'available' && !(status === 'in-use' && wish.whileInUse)) {
      throw problem(
        'invalid',
        `Invalid volume: Volume ${id} status must be '${wish.whileInUse ? "available' or 'in-use" : 'available'}' to extend, currently ${status}.`,
      )
    }
    if (wish.sizeGb <= volume.sizeGb) {
      throw problem(
        'invalid',
        `Invalid input received: New size for extend must be greater than current size. (current: ${volume.sizeGb}, extended: ${wish.sizeGb}).`,
      )
    }
    admitSize(await quotas.limitsOf(tx, volume.projectId), wish.sizeGb)
    const growth = { gigabytes: wish.sizeGb - volume.sizeGb }
    await quotas.charge(tx, volume.projectId, growth)
    await typeQuotas.admit(tx, volume.projectId, volume.typeId, growth)
    await volumes.save(tx, { ...volume, sizeGb: wish.sizeGb }, ctx.clock.now())
  })
}

/** Gives a volume that nobody has another type. @throws `invalid` */
export async function retype(
  ctx: Context,
  who: Identity,
  id: string,
  typeRef: string,
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const volume = await changeable(tx, who, id, 'volume:retype')
    const type = await types.find(tx, typeRef, isAdmin(who) ? 'all' : { projectId: who.projectId })
    if (type === null) {
      throw problem('invalid', `Invalid input received: Invalid volume_type passed: ${typeRef}.`)
    }
    if (type.id === volume.typeId) {
      throw problem(
        'invalid',
        `Invalid input received: New volume_type same as original: ${typeRef}.`,
      )
    }
    const shareable = isShareable(type)
    if (
      volume.status !== 'available' &&
      (volume.status !== 'in-use' || shareable !== volume.multiattach)
    ) {
      throw problem(
        'invalid',
        `Invalid volume: Retype needs volume to be in available or in-use state, be part of an active migration, and be in a state that the new type allows: it is ${volume.status}.`,
      )
    }
    // Nothing is charged: it holds the project, so that two do not take the same room.
    await quotas.charge(tx, volume.projectId, {})
    const growth = { volumes: 1, gigabytes: volume.sizeGb }
    await typeQuotas.admit(tx, volume.projectId, type.id, growth)
    const retyped = { ...volume, typeId: type.id, multiattach: shareable }
    await volumes.save(tx, retyped, ctx.clock.now())
  })
}

export async function setFlags(
  ctx: Context,
  who: Identity,
  id: string,
  flags: Partial<Pick<Volume, 'bootable' | 'readOnly'>>,
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const volume = await changeable(tx, who, id, 'volume:update')
    await volumes.save(tx, { ...volume, ...flags }, ctx.clock.now())
  })
}

/** Changes what is known of the image on a volume. */
export async function describeImage(
  ctx: Context,
  who: Identity,
  id: string,
  change: (known: Volume['imageMetadata']) => Volume['imageMetadata'],
): Promise<Volume> {
  return await ctx.store.transaction(async (tx) => {
    const volume = await changeable(tx, who, id, 'volume_extension:volume_image_metadata:set')
    const imageMetadata = change(volume.imageMetadata)
    return await volumes.save(tx, { ...volume, imageMetadata }, ctx.clock.now())
  })
}

/** Says what a volume is doing, whatever it was doing; its attachments stay what they are. */
export async function resetStatus(
  ctx: Context,
  who: Identity,
  id: string,
  to: {
    readonly status: VolumeStatus | null
    readonly migrationStatus: VolumeMigrationStatus | null
  },
): Promise<void> {
  requireAdmin(who, 'volume_extension:volume_admin_actions:reset_status')
  await ctx.store.transaction(async (tx) => {
    const volume = await changeable(
      tx,
      who,
      id,
      'volume_extension:volume_admin_actions:reset_status',
    )
    const { migrationStatus } = to
    await volumes.save(
      tx,
      {
        ...volume,
        status: to.status ?? volume.status,
        migrationStatus:
          migrationStatus === null
            ? volume.migrationStatus
            : migrationStatus === 'none'
              ? null
              : migrationStatus,
      },
      ctx.clock.now(),
    )
  })
}
