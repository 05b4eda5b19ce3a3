/** Looking at servers: one, and pages with all details, in the newest version and in the oldest. */
import { withCloud } from '../bed/berth.ts'
import type { Api } from '../bed/berth.ts'
import { atOnce, timed } from '../bed/measuring.ts'
import { latency } from '../bed/report.ts'
import type { Row } from '../bed/report.ts'
import { liftQuotas, openServers } from '../bed/servers.ts'
import { recorded } from '../recorded.ts'

const hosts = 100
const count = 1000

export async function* showing(): AsyncGenerator<Row> {
  yield* await withCloud({ hosts }, async (berth, api) => {
    await liftQuotas(api)
    const servers = await openServers(api)
    const ids: string[] = []
    await atOnce(8, count, async (i) => {
      ids.push(await servers.boot(`bench-${i}`))
    })
    const asked = { oldest: old(api), newest: api }
    const one = await timed(berth, { count: 2000, warmUp: 500 }, async (i) => {
      await api.ask(`/compute/v2.1/servers/${ids[i % count]}`)
    })
    const rows = [
      latency('GET one server', one, {
        budget: { value: 1, unit: 'ms' },
        peer: recorded.showServer,
      }),
    ]
    for (const [version, asker] of Object.entries(asked)) {
      const hundred = await timed(berth, { count: 200, warmUp: 30 }, async () => {
        await asker.ask('/compute/v2.1/servers/detail?limit=100')
      })
      const thousand = await timed(berth, { count: 30, warmUp: 5 }, async () => {
        await asker.ask('/compute/v2.1/servers/detail?limit=1000')
      })
      rows.push(
        latency(`details of 100 servers, ${version} version`, hundred, {
          budget: { value: 5, unit: 'ms' },
          peer: recorded.detailOf100,
        }),
        latency(`details of 1000 servers, ${version} version`, thousand, {
          budget: { value: 30, unit: 'ms' },
        }),
      )
    }
    return rows
  })
}

function old(api: Api): Pick<Api, 'ask'> {
  const headers = { 'openstack-api-version': 'compute 2.1' }
  return { ask: async (path) => await api.ask(path, { headers }) }
}
