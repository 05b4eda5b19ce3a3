/** What a server asks of the scheduler. */
import type { HostName } from '../domain/ids.ts'

export type GroupPolicy = 'affinity' | 'anti-affinity' | 'soft-affinity' | 'soft-anti-affinity'

export type GroupRule = {
  readonly policy: GroupPolicy
  /** How many members may share a host under anti-affinity. */
  readonly perHostMax: number
  /** How many other members each host has, moves under way counted on both ends. */
  readonly members: ReadonlyMap<HostName, number>
}

export type PlacementRequest = {
  /** Whole amounts by resource class. */
  readonly need: Readonly<Record<string, number>>
  readonly requiredTraits: readonly string[]
  readonly forbiddenTraits: readonly string[]
  readonly zone: string | null
  /** The only host that may be chosen, or null. */
  readonly only: HostName | null
  readonly excluded: ReadonlySet<HostName>
  /** The host was chosen by an operator who wants it in spite of everything but its room: it may be out of service. */
  readonly forced?: boolean
  readonly group: GroupRule | null
  /** Hosts of the servers named by the hints, or null when the hint was not given. */
  readonly sameHosts: ReadonlySet<HostName> | null
  readonly differentHosts: ReadonlySet<HostName>
}
