/** Volumes as disks of servers: what Compute knows of them. */
import type { Instant } from '../../lib/clock.ts'
import type { ImageId, ServerId, SnapshotId, VolumeId } from '../ids.ts'
import type { AttachmentState } from './volume.ts'

/** What a new volume is made from. A size that is null follows from that. */
export type VolumeSource = { readonly typeRef: string | null } & (
  | { readonly kind: 'image'; readonly imageId: ImageId; readonly sizeGb: number }
  | { readonly kind: 'snapshot'; readonly snapshotId: SnapshotId; readonly sizeGb: number | null }
  | { readonly kind: 'blank'; readonly sizeGb: number }
)

/** A disk of a server that is a volume, or will be when the server is built. */
export type ServerVolume = {
  readonly id: string
  readonly serverId: ServerId
  readonly volumeId: VolumeId | null
  readonly attachmentId: string | null
  /** How far the attachment has come; null while there is no volume. */
  readonly state: AttachmentState | null
  readonly madeFrom: VolumeSource | null
  /** 0 for the disk that the server boots from; null for one that it never boots from. */
  readonly bootIndex: number | null
  readonly device: string
  readonly tag: string | null
  /** Whether the volume goes when the server goes. */
  readonly deleteOnTermination: boolean
  readonly createdAt: Instant
}

/** The first free name of a disk: `/dev/vdb` where `/dev/vda` is taken. */
export function freeDevice(taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const device = `/dev/vd${letters(number)}`
    if (!taken.has(device)) return device
  }
}

/** 0 is `a`, 25 is `z`, 26 is `aa`. */
function letters(number: number): string {
  const last = String.fromCodePoint(97 + (number % 26))
  return number < 26 ? last : letters(Math.floor(number / 26) - 1) + last
}
