/** A server group: a wish of its owner about where its members are in relation to each other. */
import type { Instant } from '../lib/clock.ts'
import type { ProjectId, ServerId, UserId } from './ids.ts'

/** `soft` ones are wishes that may go unfulfilled; the others are conditions. */
export type GroupPolicy = 'affinity' | 'anti-affinity' | 'soft-affinity' | 'soft-anti-affinity'

export type ServerGroup = {
  readonly id: string
  readonly number: number
  readonly name: string
  readonly projectId: ProjectId
  readonly userId: UserId
  readonly policy: GroupPolicy
  /** How many members of an anti-affinity group one host may have; null means one. */
  readonly maxServerPerHost: number | null
  /** Living members. */
  readonly members: readonly ServerId[]
  readonly createdAt: Instant
}

export type NewServerGroup = Omit<ServerGroup, 'number' | 'members' | 'createdAt'>
