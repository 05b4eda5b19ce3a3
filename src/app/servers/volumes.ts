/** Attaching volumes to servers, taking them away, and exchanging them. */
import { allow } from '../../domain/server-actions.ts'
import type { Identity } from '../../domain/identity.ts'
import type { HostName } from '../../domain/ids.ts'
import type { Server } from '../../domain/server.ts'
import { freeDevice } from '../../domain/volume/server-volume.ts'
import type { ServerVolume } from '../../domain/volume/server-volume.ts'
import { problem } from '../../lib/problem.ts'
import { attachVolume as attaching } from '../../operations/attach-volume.ts'
import { detachVolume as detaching } from '../../operations/detach-volume.ts'
import { swapVolume as swapping } from '../../operations/swap-volume.ts'
import { turnAttachment } from '../../operations/volumes.ts'
import type { Tx } from '../../store/store.ts'
import * as serverVolumes from '../../store/volume/server-volumes.ts'
import { authorize } from '../authorize.ts'
import type { RequestContext } from '../context.ts'
import { attached } from '../server-volumes.ts'
import type { AttachedVolume } from '../server-volumes.ts'
import { keepForServer } from '../volume/for-servers.ts'
import { begin, onServer } from './context.ts'
import type { ServerContext } from './context.ts'
import { upOrRefuse } from './host-checks.ts'
import { hostOf } from './power.ts'
import { inTurn } from './turns.ts'

export type VolumeWish = {
  readonly volumeId: string
  /** Null for the next that is free. */
  readonly device: string | null
  readonly tag: string | null
  readonly deleteOnTermination: boolean
  /** What the version of the request knows of. */
  readonly knows: { readonly shelved: boolean; readonly shared: boolean }
}

/** Keeps the volume for the server and begins to attach it. Answers the disk that it will be. */
export async function attachVolume(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  wish: VolumeWish,
): Promise<AttachedVolume> {
  const work = async (tx: Tx, server: Server): Promise<AttachedVolume> => {
    authorize(who, 'os-volumes-attachments:create', server)
    allow(who, server, 'attach_volume')
    refuseShelved(server, wish.knows.shelved, 'attach_volume')
    const host = await hostNow(ctx, tx, server)
    const disks = await serverVolumes.ofServer(tx, server.id)
    if (disks.some(({ volumeId }) => volumeId === wish.volumeId)) throw attachedAlready(wish)
    const at = ctx.clock.now()
    const device = deviceFor(disks, server, wish.device)
    const as = { attachmentId: ctx.ids.uuid(), device, at, server, knows: wish.knows }
    const volume = await keepForServer(tx, who, wish.volumeId, as)
    const disk: ServerVolume = {
      id: ctx.ids.uuid(),
      serverId: server.id,
      volumeId: volume.id,
      attachmentId: as.attachmentId,
      state: 'reserved',
      madeFrom: null,
      bootIndex: null,
      device,
      tag: wish.tag,
      deleteOnTermination: wish.deleteOnTermination,
      createdAt: at,
    }
    await serverVolumes.add(tx, disk)
    const params = { serverId: server.id, host, diskId: disk.id }
    const action = 'attach_volume'
    await begin(ctx, tx, who, request, server, { saga: attaching, params, action })
    return { ...disk, volumeId: volume.id, attachmentId: as.attachmentId }
  }
  return await inTurn(ctx, id, async () => await onServer(ctx, who, id, work))
}

/** @throws `invalid` for the disk that the server boots from, `not-found` when it does not have the volume. */
export async function detachVolume(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  wish: { readonly volumeId: string; readonly knowsShelved: boolean },
): Promise<void> {
  const work = async (tx: Tx, server: Server): Promise<void> => {
    authorize(who, 'os-volumes-attachments:delete', server)
    const disk = await diskWith(tx, server, wish.volumeId)
    if (disk.bootIndex === 0 && server.vmState !== 'shelved_offloaded') {
      throw problem('invalid', 'Cannot detach a root device volume')
    }
    allow(who, server, 'detach_volume')
    refuseShelved(server, wish.knowsShelved, 'detach_volume')
    const host = await hostNow(ctx, tx, server)
    await turnAttachment(tx, disk, { state: 'detaching', host }, ctx.clock.now())
    const params = { serverId: server.id, host, diskId: disk.id }
    const action = 'detach_volume'
    await begin(ctx, tx, who, request, server, { saga: detaching, params, action })
  }
  await inTurn(ctx, id, async () => await onServer(ctx, who, id, work))
}

