/** Ten thousand servers made and deleted on a thousand hosts. */
import { withCloud } from '../bed/berth.ts'
import { timed } from '../bed/measuring.ts'
import { throughput } from '../bed/report.ts'
import type { Row } from '../bed/report.ts'
import { liftQuotas, openServers } from '../bed/servers.ts'
import { recorded } from '../recorded.ts'

const hosts = 1000
const count = 10_000
const clients = 8

export async function* fleet(): AsyncGenerator<Row> {
  yield* await withCloud({ hosts }, async (berth, api) => {
    await liftQuotas(api)
    const servers = await openServers(api)
    const ids: string[] = []
    const booted = await timed(berth, { count, clients }, async (i) => {
      ids.push(await servers.boot(`bench-${i}`))
    })
    const deleted = await timed(berth, { count, clients }, async (i) => {
      await servers.remove(ids[i] ?? '')
    })
    const tookMs = count * 1000 * (1 / booted.perSecond + 1 / deleted.perSecond)
    return [
      throughput('boots, 1000 hosts, 10 000 servers', booted),
      throughput('deletes', deleted),
      {
        what: '10 000 boots and deletes',
        measured: { value: tookMs, unit: 'ms' as const },
        budget: { value: 40_000, unit: 'ms' as const },
        peer: recorded.bootAndDelete10000,
      },
    ]
  })
}
