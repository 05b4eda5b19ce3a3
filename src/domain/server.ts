/** A server: what a user asked for and what is believed of it. Its body on a hypervisor is a guest. */
import type { Instant } from '../lib/clock.ts'
import type { FlavorId, HostName, ImageId, ProjectId, ServerId, UserId } from './ids.ts'
import type { MigrationKind, MigrationStatus, PowerState, TaskState, VmState } from './states.ts'
import type { MigrationId } from './ids.ts'
import type { Json } from '../lib/json.ts'

/** A flavor as it was when it was given to a server: later edits of the flavor do not reach it. */
export type FlavorCopy = {
  readonly number: number
  readonly id: FlavorId
  readonly name: string
  readonly vcpus: number
  readonly memoryMb: number
  readonly diskGb: number
  readonly ephemeralGb: number
  readonly swapMb: number
  readonly extraSpecs: Readonly<Record<string, string>>
  /** Its server boots from a volume: of the root disk nothing is on the host. Absent of every other. */
  readonly rootOnVolume?: true
}

/** What a cold move must remember until it is confirmed or reverted; null on a server that is in no cold move. */
export type MoveMemory = {
  readonly oldFlavor: FlavorCopy
  readonly newFlavor: FlavorCopy
  /** Where the server rested before: a stopped server that is resized and reverted is stopped again. */
  readonly resting: 'active' | 'stopped'
}

/** What a shelved server is made from again, and where its guest was. */
export type ShelvedMemory = {
  readonly at: Instant
  readonly imageId: ImageId | null
  readonly host: HostName | null
}

/** What shall be done as soon as the operation under way has given way. */
export type Wanted =
  | { readonly kind: 'soft-delete' }
  | { readonly kind: 'offload' }
  | { readonly kind: 'reset'; readonly to: 'active' | 'error' }
  | ({ readonly kind: 'evacuate' } & Evacuation)

/** Where a server goes whose host is lost, and how it rests there. */
export type Evacuation = {
  readonly migrationId: MigrationId
  readonly source: HostName
  readonly only: HostName | null
  /** Whether that host is taken whatever rules speak against it. */
  readonly forced?: boolean
  /** Where the server rests afterwards; null for what it did before. */
  readonly resting: 'active' | 'stopped' | null
  readonly attemptsMax: number
}

export type SchedulerHints = Readonly<Record<string, Json>>

/** What no query looks into. */
export type ServerDetails = {
  readonly description: string | null
  readonly hostname: string
  readonly metadata: Readonly<Record<string, string>>
  readonly accessIpV4: string | null
  readonly accessIpV6: string | null
  readonly configDrive: boolean
  readonly userData: string | null
  readonly diskConfig: 'AUTO' | 'MANUAL'
  readonly reservationId: string
  readonly launchIndex: number
  readonly rootDeviceName: string
  readonly schedulerHints: SchedulerHints
  readonly securityGroups: readonly string[]
  readonly trustedImageCertificates: readonly string[] | null
  readonly imageProperties: Readonly<Record<string, Json>>
  readonly imageMinDiskGb: number
  readonly lockedBy: 'owner' | 'admin' | null
  readonly lockedReason: string | null
  /** The zone the user asked for, to which the server is bound; null when any would do. */
  readonly pinnedZone: string | null
  readonly progress: number
  /** Null unless it is shelved or offloaded. */
  readonly shelved: ShelvedMemory | null
  /** Null unless it is deleted for the time being. */
  readonly softDeletedAt: Instant | null
  readonly wanted: Wanted | null
}

export type Server = ServerDetails & {
  readonly id: ServerId
  /** Counts servers; shown as `instance-0000002a`. */
  readonly number: number
  readonly generation: number
  readonly projectId: ProjectId
  readonly userId: UserId
  readonly name: string
  readonly host: HostName | null
  readonly vmState: VmState
  readonly taskState: TaskState | null
  readonly powerState: PowerState
  /** A delete was accepted. Nothing that runs afterwards can take that back. */
  readonly deleteRequested: boolean
  readonly imageId: ImageId | null
  readonly flavor: FlavorCopy
  readonly move: MoveMemory | null
  readonly groupId: string | null
  /** The zone of its host, or the one it was asked for while it has none. */
  readonly zone: string | null
  readonly keyName: string | null
  readonly locked: boolean
  readonly tags: readonly string[]
  readonly createdAt: Instant
  readonly updatedAt: Instant
  readonly launchedAt: Instant | null
  readonly terminatedAt: Instant | null
  readonly deletedAt: Instant | null
}

export type Migration = {
  readonly id: MigrationId
  readonly number: number
  readonly serverId: ServerId
  readonly projectId: ProjectId
  readonly userId: UserId
  readonly kind: MigrationKind
  readonly status: MigrationStatus
  readonly source: HostName | null
  readonly destination: HostName | null
  readonly oldFlavor: FlavorCopy
  readonly newFlavor: FlavorCopy
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

/** What went wrong with a server, for its owner. `details` is for admins. */
export type Fault = {
  readonly code: number
  readonly message: string
  readonly details: string
  readonly createdAt: Instant
}

/** Something that a request asked for, with the events of the saga that does it. */
export type ActionRecord = {
  readonly number: number
  readonly serverId: ServerId
  readonly name: string
  readonly requestId: string
  readonly projectId: ProjectId
  readonly userId: UserId
  readonly message: string | null
  readonly startedAt: Instant
  readonly updatedAt: Instant
  readonly events: readonly ActionEvent[]
}

export type ActionEvent = {
  readonly event: string
  readonly title: string
  readonly startedAt: Instant
  readonly finishedAt: Instant | null
  readonly result: 'Success' | 'Error' | null
  /** How often it was tried again. */
  readonly retries: number
  /** What it failed of, or what stands in its way. */
  readonly details: string | null
  readonly host: HostName | null
}
