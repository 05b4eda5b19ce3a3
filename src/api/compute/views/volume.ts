/** Volumes and their snapshots as Compute showed them, before their service had a door of its own. */
import type { VolumeShown } from '../../../app/volume/volumes.ts'
import type { VolumeSnapshot } from '../../../domain/volume/volume.ts'
import type { Wire } from '../change.ts'
import { unzoned } from './times.ts'

export function volume({ volume: of, typeName, attachments }: VolumeShown): Wire {
  const attached = attachments.find(({ state }) => state === 'attached')
  return {
    id: of.id,
    status: of.status,
    size: of.sizeGb,
    availabilityZone: of.zone,
    createdAt: unzoned(of.createdAt),
    // One that is attached nowhere had an attachment of which nothing was known.
    attachments:
      attached === undefined
        ? [{}]
        : [
            {
              id: of.id,
              volumeId: of.id,
              serverId: attached.serverId,
              ...(attached.device === null ? {} : { device: attached.device }),
            },
          ],
    displayName: of.name,
    displayDescription: of.description,
    volumeType: typeName,
    snapshotId: of.snapshotId,
    metadata: of.metadata,
  }
}

export function snapshot(of: VolumeSnapshot): Wire {
  return {
    id: of.id,
    volumeId: of.volumeId,
    status: of.status,
    size: of.sizeGb,
    createdAt: unzoned(of.createdAt),
    displayName: of.name,
    displayDescription: of.description,
  }
}
