/** A host aggregate. The answer to its making has no hosts and no metadata: clients know it so. */
import type { AggregateShown } from '../../../app/aggregates.ts'
import type { Wire } from '../change.ts'
import { unzoned, unzonedOrNull } from './times.ts'

export function aggregateCreated(of: AggregateShown): Wire {
  return {
    id: of.number,
    uuid: of.id,
    name: of.name,
    availability_zone: of.metadata['availability_zone'] ?? null,
    created_at: unzoned(of.createdAt),
    updated_at: unzonedOrNull(of.updatedAt),
    deleted: false,
    deleted_at: null,
  }
}

export function aggregate(of: AggregateShown): Wire {
  return { ...aggregateCreated(of), hosts: of.hosts, metadata: of.metadata }
}
