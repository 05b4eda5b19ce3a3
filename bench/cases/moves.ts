/** Resizes to VERIFY_RESIZE and their confirmation, one at a time. */
import { performance } from 'node:perf_hooks'
import { withCloud } from '../bed/berth.ts'
import { spread, timed } from '../bed/measuring.ts'
import { latency } from '../bed/report.ts'
import type { Row } from '../bed/report.ts'
import { openServers } from '../bed/servers.ts'
import { recorded } from '../recorded.ts'

const rounds = 100
const [tiny, small] = ['1', '2']

export async function* moves(): AsyncGenerator<Row> {
  yield* await withCloud({ hosts: 3 }, async (berth, api) => {
    const servers = await openServers(api, { flavor: tiny })
    const id = await servers.boot('mover')
    const confirm = async (): Promise<void> => {
      await servers.change(id, { confirmResize: null }, 'ACTIVE')
    }
    const resize = async (i: number): Promise<void> => {
      const flavorRef = i % 2 === 0 ? small : tiny
      await servers.change(id, { resize: { flavorRef } }, 'VERIFY_RESIZE')
    }
    for (let i = 0; i < 20; i += 1) {
      await resize(i)
      await confirm()
    }
    // Each needs the other in between, so both are timed in one run, and their processor time is that of both.
    const took: number[] = []
    const confirmed: number[] = []
    const both = await timed(berth, { count: rounds }, async (i) => {
      const began = performance.now()
      await resize(i)
      const resized = performance.now()
      await confirm()
      took.push(resized - began)
      confirmed.push(performance.now() - resized)
    })
    return [
      {
        ...latency(
          'resize to VERIFY_RESIZE',
          { ...both, ...spread(took) },
          {
            budget: { value: 15, unit: 'ms' },
            peer: recorded.resize,
          },
        ),
        cpuMs: null,
      },
      {
        ...latency(
          'confirm',
          { ...both, ...spread(confirmed) },
          {
            budget: { value: 5, unit: 'ms' },
            peer: recorded.confirm,
          },
        ),
        cpuMs: null,
      },
      latency('resize and confirm', both, { budget: { value: 20, unit: 'ms' } }),
    ]
  })
}
