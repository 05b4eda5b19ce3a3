/** A host aggregate: hosts that an operator treats alike. One with a zone in its metadata puts its hosts there. */
import type { Instant } from '../lib/clock.ts'
import type { AggregateId, HostName } from './ids.ts'

export type Aggregate = {
  readonly id: AggregateId
  readonly number: number
  readonly name: string
  readonly metadata: Readonly<Record<string, string>>
  readonly hosts: readonly HostName[]
  readonly createdAt: Instant
  readonly updatedAt: Instant | null
}

/** The key of the metadata that makes an aggregate an availability zone. */
export const zoneKey = 'availability_zone'

/** The zone that the aggregate puts its hosts in, if it does. */
export function zoneOf(aggregate: Pick<Aggregate, 'metadata'>): string | null {
  return aggregate.metadata[zoneKey] ?? null
}
