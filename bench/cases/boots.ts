/** Boots from POST to ACTIVE, with ports, on a hundred hosts: one after the other, by eight clients, and a thousand at once. */
import { withCloud } from '../bed/berth.ts'
import { timed } from '../bed/measuring.ts'
import { throughput } from '../bed/report.ts'
import type { Row } from '../bed/report.ts'
import { liftQuotas, openServers } from '../bed/servers.ts'
import { recorded } from '../recorded.ts'

/** What a hundred hosts have room for sets the number of servers. */
const count = 1000

/** V8 compiles what is used much while it runs: of the first few hundred boots each takes half as long again. */
const warmUp = 500

export async function* boots(): AsyncGenerator<Row> {
  yield* await byFew()
  yield* await allAtOnce()
}

async function byFew(): Promise<readonly Row[]> {
  return await withCloud({ hosts: 100 }, async (berth, api) => {
    await liftQuotas(api)
    const servers = await openServers(api)
    const boot = async (i: number): Promise<void> => {
      await servers.boot(`bench-${i}`)
    }
    const alone = await timed(berth, { count: count / 5, warmUp }, boot)
    const together = await timed(berth, { count, clients: 8 }, boot)
    return [
      throughput('boots, 1 client', alone),
      throughput('boots, 8 clients', together, {
        budget: { value: 500, unit: '/s' },
        peer: recorded.boots,
      }),
    ]
  })
}

/** As many operations are under way as there are servers to be made, or removed. */
async function allAtOnce(): Promise<readonly Row[]> {
  return await withCloud({ hosts: 100 }, async (berth, api) => {
    await liftQuotas(api)
    const servers = await openServers(api)
    const ids: string[] = []
    const boot = async (i: number): Promise<void> => {
      ids.push(await servers.boot(`bench-${i}`))
    }
    const booted = await timed(berth, { count, clients: count, warmUp }, boot)
    const deleted = await timed(berth, { count, clients: count }, async (i) => {
      await servers.remove(ids[i] ?? '')
    })
    return [
      throughput('boots, 1000 in flight', booted, { budget: { value: 500, unit: '/s' } }),
      throughput('deletes, 1000 in flight', deleted),
    ]
  })
}
