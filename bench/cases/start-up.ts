/** From nothing to the first answer and to the first server, and what it occupies when nobody asks for anything. */
import { performance } from 'node:perf_hooks'
import { logIn, startBerth } from '../bed/berth.ts'
import type { Berth } from '../bed/berth.ts'
import { withData } from '../bed/data.ts'
import type { Data } from '../bed/data.ts'
import { httpClient } from '../bed/http-client.ts'
import type { Quantity, Row } from '../bed/report.ts'
import { openServers } from '../bed/servers.ts'
import { recorded } from '../recorded.ts'

const starts = 3
/** What only starting needed is given back a second after it. */
const settleMs = 2500

type Start = {
  readonly answerMs: number
  readonly activeMs: number | null
  readonly mb: number | null
}

export async function* startUp(): AsyncGenerator<Row> {
  // What Node compiled is kept, as after the first start of any user.
  await withData(async (data) => await started(data, { first: false }))
  const fresh: Start[] = []
  const again: Start[] = []
  for (let i = 0; i < starts; i += 1) {
    await withData(async (data) => {
      fresh.push(await started(data, { first: true }))
      again.push(await started(data, { first: false }))
    })
  }
  yield row('start to first answer, new database', fresh, ({ answerMs }) => answerMs, {
    budget: ms(1500),
    peer: recorded.firstAnswer,
  })
  yield row('start to first answer, existing database', again, ({ answerMs }) => answerMs, {
    budget: ms(500),
    peer: recorded.firstAnswer,
  })
  yield row('start to first server ACTIVE, new database', fresh, (start) => start.activeMs ?? 0, {
    budget: ms(1000),
    peer: recorded.firstServer,
  })
  const idle = again.flatMap(({ mb }) => mb ?? [])
  if (idle.length > 0) {
    yield {
      what: 'memory when idle, 100 hosts',
      measured: { value: median(idle), unit: 'MB' },
      budget: { value: 90, unit: 'MB' },
      peer: recorded.memory,
    }
  }
}

async function started(data: Data, { first }: { readonly first: boolean }): Promise<Start> {
  const began = performance.now()
  const berth = await startBerth({ data, hosts: 100 })
  const http = httpClient(berth.origin, 2)
  try {
    await http.ask('/healthz')
    const answerMs = performance.now() - began
    if (!first) return { answerMs, activeMs: null, mb: await idleMemory(berth) }
    const servers = await openServers(await logIn(http, data))
    await servers.boot('first')
    return { answerMs, activeMs: performance.now() - began, mb: null }
  } finally {
    http.close()
    await berth.stop()
  }
}

async function idleMemory(berth: Berth): Promise<number | null> {
  await new Promise((resolve) => setTimeout(resolve, settleMs))
  return berth.residentMb()
}

function row(
  what: string,
  from: readonly Start[],
  figure: (start: Start) => number,
  extra: Pick<Row, 'budget' | 'peer'>,
): Row {
  return { what, measured: ms(median(from.map(figure))), ...extra }
}

function ms(value: number): Quantity {
  return { value, unit: 'ms' }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
