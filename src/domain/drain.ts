/** Emptying a host: every server that is there is moved away, and what cannot be moved is named with its reason. */
import type { Instant } from '../lib/clock.ts'
import type { HostName, ServerId } from './ids.ts'
import type { VmState } from './states.ts'

export type StuckServer = { readonly serverId: ServerId; readonly why: string }

/**
 * - `draining`: servers are on their way.
 * - `blocked`: those that are left cannot be moved as they are.
 * - `done`: nothing is left.
 * - `cancelled`: the host is in use again.
 */
export type Drain = {
  readonly host: HostName
  readonly state: 'draining' | 'blocked' | 'done' | 'cancelled'
  readonly total: number
  readonly stuck: readonly StuckServer[]
  readonly startedAt: Instant
  readonly updatedAt: Instant
}

/** How a server leaves a host. */
export type Departure = 'live' | 'cold' | 'offload' | 'never'

/** How a server that rests like this can be moved away without its owner. */
export const departures: Record<VmState, Departure> = {
  building: 'never',
  active: 'live',
  paused: 'live',
  suspended: 'never',
  stopped: 'cold',
  rescued: 'never',
  resized: 'never',
  'soft-delete': 'never',
  deleted: 'never',
  error: 'never',
  shelved: 'offload',
  shelved_offloaded: 'never',
}
