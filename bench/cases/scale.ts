/**
 * A large cloud: 10 000 hosts with 100 000 servers on them, over HTTP. What is asked must cost what is answered, not what there is.
 */
import { againstCloud, startBerth } from '../bed/berth.ts'
import { withData } from '../bed/data.ts'
import type { Data } from '../bed/data.ts'
import type { Api } from '../bed/berth.ts'
import { timed } from '../bed/measuring.ts'
import { populate } from '../bed/populated.ts'
import { latency, throughput } from '../bed/report.ts'
import type { Row } from '../bed/report.ts'
import { liftQuotas, openServers } from '../bed/servers.ts'
import { ordinaryMachine } from '../../src/drivers/simulated/machine.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { randomIds } from '../../src/lib/ids.ts'
import { silentLog } from '../../src/lib/log.ts'
import { seededRandom } from '../../src/lib/random.ts'
import { openStore } from '../../src/store/open.ts'

const hosts = 10_000
const servers = 100_000
const detail = '/compute/v2.1/servers/detail'
const ms = (value: number) => ({ value, unit: 'ms' }) as const

export async function* scale(): AsyncGenerator<Row> {
  yield* await withData(async (data) => {
    await prepare(data)
    return await againstCloud({ data, hosts }, async (berth, api) => {
      const { servers: page } = (await api.json('/compute/v2.1/servers?limit=1000')) as Page
      const ids = page.map(({ id }) => id)
      const rows: Row[] = [
        { what: `start, ${hosts} hosts, ${servers} servers`, measured: ms(berth.readyMs) },
      ]
      const show = await timed(berth, { count: 1000, warmUp: 300 }, async (i) => {
        await api.ask(`/compute/v2.1/servers/${ids[i % ids.length]}`)
      })
      rows.push(latency('there, GET one server', show, { budget: ms(2) }))
      for (const [what, query] of pages(ids)) {
        const times = await timed(berth, { count: 20, warmUp: 5 }, async () => {
          await api.ask(`${detail}?${query}`)
        })
        rows.push(latency(`there, ${what}`, times, { budget: ms(40) }))
      }
      rows.push(...(await boots(berth, api)))
      return rows
    })
  })
}

type Page = { readonly servers: readonly { readonly id: string }[] }

function pages(ids: readonly string[]): readonly (readonly [string, string])[] {
  return [
    ['a page of 1000', 'limit=1000'],
    ['the page after it', `limit=1000&marker=${ids.at(-1)}`],
    ['1000 of all projects', 'limit=1000&all_tenants=1'],
    ['servers of one host', 'all_tenants=1&host=host77'],
    ['a page of 1000 by name', 'limit=1000&sort_key=display_name&sort_dir=asc'],
    ['servers in ERROR, of which there are none', 'status=ERROR'],
    ['servers at an address', 'ip=10.0.17.17'],
  ]
}

async function boots(berth: Parameters<typeof timed>[0], api: Api): Promise<readonly Row[]> {
  await liftQuotas(api)
  const { boot } = await openServers(api)
  const work = async (i: number): Promise<void> => {
    await boot(`bench-${i}`)
  }
  const alone = await timed(berth, { count: 200, warmUp: 100 }, work)
  const together = await timed(berth, { count: 500, clients: 8, warmUp: 100 }, work)
  return [
    latency('there, a boot to ACTIVE, 1 client', alone, { budget: ms(10) }),
    throughput('there, boots, 8 clients', together),
  ]
}

/** The database as a first start makes it, with a population that belongs to the administrator's project. */
async function prepare(data: Data): Promise<void> {
  await (await startBerth({ data, hosts: 0 })).stop()
  const tools = { clock: systemClock, random: seededRandom('bench'), log: silentLog }
  const store = await openStore(data.database, tools)
  try {
    const project = await store.read(
      async (reader) =>
        await reader
          .selectFrom('projects')
          .select('id')
          .where('name', '=', 'admin')
          .executeTakeFirstOrThrow(),
    )
    const population = { hosts, servers, project: project.id, machine: ordinaryMachine }
    await populate({ ...tools, store, ids: randomIds }, population)
  } finally {
    await store.close()
  }
}
