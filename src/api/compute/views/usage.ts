/** What a project used within a window of time. */
import type { ProjectUsage, ServerUsage } from '../../../app/usage.ts'
import type { Wire } from '../change.ts'
import { unzoned, unzonedOrNull } from './times.ts'

export function usageOf(of: ProjectUsage, isDetailed: boolean): Wire {
  const document: Wire = {
    tenant_id: of.projectId,
    start: unzoned(of.window.start),
    stop: unzoned(of.window.end),
    total_hours: of.hours,
    total_vcpus_usage: of.vcpuHours,
    total_memory_mb_usage: of.memoryMbHours,
    total_local_gb_usage: of.diskGbHours,
  }
  if (isDetailed) document['server_usages'] = of.servers.map(serverUsage)
  return document
}

function serverUsage({ server, hours, uptimeSeconds }: ServerUsage): Wire {
  const { flavor } = server
  return {
    instance_id: server.id,
    name: server.name,
    tenant_id: server.projectId,
    flavor: flavor.name,
    vcpus: flavor.vcpus,
    memory_mb: flavor.memoryMb,
    local_gb: flavor.diskGb + flavor.ephemeralGb,
    started_at: unzonedOrNull(server.launchedAt),
    ended_at: unzonedOrNull(server.terminatedAt),
    hours,
    uptime: uptimeSeconds,
    state: server.terminatedAt === null ? server.vmState : 'terminated',
  }
}
