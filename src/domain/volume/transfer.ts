/** A volume that its project offers to whoever has the key: until somebody takes it, it waits. */
import type { Instant } from '../../lib/clock.ts'
import type { ProjectId, VolumeId } from '../ids.ts'

export type VolumeTransfer = {
  readonly id: string
  readonly volumeId: VolumeId
  /** The project that offers it. */
  readonly projectId: ProjectId
  readonly name: string | null
  /** Whether its snapshots go with it; else they stay with who offers it. */
  readonly withSnapshots: boolean
  readonly createdAt: Instant
}
