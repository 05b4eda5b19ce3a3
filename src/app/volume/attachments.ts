/**
 * Attachments that others than Compute make: they keep a volume, say where they attach it, and that they have.
 *
 * What is a disk of one of Compute's servers is Compute's to detach: whoever took it away here would leave a guest with a disk
 * that somebody else writes to.
 */
import type { Identity } from '../../domain/identity.ts'
import type { HostName, ServerId } from '../../domain/ids.ts'
import type { Attachment, Volume } from '../../domain/volume/volume.ts'
import type { JsonObject } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import type { Reader, Tx } from '../../store/store.ts'
import * as attachments from '../../store/volume/attachments.ts'
import * as serverVolumes from '../../store/volume/server-volumes.ts'
import * as volumes from '../../store/volume/volumes.ts'
import type { Context } from '../context.ts'
import { listedFor, requireMember, requireSight } from './policy.ts'
import { changeable } from './volumes.ts'
import type { WholeOrOwn } from './volumes.ts'

export type AttachmentWish = {
  readonly volumeId: string
  readonly serverId: string | null
  readonly connector: JsonObject | null
  readonly mode: 'rw' | 'ro' | null
}

export async function getAttachment(ctx: Context, who: Identity, id: string): Promise<Attachment> {
  return await ctx.store.read(async (reader) => await visible(reader, who, id))
}

export async function listAttachments(
  ctx: Context,
  who: Identity,
  asked: WholeOrOwn,
): Promise<readonly Attachment[]> {
  return await ctx.store.read(
    async (reader) => await attachments.list(reader, listedFor(who, asked)),
  )
}

/** Keeps a volume, or attaches it at once where the connector is told. @throws `invalid` when somebody else has it. */
export async function createAttachment(
  ctx: Context,
  who: Identity,
  wish: AttachmentWish,
): Promise<Attachment> {
  return await ctx.store.transaction(async (tx) => {
    const volume = await changeable(tx, who, wish.volumeId, 'volume:attachment_create')
    return await keep(ctx, tx, volume, wish)
  })
}

/** Keeps the volume for somebody, in the caller's transaction. @throws `invalid` */
export async function keep(
  ctx: Context,
  tx: Tx,
  volume: Volume,
  wish: Omit<AttachmentWish, 'volumeId'>,
  state: 'reserved' | 'attaching' = 'reserved',
): Promise<Attachment> {
  const { status, multiattach } = volume
  const isFree = status === 'available' || (multiattach && status === 'in-use')
  if (!isFree) {
    throw problem(
      'invalid',
      `Invalid volume: Volume ${volume.id} status must be available or downloading to reserve, but the current status is ${status}.`,
      { volume: volume.id },
    )
  }
  const now = ctx.clock.now()
  const kept: Attachment = {
    id: ctx.ids.uuid(),
    volumeId: volume.id,
    projectId: volume.projectId,
    // Whose server it is, is theirs to know who attach.
    serverId: wish.serverId as ServerId | null,
    host: null,
    device: null,
    mode: wish.mode ?? (volume.readOnly === true ? 'ro' : 'rw'),
    state,
    connector: null,
    attachedAt: null,
    createdAt: now,
  }
  const attachment = wish.connector === null ? kept : connected(kept, wish.connector)
  await attachments.add(tx, volume, attachment)
  return attachment
}

/** Says where it is attached. */
export async function updateAttachment(
  ctx: Context,
  who: Identity,
  id: string,
  connector: JsonObject,
): Promise<Attachment> {
  return await change(ctx, who, id, 'volume:attachment_update', (attachment) =>
    connected(attachment, connector),
  )
}

/** Says that it is attached: also of one whose connector nobody told, for that is whose affair it is who attaches. */
export async function completeAttachment(ctx: Context, who: Identity, id: string): Promise<void> {
  await change(ctx, who, id, 'volume:attachment_complete', (attachment) => ({
    ...attachment,
    state: 'attached',
    attachedAt: ctx.clock.now(),
  }))
}

/** @throws `conflict` when it is Compute's. */
export async function deleteAttachment(ctx: Context, who: Identity, id: string): Promise<void> {
  await ctx.store.transaction(async (tx) => await forget(ctx, tx, await held(tx, who, id)))
}

/** Forgets an attachment that is none of Compute's. @throws `conflict` when it is. */
export async function forget(ctx: Context, tx: Tx, attachment: Attachment): Promise<void> {
  await refuseComputes(tx, attachment)
  await attachments.remove(tx, attachment, ctx.clock.now())
}

/** @throws `conflict` */
export async function refuseComputes(reader: Reader, { id }: Attachment): Promise<void> {
  const disk = await serverVolumes.ofAttachment(reader, id)
  if (disk === null) return
  throw problem('conflict', `Detach volume from instance ${disk.serverId} using the Compute API`, {
    attachment: id,
    server: disk.serverId,
  })
}

async function change(
  ctx: Context,
  who: Identity,
  id: string,
  rule: string,
  make: (attachment: Attachment) => Attachment,
): Promise<Attachment> {
  return await ctx.store.transaction(async (tx) => {
    const attachment = await held(tx, who, id)
    requireMember(who, rule)
    await refuseComputes(tx, attachment)
    const changed = make(attachment)
    await attachments.save(tx, changed, ctx.clock.now())
    return changed
  })
}

function connected(attachment: Attachment, connector: JsonObject): Attachment {
  const { host, mountpoint } = connector
  return {
    ...attachment,
    connector,
    // A connector says which host it is on; whether that is one of ours is not for the volume service to know.
    host: typeof host === 'string' ? (host as HostName) : null,
    device: typeof mountpoint === 'string' ? mountpoint : attachment.device,
    state: attachment.state === 'attached' ? 'attached' : 'attaching',
  }
}

async function visible(reader: Reader, who: Identity, id: string): Promise<Attachment> {
  const attachment = await attachments.get(reader, id)
  requireSight(who, attachment, attachments.missing)
  return attachment
}

/** The attachment with its volume held: of two that change it one waits for the other. */
async function held(tx: Tx, who: Identity, id: string): Promise<Attachment> {
  const { volumeId } = await visible(tx, who, id)
  await volumes.hold(tx, volumeId)
  const attachment = await visible(tx, who, id)
  requireMember(who, 'volume:attachment_delete')
  return attachment
}
