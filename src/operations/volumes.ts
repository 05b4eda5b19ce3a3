/** The volumes of a server, as operations need them. */
import type { HostName, ServerId, VolumeId } from '../domain/ids.ts'
import type { Server } from '../domain/server.ts'
import type { ServerVolume } from '../domain/volume/server-volume.ts'
import type { Attachment, Volume } from '../domain/volume/volume.ts'
import type { GuestVolume } from '../drivers/virt-driver.ts'
import type { Instant } from '../lib/clock.ts'
import type { Reader, Tx } from '../store/store.ts'
import * as attachments from '../store/volume/attachments.ts'
import * as quotas from '../store/volume/quotas.ts'
import * as serverVolumes from '../store/volume/server-volumes.ts'
import * as snapshots from '../store/volume/snapshots.ts'
import * as volumes from '../store/volume/volumes.ts'

/** The server's volumes as its guest has them: what is only kept for it is not there yet. */
export async function guestVolumesOf(
  reader: Reader,
  serverId: ServerId,
): Promise<readonly GuestVolume[]> {
  const all = await serverVolumes.ofServer(reader, serverId)
  return all.flatMap(({ volumeId, device, state }) =>
    volumeId === null || state === null || state === 'reserved' ? [] : [{ id: volumeId, device }],
  )
}

/** The server's volumes go with it: to a host, or to none, where they are kept for it. */
export async function takeVolumes(
  tx: Tx,
  serverId: ServerId,
  host: HostName | null,
  now: Instant,
): Promise<void> {
  for (const each of await attachmentsOf(tx, serverId)) {
    if (host === null) await attachments.save(tx, keptOnly(each), now)
    else if (each.state === 'reserved') {
      await attachments.save(tx, { ...each, host, state: 'attaching' }, now)
    } else if (each.host !== host) await attachments.save(tx, { ...each, host }, now)
  }
}

/** The guest is there, and so are the volumes that came with it. */
export async function volumesArrived(tx: Tx, serverId: ServerId, now: Instant): Promise<void> {
  for (const each of await attachmentsOf(tx, serverId)) {
    if (each.state !== 'attaching') continue
    await attachments.save(tx, { ...each, state: 'attached', attachedAt: now }, now)
  }
}

/** Takes every volume away from the server; those that go with it are deleted. */
export async function releaseVolumes(tx: Tx, serverId: ServerId, now: Instant): Promise<void> {
  for (const each of await serverVolumes.ofServer(tx, serverId)) {
    await takeAway(tx, each, now)
    const { deleteOnTermination, volumeId } = each
    if (deleteOnTermination && volumeId !== null) await deleteIfFree(tx, volumeId, now)
  }
  // What was kept for it besides: the other half of an exchange that nobody knows the end of.
  for (const each of await attachments.ofServer(tx, serverId)) {
    await attachments.remove(tx, each, now)
  }
}

/** Takes one volume away from its server. */
export async function takeAway(tx: Tx, each: ServerVolume, now: Instant): Promise<void> {
  await serverVolumes.remove(tx, each.id)
  if (each.attachmentId === null) return
  await attachments.remove(tx, await attachments.get(tx, each.attachmentId), now)
}

/**
 * Says how far the attachment of a disk has come. A server on the shelf is told that it has what it was given there, though it
 * is on no host: clients wait for that.
 */
export async function turnAttachment(
  tx: Tx,
  { attachmentId }: ServerVolume,
  to: { readonly state: 'attaching' | 'attached' | 'detaching'; readonly host: HostName | null },
  now: Instant,
): Promise<void> {
  if (attachmentId === null) return
  const attachment = await attachments.get(tx, attachmentId)
  const { state, host } = to
  if (host === null && state === 'attaching') {
    return await attachments.save(tx, keptOnly(attachment), now)
  }
  const attachedAt = attachment.attachedAt ?? (state === 'attached' ? now : null)
  await attachments.save(tx, { ...attachment, state, host, attachedAt }, now)
}

/** Deletes a volume that nobody has; one that somebody has, or that snapshots are of, stays. */
export async function deleteIfFree(tx: Tx, id: VolumeId, now: Instant): Promise<void> {
  const volume = await volumes.hold(tx, id)
  if ((await attachments.ofVolume(tx, id)).length > 0) return
  if ((await snapshots.ofVolume(tx, id)).length > 0) return
  await quotas.charge(tx, volume.projectId, { volumes: -1, gigabytes: -volume.sizeGb })
  await volumes.remove(tx, volume, now)
}

/** An attachment that keeps a volume for a server. */
export function keepFor(
  server: Pick<Server, 'id' | 'projectId'>,
  volume: Volume,
  as: { readonly id: string; readonly device: string; readonly at: Instant },
): Attachment {
  return {
    id: as.id,
    volumeId: volume.id,
    projectId: server.projectId,
    serverId: server.id,
    host: null,
    device: as.device,
    mode: volume.readOnly === true ? 'ro' : 'rw',
    state: 'reserved',
    connector: null,
    attachedAt: null,
    createdAt: as.at,
  }
}

function keptOnly(attachment: Attachment): Attachment {
  return { ...attachment, host: null, state: 'reserved', attachedAt: null }
}

/** Compute's own attachments of the server. */
async function attachmentsOf(reader: Reader, serverId: ServerId): Promise<readonly Attachment[]> {
  const found: Attachment[] = []
  for (const { attachmentId } of await serverVolumes.ofServer(reader, serverId)) {
    if (attachmentId !== null) found.push(await attachments.get(reader, attachmentId))
  }
  return found
}
