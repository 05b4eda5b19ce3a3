/** A move of a server: as an entry of the list of all, and as one that is under way. */
import type { MigrationShown } from '../../../app/migrations.ts'
import type { Wire } from '../change.ts'
import type { Viewing } from '../viewing.ts'
import { unzoned } from './times.ts'

export function migration(shown: MigrationShown, { links }: Viewing): Wire {
  const { migration: of } = shown
  const document: Wire = {
    ...common(shown),
    instance_uuid: of.serverId,
    old_instance_type_id: of.oldFlavor.number,
    new_instance_type_id: of.newFlavor.number,
    migration_type: of.kind,
  }
  if (of.kind === 'live-migration' && shown.underWay) {
    document['links'] = links.of(`/servers/${of.serverId}/migrations/${of.number}`)
  }
  return document
}

export function serverMigration(shown: MigrationShown): Wire {
  const { memory, disk } = shown.progress
  return {
    ...common(shown),
    server_uuid: shown.migration.serverId,
    memory_total_bytes: some(memory?.total),
    memory_processed_bytes: some(memory?.processed),
    memory_remaining_bytes: some(memory?.remaining),
    disk_total_bytes: some(disk?.total),
    disk_processed_bytes: some(disk?.processed),
    disk_remaining_bytes: some(disk?.remaining),
  }
}

/** An amount of bytes; none at all is nothing to tell: Nova's schema begins at one. */
function some(bytes: number | undefined): number | null {
  return bytes === undefined || bytes === 0 ? null : bytes
}

function common({ migration: of, seesHosts, destinationIp }: MigrationShown): Wire {
  const hosts = seesHosts
    ? { source: of.source, destination: of.destination, ip: destinationIp }
    : { source: null, destination: null, ip: null }
  return {
    id: of.number,
    uuid: of.id,
    source_compute: hosts.source,
    dest_compute: hosts.destination,
    source_node: hosts.source,
    dest_node: hosts.destination,
    dest_host: hosts.ip,
    status: of.status,
    user_id: of.userId,
    project_id: of.projectId,
    created_at: unzoned(of.createdAt),
    updated_at: unzoned(of.updatedAt),
  }
}
