/** What a hypervisor has and what is used of it, as it was told before Placement told it better. */
import type { HypervisorShown, HypervisorSums } from '../../../app/hypervisors.ts'
import type { Wire } from '../change.ts'

export function amountsOf({ host: { resources }, used }: HypervisorShown): Wire {
  return {
    ...amounts({ ...resources, used }),
    // Nothing is known of the processors but how many there are.
    cpu_info: {},
  }
}

export function sumsOf(sums: HypervisorSums): Wire {
  return { count: sums.count, ...amounts(sums) }
}

function amounts(of: Omit<HypervisorSums, 'count'>): Wire {
  const { used } = of
  return {
    vcpus: of.vcpus,
    vcpus_used: used.vcpus,
    memory_mb: of.memoryMb,
    memory_mb_used: used.memoryMb,
    free_ram_mb: of.memoryMb - used.memoryMb,
    local_gb: of.diskGb,
    local_gb_used: used.diskGb,
    free_disk_gb: of.diskGb - used.diskGb,
    disk_available_least: of.diskGb - used.diskGb,
    running_vms: used.servers,
    current_workload: used.busy,
  }
}