export type AttachmentChange = {
  /** The volume in whose place it is now. */
  readonly volumeId: string
  /** The volume that it shall be. */
  readonly newVolumeId: string
  /** What is said again of the attachment, which must be so. */
  readonly repeats: {
    readonly id?: string
    readonly serverId?: string
    readonly device?: string | null
    readonly tag?: string | null
  }
  readonly deleteOnTermination: boolean | null
  /** Whether there is more to change of an attachment than its volume. */
  readonly inPlace: boolean
  readonly knowsShared: boolean
}

/** Changes what becomes of the volume with its server, or exchanges it. */
export async function changeAttachment(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  change: AttachmentChange,
): Promise<void> {
  const swaps = !change.inPlace || change.newVolumeId !== change.volumeId
  await inTurn(ctx, id, async () => {
    await onServer(ctx, who, id, async (tx, server) => {
      if (swaps) authorize(who, 'os-volumes-attachments:swap')
      else authorize(who, 'os-volumes-attachments:update', server)
      const disk = await diskWith(tx, server, change.volumeId)
      if (change.inPlace) await changeInPlace(tx, server, disk, change)
      if (swaps) await swap(ctx, tx, who, request, server, disk, change)
    })
  })
}

async function changeInPlace(
  tx: Tx,
  server: Server,
  disk: AttachedVolume,
  { repeats, deleteOnTermination }: AttachmentChange,
): Promise<void> {
  const { device, tag } = disk
  const is = { id: disk.volumeId, serverId: server.id, device, tag }
  for (const name of ['id', 'serverId', 'device', 'tag'] as const) {
    if (repeats[name] !== undefined && repeats[name] !== is[name]) {
      throw problem('invalid', `The ${name} property is not mutable`, { property: name })
    }
  }
  if (deleteOnTermination === null) return
  await serverVolumes.save(tx, { ...disk, deleteOnTermination })
}

async function swap(
  ctx: ServerContext,
  tx: Tx,
  who: Identity,
  request: RequestContext,
  server: Server,
  disk: AttachedVolume,
  { newVolumeId, knowsShared }: AttachmentChange,
): Promise<void> {
  allow(who, server, 'swap_volume')
  const host = hostOf(server)
  const at = ctx.clock.now()
  const attachmentId = ctx.ids.uuid()
  const knows = { shared: knowsShared }
  const as = { attachmentId, device: disk.device, at, server, knows, inPlaceOf: disk.volumeId }
  const volume = await keepForServer(tx, who, newVolumeId, as)
  await turnAttachment(tx, disk, { state: 'detaching', host }, at)
  const params = {
    serverId: server.id,
    host,
    diskId: disk.id,
    newVolumeId: volume.id,
    newAttachmentId: attachmentId,
  }
  await begin(ctx, tx, who, request, server, { saga: swapping, params, action: 'swap_volume' })
}

async function diskWith(tx: Tx, server: Server, volumeId: string): Promise<AttachedVolume> {
  const disks = (await serverVolumes.ofServer(tx, server.id)).flatMap(attached)
  const disk = disks.find((each) => each.volumeId === volumeId)
  if (disk !== undefined) return disk
  const message = `Instance ${server.id} is not attached to volume ${volumeId}`
  throw problem('not-found', message, { server: server.id, volume: volumeId })
}

/** The server's host, which must answer; null when it is on none. */
async function hostNow(ctx: ServerContext, tx: Tx, server: Server): Promise<HostName | null> {
  return server.host === null ? null : await upOrRefuse(ctx, tx, server.host)
}

/** Versions before servers on the shelf took volumes know of no such state. */
function refuseShelved({ id, vmState }: Server, knows: boolean, word: string): void {
  if (knows || !vmState.startsWith('shelved')) return
  throw problem('conflict', `Cannot '${word}' instance ${id} while it is in vm_state ${vmState}`)
}

/** @throws `conflict` for one that is taken. */
function deviceFor(
  disks: readonly ServerVolume[],
  { rootDeviceName }: Server,
  wanted: string | null,
): string {
  const taken = new Set([rootDeviceName, ...disks.map(({ device }) => device)])
  if (wanted === null) return freeDevice(taken)
  if (!taken.has(wanted)) return wanted
  throw problem('conflict', `The supplied device path (${wanted}) is in use.`, { device: wanted })
}

function attachedAlready({ volumeId }: VolumeWish): Error {
  return problem('invalid', `Invalid volume: volume ${volumeId} is already attached`, {
    volume: volumeId,
  })
}
