/** Claims and candidates, over the Placement API. */
import { withFilledCloud } from '../bed/berth.ts'
import { timed } from '../bed/measuring.ts'
import { placementAt } from '../bed/placement-requests.ts'
import { latency, throughput } from '../bed/report.ts'
import type { Quantity, Row } from '../bed/report.ts'
import { recorded } from '../recorded.ts'

type Size = {
  readonly providers: number
  readonly manyMs: number
  readonly fewMs: number
  readonly peer?: { readonly many: Quantity; readonly few?: Quantity }
}

const sizes: readonly Size[] = [
  { providers: 1000, manyMs: 5, fewMs: 2, peer: { many: recorded.candidates1000 } },
  {
    providers: 10_000,
    manyMs: 10,
    fewMs: 2,
    peer: { many: recorded.candidates10000, few: recorded.fewCandidates10000 },
  },
]
const largest: Size = { providers: 100_000, manyMs: 60, fewMs: 2 }

export async function* candidates({ large }: { readonly large: boolean }): AsyncGenerator<Row> {
  for (const size of large ? [...sizes, largest] : sizes) yield* await candidatesAt(size)
}

async function candidatesAt({ providers, manyMs, fewMs, peer }: Size): Promise<readonly Row[]> {
  const fleet = { shape: 'flat', providers, consumers: providers } as const
  return await withFilledCloud(fleet, async (berth, api) => {
    const placement = placementAt(api, '/placement', fleet)
    const many = await timed(berth, { count: 100, warmUp: 30 }, async () => {
      await placement.candidates(1000)
    })
    const few = await timed(berth, { count: 500, warmUp: 100 }, async () => {
      await placement.candidates(10)
    })
    const among = `candidates among ${providers}`
    return [
      latency(`${among}, limit 1000`, many, {
        budget: { value: manyMs, unit: 'ms' },
        ...(peer === undefined ? {} : { peer: peer.many }),
      }),
      latency(`${among}, limit 10`, few, {
        budget: { value: fewMs, unit: 'ms' },
        ...(peer?.few === undefined ? {} : { peer: peer.few }),
      }),
    ]
  })
}

export async function* claims(): AsyncGenerator<Row> {
  const fleet = { shape: 'flat', providers: 1000, consumers: 1000 } as const
  yield* await withFilledCloud(fleet, async (berth, api) => {
    const placement = placementAt(api, '/placement', fleet)
    const claim = async (i: number): Promise<void> => await placement.claim(i)
    const times = await timed(berth, { count: 6000, clients: 8, warmUp: 1000 }, claim)
    return [
      throughput('claims, 8 clients', times, {
        budget: { value: 2000, unit: '/s' },
        peer: recorded.claims,
      }),
    ]
  })
}

export async function* coldStart(): AsyncGenerator<Row> {
  const fleet = { shape: 'flat', providers: 100_000, consumers: 333_334 } as const
  yield* await withFilledCloud(fleet, async (berth) => [
    {
      what: 'start, 100 000 providers, 1 000 000 allocations',
      measured: { value: berth.readyMs, unit: 'ms' as const },
      budget: { value: 3000, unit: 'ms' as const },
    },
    {
      what: 'memory then',
      measured: { value: berth.residentMb() ?? 0, unit: 'MB' as const },
    },
  ])
}
