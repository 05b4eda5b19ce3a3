/**
 * Berth beside OpenStack's Placement: the same providers, the same requests, the same client, on this machine, in turns.
 *
 * Each figure of Berth has that of Placement for its peer. Processor time is the one to look at: unlike the wall clock it does
 * not depend on what else the machine does, or on how many processes of Placement there are.
 */
import { withDataDir, withFilledCloud } from '../bed/berth.ts'
import type { Berth } from '../bed/berth.ts'
import { providerId } from '../bed/filling.ts'
import type { Fleet } from '../bed/filling.ts'
import { httpClient } from '../bed/http-client.ts'
import { timed } from '../bed/measuring.ts'
import type { Times } from '../bed/measuring.ts'
import { placementAt } from '../bed/placement-requests.ts'
import type { Placement } from '../bed/placement-requests.ts'
import { startPlacement } from '../bed/real-placement.ts'
import type { Quantity, Row } from '../bed/report.ts'

const fleet: Fleet = { providers: 1000, consumers: 0 }

/** How often each is asked: enough for a steady figure, and no more than half a minute of the slower one. */
const often = {
  berth: { many: 200, few: 500, claims: 3000 },
  placement: { many: 10, few: 10, claims: 100 },
}

type Measured = Readonly<Record<'claims' | 'few' | 'many', Times>> & {
  readonly startMs: number
  readonly mb: number | null
}

export async function* besidePlacement(): AsyncGenerator<Row> {
  const theirs = await withDataDir(async (dir) => {
    const real = await startPlacement(dir, fleet)
    const http = httpClient(real.origin, 8)
    const headers = { 'x-auth-token': 'admin', 'openstack-api-version': 'placement 1.39' }
    const api = { ask: http.ask.bind(http) }
    try {
      const asked = placementAt(
        { ask: async (path, ask) => await api.ask(path, { ...ask, headers }) },
        '',
      )
      return await measure(real, asked, often.placement)
    } finally {
      http.close()
      await real.stop()
    }
  })
  const ours = await withFilledCloud(
    fleet,
    async (berth, api) => await measure(berth, placementAt(api, '/placement'), often.berth),
  )
  yield* pair('candidates among 1000, limit 1000', ours.many, theirs.many)
  yield* pair('candidates among 1000, limit 10', ours.few, theirs.few)
  yield* pair('claims, 8 clients', ours.claims, theirs.claims)
  yield beside('start to first answer', ms(ours.startMs), ms(theirs.startMs))
  if (ours.mb !== null && theirs.mb !== null) {
    yield beside('memory, one process', mb(ours.mb), mb(theirs.mb))
  }
}

async function measure(
  server: Omit<Berth, 'dataDir'>,
  placement: Placement,
  counts: (typeof often)['berth'],
): Promise<Measured> {
  const many = await timed(server, { count: counts.many, warmUp: 5 }, async () => {
    await placement.candidates(1000)
  })
  const few = await timed(server, { count: counts.few, warmUp: 5 }, async () => {
    await placement.candidates(10)
  })
  const plan = { count: counts.claims, clients: 8, warmUp: 8 }
  const claims = await timed(server, plan, async (i) => {
    await placement.claim(providerId(i % fleet.providers), i)
  })
  return { many, few, claims, startMs: server.readyMs, mb: server.residentMb() }
}

function* pair(what: string, ours: Times, theirs: Times): Generator<Row> {
  yield beside(`${what}: p50`, ms(ours.p50Ms), ms(theirs.p50Ms))
  if (ours.cpuMs !== null && theirs.cpuMs !== null) {
    yield beside(`${what}: CPU`, ms(ours.cpuMs), ms(theirs.cpuMs))
  }
}

function beside(what: string, measured: Quantity, peer: Quantity): Row {
  return { what, measured, peer }
}

function ms(value: number): Quantity {
  return { value, unit: 'ms' }
}

function mb(value: number): Quantity {
  return { value, unit: 'MB' }
}
