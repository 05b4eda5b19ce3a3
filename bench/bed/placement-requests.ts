/** What is asked of Placement, the same of Berth's and of the real one. */
import type { HttpClient } from './http-client.ts'
import { derivedUuid } from '../../src/lib/ids.ts'
import { claimOn, hostsOf, providerId } from './fleet.ts'
import type { Fleet, Shape } from './fleet.ts'

const wishes: Readonly<Record<Shape, string>> = {
  flat: 'resources=VCPU:1,MEMORY_MB:512,DISK_GB:1',
  nested:
    'resources=DISK_GB:1&resources_NODE=VCPU:1,MEMORY_MB:512&resources_PORT=SRIOV_NET_VF:1' +
    '&same_subtree=_NODE,_PORT&group_policy=none',
}

export type Placement = {
  candidates(limit: number): Promise<void>
  /** Claims a little of a host for a consumer that had nothing; another `i`, another host and another consumer. */
  claim(i: number): Promise<void>
}

/** @param path below which Placement answers. */
export function placementAt(api: Pick<HttpClient, 'ask'>, path: string, fleet: Fleet): Placement {
  const hosts = hostsOf(fleet)
  return {
    candidates: async (limit) => {
      await api.ask(`${path}/allocation_candidates?${wishes[fleet.shape]}&limit=${limit}`)
    },
    claim: async (i) => {
      const byProvider = Map.groupBy(claimOn(fleet, i % hosts), ({ provider }) => provider)
      const allocations = Array.from(byProvider, ([provider, list]) => [
        providerId(provider - 1),
        { resources: Object.fromEntries(list.map((each) => [each.resourceClass, each.amount])) },
      ])
      const body = {
        allocations: Object.fromEntries(allocations),
        project_id: 'bench',
        user_id: 'bench',
        consumer_generation: null,
        consumer_type: 'INSTANCE',
      }
      const consumer = derivedUuid('claim', String(i))
      await api.ask(`${path}/allocations/${consumer}`, { method: 'PUT', body })
    },
  }
}
