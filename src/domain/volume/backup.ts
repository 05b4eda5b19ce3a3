/** Backups: what was on a volume at a moment, kept apart from it, also when it is no more. */
import type { Instant } from '../../lib/clock.ts'
import type { ProjectId, SnapshotId, UserId, VolumeId } from '../ids.ts'
import type { Volume } from './volume.ts'

export const backupStatuses = [
  'creating',
  'available',
  'deleting',
  'restoring',
  'error',
  'error_deleting',
] as const

export type BackupStatus = (typeof backupStatuses)[number]

export type Backup = {
  readonly id: string
  readonly projectId: ProjectId
  readonly userId: UserId
  /** What it is of; it may be no more. */
  readonly volumeId: VolumeId
  readonly snapshotId: SnapshotId | null
  /** The backup that it only adds to; null for a whole one. */
  readonly parentId: string | null
  readonly name: string | null
  readonly description: string | null
  readonly status: BackupStatus
  readonly sizeGb: number
  readonly container: string | null
  readonly zone: string | null
  readonly metadata: Readonly<Record<string, string>>
  /** What is known of what is in it. */
  readonly content: Pick<Volume, 'bootable' | 'imageMetadata'>
  /** When the volume was like that. */
  readonly dataAt: Instant
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

/** What a project has of backups. */
export type BackupUse = { readonly backups: number; readonly backup_gigabytes: number }
