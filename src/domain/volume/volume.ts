/**
 * Volumes: disks that live longer than servers, and what is attached where.
 *
 * What a volume is doing follows from its attachments, unless an operator or the service itself is busy with it: an attachment
 * says for whom the volume is kept, on which host, and how far it has come.
 */
import type { Instant } from '../../lib/clock.ts'
import type {
  HostName,
  ProjectId,
  ServerId,
  SnapshotId,
  UserId,
  VolumeId,
  VolumeTypeId,
} from '../ids.ts'
import type { JsonObject } from '../../lib/json.ts'

export const volumeStatuses = [
  'creating',
  'available',
  'reserved',
  'attaching',
  'in-use',
  'detaching',
  'maintenance',
  'deleting',
  'error',
  'error_deleting',
  'error_managing',
  'managing',
  'uploading',
  'downloading',
  'retyping',
  'extending',
  'error_extending',
  'awaiting-transfer',
  'backing-up',
  'error_backing-up',
  'restoring-backup',
  'error_restoring',
] as const

export type VolumeStatus = (typeof volumeStatuses)[number]

export const migrationStatuses = [
  'none',
  'migrating',
  'starting',
  'completing',
  'success',
  'error',
] as const

export type VolumeMigrationStatus = (typeof migrationStatuses)[number]

export type Volume = {
  readonly id: VolumeId
  readonly projectId: ProjectId
  readonly userId: UserId
  readonly name: string | null
  readonly description: string | null
  readonly status: VolumeStatus
  /** What it is doing besides, when an operator moves it; null when nothing. */
  readonly migrationStatus: VolumeMigrationStatus | null
  readonly sizeGb: number
  readonly zone: string
  readonly typeId: VolumeTypeId
  readonly bootable: boolean
  /** Whether nobody may write to it; null when nobody has ever said. */
  readonly readOnly: boolean | null
  /** Whether several servers may have it at once. */
  readonly multiattach: boolean
  readonly metadata: Readonly<Record<string, string>>
  /** What it was made from: one of these at most. */
  readonly snapshotId: SnapshotId | null
  readonly sourceId: VolumeId | null
  /** What is known of the image on it; empty when there is none. */
  readonly imageMetadata: Readonly<Record<string, string>>
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

/**
 * How far an attachment has come. `reserved`: kept for somebody who is nowhere yet. `detaching` is an attachment that will be
 * gone, or stay when that fails.
 */
export type AttachmentState = 'reserved' | 'attaching' | 'attached' | 'detaching'

export type Attachment = {
  readonly id: string
  readonly volumeId: VolumeId
  readonly projectId: ProjectId
  /** The server it is for; Compute's own, or one that somebody else speaks of. */
  readonly serverId: ServerId | null
  readonly host: HostName | null
  readonly device: string | null
  readonly mode: 'rw' | 'ro'
  readonly state: AttachmentState
  /** What whoever attaches said of the host it attaches on; null until then. */
  readonly connector: JsonObject | null
  readonly attachedAt: Instant | null
  readonly createdAt: Instant
}

export type SnapshotStatus = (typeof snapshotStatuses)[number]

export const snapshotStatuses = [
  'creating',
  'available',
  'deleting',
  'error',
  'error_deleting',
  'backing-up',
  'restoring',
  'unmanaging',
] as const

export type VolumeSnapshot = {
  readonly id: SnapshotId
  readonly volumeId: VolumeId
  readonly projectId: ProjectId
  readonly userId: UserId
  readonly name: string | null
  readonly description: string | null
  readonly status: SnapshotStatus
  /** How much of it is there, as a percentage. */
  readonly progress: string
  readonly sizeGb: number
  readonly metadata: Readonly<Record<string, string>>
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

export type VolumeType = {
  readonly id: VolumeTypeId
  readonly name: string
  readonly description: string | null
  readonly isPublic: boolean
  readonly extraSpecs: Readonly<Record<string, string>>
  /** The qualities of service that it has; null when it has none. */
  readonly qosId: string | null
  readonly createdAt: Instant
}

/** What whoever takes a snapshot may say that has become of it, by what it was doing. */
export const snapshotProgress: Readonly<
  Partial<Record<SnapshotStatus, readonly SnapshotStatus[]>>
> = {
  creating: ['creating', 'available', 'error'],
  deleting: ['deleting', 'error_deleting'],
}

/** The first of these that any attachment is in says what the volume is doing. */
const loudest: readonly (readonly [AttachmentState, VolumeStatus])[] = [
  ['attached', 'in-use'],
  ['attaching', 'attaching'],
  ['detaching', 'detaching'],
  ['reserved', 'reserved'],
]

/** What a volume is doing that only its attachments keep busy. */
export function statusWith(states: readonly AttachmentState[]): VolumeStatus {
  return loudest.find(([state]) => states.includes(state))?.[1] ?? 'available'
}

/** Statuses that follow from attachments; in any other somebody else has said what it is doing. */
export const attachable: ReadonlySet<VolumeStatus> = new Set([
  'available',
  'reserved',
  'attaching',
  'in-use',
  'detaching',
])

/** Whether the extra specs of a type let volumes of it be shared. */
export function isShareable({ extraSpecs }: Pick<VolumeType, 'extraSpecs'>): boolean {
  return extraSpecs['multiattach']?.toLowerCase() === '<is> true'
}
