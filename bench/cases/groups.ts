/** Candidates where combinations explode: eight groups that each want a slot of their own, on one host with eight of them. */
import { withCloud } from '../bed/berth.ts'
import type { Api } from '../bed/berth.ts'
import { timed } from '../bed/measuring.ts'
import { latency } from '../bed/report.ts'
import type { Row } from '../bed/report.ts'
import { derivedUuid } from '../../src/lib/ids.ts'
import { recorded } from '../recorded.ts'

const slots = 8
const candidates = 1000
const slotClass = 'CUSTOM_SLOT'

export async function* groups(): AsyncGenerator<Row> {
  yield* await withCloud({ hosts: 0 }, async (berth, api) => {
    await makeHost(api)
    const wishes = Array.from({ length: slots }, (_, i) => `resources_${i}=${slotClass}:1`)
    const query = `${wishes.join('&')}&group_policy=none&limit=${candidates}`
    const times = await timed(berth, { count: 200, warmUp: 50 }, async () => {
      const answer = await api.json(`/placement/allocation_candidates?${query}`)
      checkCount(answer)
    })
    return [
      latency(`${slots} groups over ${slots} single-slot children, 1000 candidates`, times, {
        budget: { value: 20, unit: 'ms' },
        peer: recorded.groupsOverSlots,
      }),
    ]
  })
}

async function makeHost(api: Api): Promise<void> {
  await api.ask(`/placement/resource_classes/${slotClass}`, { method: 'PUT' })
  const host = derivedUuid('bench', 'host')
  await makeProvider(api, { uuid: host, name: 'host' })
  for (let i = 0; i < slots; i += 1) {
    const uuid = derivedUuid('bench', `slot ${i}`)
    await makeProvider(api, { uuid, name: `slot ${i}`, parent_provider_uuid: host })
    await api.ask(`/placement/resource_providers/${uuid}/inventories`, {
      method: 'PUT',
      body: { resource_provider_generation: 0, inventories: { [slotClass]: { total: 1 } } },
    })
  }
}

async function makeProvider(api: Api, body: Readonly<Record<string, string>>): Promise<void> {
  await api.ask('/placement/resource_providers', { method: 'POST', body })
}

/** An answer that has nothing in it would be fast. */
function checkCount(answer: unknown): void {
  // What this request is answered with.
  const { allocation_requests: found } = answer as { allocation_requests: readonly unknown[] }
  if (found.length !== candidates) throw new Error(`${found.length} candidates came`)
}
