/** Whoever holds something: a server, a migration, or what a client of Placement names. It exists while it holds anything. */
import type { ConsumerId, ProjectId, ProviderId, UserId } from '../ids.ts'

export type Consumer = {
  readonly id: ConsumerId
  readonly generation: number
  /** Null if nobody ever said. */
  readonly type: string | null
  readonly projectId: ProjectId
  readonly userId: UserId
}

/** The type that stands for having none, in what is shown and in what may be asked. */
export const unknownConsumerType = 'unknown'

/** Who holds what nobody claimed in anybody's name: clients older than the owner of a consumer. */
export const nobody = '00000000-0000-0000-0000-000000000000'

/** What a consumer shall hold from now on, instead of whatever it holds. */
export type Holding = {
  readonly consumer: ConsumerId
  readonly amounts: readonly HeldAmount[]
  readonly projectId: ProjectId
  readonly userId: UserId
  /** Undefined leaves the type as it is. */
  readonly type: string | undefined
  /** The generation that the consumer must have, null if it must not exist; undefined does not ask. */
  readonly generation: number | null | undefined
}

export type HeldAmount = {
  readonly provider: ProviderId
  readonly resourceClass: string
  readonly amount: number
}
