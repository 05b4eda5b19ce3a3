/** What is asked of Placement, the same of Berth's and of the real one. */
import type { HttpClient } from './http-client.ts'
import { derivedUuid } from '../../src/lib/ids.ts'

const wish = 'resources=VCPU:1,MEMORY_MB:512,DISK_GB:1'

export type Placement = {
  candidates(limit: number): Promise<void>
  /** Claims a little of a provider for a consumer that had nothing; another `i`, another consumer. */
  claim(provider: string, i: number): Promise<void>
}

/** @param path below which Placement answers. */
export function placementAt(api: Pick<HttpClient, 'ask'>, path: string): Placement {
  return {
    candidates: async (limit) => {
      await api.ask(`${path}/allocation_candidates?${wish}&limit=${limit}`)
    },
    claim: async (provider, i) => {
      const body = {
        allocations: { [provider]: { resources: { VCPU: 1, MEMORY_MB: 1, DISK_GB: 1 } } },
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
