/** A full audit: every invariant of every server, with what all hosts hold, in this process. */
import { performance } from 'node:perf_hooks'
import { withData } from '../bed/data.ts'
import type { Data } from '../bed/data.ts'
import { spread } from '../bed/measuring.ts'
import { populate } from '../bed/populated.ts'
import type { Row } from '../bed/report.ts'
import { auditRecords } from '../../src/app/audit/audit.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { randomIds } from '../../src/lib/ids.ts'
import { silentLog } from '../../src/lib/log.ts'
import { seededRandom } from '../../src/lib/random.ts'
import { openStore } from '../../src/store/open.ts'

const hosts = 1_000
const servers = 100_000
const runs = 5

export async function* audits(): AsyncGenerator<Row> {
  const { p50Ms, p99Ms } = spread(await withData(audited))
  yield {
    what: 'full audit, 100 000 servers on 1 000 hosts',
    measured: { value: p50Ms, unit: 'ms' },
    p99Ms,
    budget: { value: 2_000, unit: 'ms' },
  }
}

async function audited({ database }: Data): Promise<readonly number[]> {
  const tools = { clock: systemClock, random: seededRandom('bench'), log: silentLog }
  const store = await openStore(database, tools)
  try {
    const listing = await populate({ ...tools, store, ids: randomIds }, { hosts, servers })
    const took: number[] = []
    for (let run = 0; run < runs; run += 1) {
      const began = performance.now()
      const found = await auditRecords({ store, clock: systemClock }, listing)
      took.push(performance.now() - began)
      // An audit that fails at once would be fast.
      if (found.length > 0) throw new Error(`the population is wrong: ${JSON.stringify(found[0])}`)
    }
    return took
  } finally {
    await store.close()
  }
}
