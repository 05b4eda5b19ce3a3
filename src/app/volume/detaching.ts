/**
 * The older way to attach: a volume is reserved, connected, attached and detached by actions of its own, without the attachment
 * being named. It is the same attachments that come of it.
 */
import type { Identity } from '../../domain/identity.ts'
import type { HostName, ServerId } from '../../domain/ids.ts'
import type { Attachment } from '../../domain/volume/volume.ts'
import { statusWith } from '../../domain/volume/volume.ts'
import { problem } from '../../lib/problem.ts'
import type { Tx } from '../../store/store.ts'
import * as attachments from '../../store/volume/attachments.ts'
import * as volumes from '../../store/volume/volumes.ts'
import type { Context } from '../context.ts'
import { forget, keep, refuseComputes } from './attachments.ts'
import { requireAdmin } from './policy.ts'
import { changeable } from './volumes.ts'

export type AttachWish = {
  readonly serverId: string | null
  readonly host: string | null
  readonly device: string
  readonly mode: 'rw' | 'ro'
}

/** @throws `invalid` when somebody has it. */
export async function reserve(ctx: Context, who: Identity, id: string): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const volume = await changeable(tx, who, id, 'volume_extension:volume_actions:reserve')
    // Whoever reserves it this way is about to attach it, and the volume says so.
    await keep(ctx, tx, volume, { serverId: null, connector: null, mode: null }, 'attaching')
  })
}

export async function unreserve(ctx: Context, who: Identity, id: string): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    for (const each of await own(tx, who, id, 'unreserve')) {
      if (each.state === 'reserved' || each.state === 'attaching') await forget(ctx, tx, each)
    }
  })
}

/** Says that it is attached, whether it was reserved before or not. */
export async function attach(
  ctx: Context,
  who: Identity,
  id: string,
  wish: AttachWish,
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const volume = await changeable(tx, who, id, 'volume_extension:volume_actions:attach')
    const all = await attachments.ofVolume(tx, volume.id)
    const waiting = all.find(({ serverId, state }) => serverId === null && state !== 'attached')
    if (waiting !== undefined) await refuseComputes(tx, waiting)
    const fresh = { serverId: null, connector: null, mode: null }
    const kept = waiting ?? (await keep(ctx, tx, volume, fresh))
    const now = ctx.clock.now()
    await attachments.save(
      tx,
      {
        ...kept,
        // Whose they are is theirs to know who attach.
        serverId: wish.serverId as ServerId | null,
        host: wish.host as HostName | null,
        device: wish.device,
        mode: wish.mode,
        state: 'attached',
        attachedAt: now,
      },
      now,
    )
  })
}

/** Says that it is detached. @throws `conflict` when it is a disk of one of Compute's servers. */
export async function detach(
  ctx: Context,
  who: Identity,
  id: string,
  attachmentId: string | null,
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const all = await own(tx, who, id, 'detach')
    const one = attachmentId === null ? all[0] : all.find((each) => each.id === attachmentId)
    if (attachmentId === null && all.length > 1) {
      throw problem(
        'invalid',
        'Invalid volume: Detach volume failed: More than one attachment, but no attachment_id provided.',
      )
    }
    if (attachmentId !== null && one === undefined) throw attachments.missing(attachmentId)
    if (one !== undefined) await forget(ctx, tx, one)
  })
}

/**
 * Detaches a volume whatever it is said to be doing; it does what the attachments that are left say.
 * @throws `conflict` when it is a disk of one of Compute's servers.
 */
export async function forceDetach(
  ctx: Context,
  who: Identity,
  id: string,
  attachmentId: string | null,
): Promise<void> {
  requireAdmin(who, 'volume_extension:volume_admin_actions:force_detach')
  await ctx.store.transaction(async (tx) => {
    const all = await own(tx, who, id, 'force_detach')
    const gone = attachmentId === null ? all : all.filter((each) => each.id === attachmentId)
    if (attachmentId !== null && gone.length === 0) throw attachments.missing(attachmentId)
    for (const each of gone) await forget(ctx, tx, each)
    const volume = await volumes.hold(tx, id)
    const left = all.filter((each) => !gone.includes(each)).map(({ state }) => state)
    await volumes.save(tx, { ...volume, status: statusWith(left) }, ctx.clock.now())
  })
}

/** @throws `invalid` unless it is attached, `conflict` when it is Compute's. */
export async function beginDetaching(ctx: Context, who: Identity, id: string): Promise<void> {
  await turn(ctx, who, id, { rule: 'begin_detaching', from: 'attached', to: 'detaching' })
}

export async function rollDetaching(ctx: Context, who: Identity, id: string): Promise<void> {
  await turn(ctx, who, id, { rule: 'roll_detaching', from: 'detaching', to: 'attached' })
}

type Turn = {
  readonly rule: string
  readonly from: Attachment['state']
  readonly to: Attachment['state']
}

async function turn(
  ctx: Context,
  who: Identity,
  id: string,
  { rule, from, to }: Turn,
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const turned = (await own(tx, who, id, rule)).filter(({ state }) => state === from)
    if (turned.length === 0) {
      const message = `Invalid volume: Unable to detach volume. Volume status must be 'in-use' and attach_status must be 'attached' to detach.`
      throw problem('invalid', message, { volume: id })
    }
    for (const each of turned) {
      await refuseComputes(tx, each)
      await attachments.save(tx, { ...each, state: to }, ctx.clock.now())
    }
  })
}

/** The attachments of a volume that somebody may change. */
async function own(
  tx: Tx,
  who: Identity,
  id: string,
  rule: string,
): Promise<readonly Attachment[]> {
  const volume = await changeable(tx, who, id, `volume_extension:volume_actions:${rule}`)
  return await attachments.ofVolume(tx, volume.id)
}
