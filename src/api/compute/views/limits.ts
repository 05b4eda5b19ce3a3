/** What a project may have and what it uses. */
import type { UsedLimits } from '../../../app/quotas.ts'
import type { Wire } from '../change.ts'

export function limits({ limits: most, used }: UsedLimits): Wire {
  return {
    rate: [],
    absolute: {
      maxTotalInstances: most.instances,
      maxTotalCores: most.cores,
      maxTotalRAMSize: most.ram,
      maxServerMeta: most.metadata_items,
      maxTotalKeypairs: most.key_pairs,
      maxServerGroups: most.server_groups,
      maxServerGroupMembers: most.server_group_members,
      totalRAMUsed: used.ram,
      totalCoresUsed: used.cores,
      totalInstancesUsed: used.instances,
      totalServerGroupsUsed: used.serverGroups,
    },
  }
}
