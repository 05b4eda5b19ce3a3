/** What Compute asks of volumes for its servers. */
import type { Identity } from '../../domain/identity.ts'
import type { VolumeId } from '../../domain/ids.ts'
import type { Server } from '../../domain/server.ts'
import type { Volume, VolumeSnapshot } from '../../domain/volume/volume.ts'
import type { Instant } from '../../lib/clock.ts'
import { problem } from '../../lib/problem.ts'
import { keepFor } from '../../operations/volumes.ts'
import type { Reader, Tx } from '../../store/store.ts'
import * as attachments from '../../store/volume/attachments.ts'
import * as snapshots from '../../store/volume/snapshots.ts'
import * as volumes from '../../store/volume/volumes.ts'
import { requireSight } from './policy.ts'
import { visible } from './volumes.ts'

export type Keeping = {
  readonly attachmentId: string
  readonly device: string
  readonly at: Instant
  readonly server: Pick<Server, 'id' | 'projectId' | 'vmState'>
  /** Whether whoever asks knows of volumes that several servers share. */
  readonly knows: { readonly shared: boolean }
  /** The volume whose place it takes, when it is an exchange. */
  readonly inPlaceOf?: VolumeId
}

/**
 * Keeps a volume for a server. From here on nobody else gets it.
 * @throws `not-found` when they may not see it, `invalid` when somebody else has it.
 */
export async function keepForServer(
  tx: Tx,
  who: Identity,
  id: string,
  as: Keeping,
): Promise<Volume> {
  const volume = await volumes.hold(tx, id)
  requireSight(who, volume, volumes.missing)
  const { server } = as
  if (volume.multiattach && !as.knows.shared) {
    throw problem(
      'invalid',
      'Multiattach volumes are only supported starting with compute API version 2.60.',
    )
  }
  if (volume.multiattach && server.vmState === 'shelved_offloaded') {
    throw problem(
      'invalid',
      'Attaching multiattach volumes is not supported for shelved-offloaded instances.',
    )
  }
  if (as.inPlaceOf !== undefined) await checkExchange(tx, volume, as.inPlaceOf)
  const all = await attachments.ofVolume(tx, volume.id)
  const isOthers = all.length > 0 && !volume.multiattach
  const isFree = volume.status === 'available' || (volume.multiattach && volume.status === 'in-use')
  if (!isFree || isOthers) {
    throw problem(
      'invalid',
      `Invalid input received: Invalid volume: Volume ${volume.id} status must be available or downloading to reserve, but the current status is ${volume.status}.`,
      { volume: volume.id },
    )
  }
  const { attachmentId, device, at } = as
  await attachments.add(tx, volume, keepFor(server, volume, { id: attachmentId, device, at }))
  return volume
}

/** @throws `not-found` for a volume that they may not see. */
export async function visibleVolume(reader: Reader, who: Identity, id: string): Promise<Volume> {
  return await visible(reader, who, id)
}

/** A snapshot with the volume that it is of. @throws `not-found` */
export async function visibleSnapshot(
  reader: Reader,
  who: Identity,
  id: string,
): Promise<{ readonly snapshot: VolumeSnapshot; readonly volume: Volume }> {
  const snapshot = await snapshots.get(reader, id)
  requireSight(who, snapshot, snapshots.missing)
  return { snapshot, volume: await volumes.get(reader, snapshot.volumeId) }
}

/**
 * Volumes are exchanged when the volume service moves one, and at nobody else's wish.
 * @throws `conflict`, and `invalid` for a new one that is too small.
 */
async function checkExchange(tx: Tx, volume: Volume, oldId: VolumeId): Promise<void> {
  const old = await volumes.get(tx, oldId)
  if (old.migrationStatus === null) {
    throw problem(
      'conflict',
      `volume ${oldId} is not migrating this api should only be called by Cinder`,
    )
  }
  if (volume.sizeGb < old.sizeGb) {
    throw problem('invalid', 'New volume must be the same size or larger.', { volume: volume.id })
  }
}
