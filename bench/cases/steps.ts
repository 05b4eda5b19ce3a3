/** What the engine itself costs for each step: an operation whose steps do nothing, in this process, with durable commits. */
import { performance } from 'node:perf_hooks'
import { withData } from '../bed/data.ts'
import type { Data } from '../bed/data.ts'
import { spread } from '../bed/measuring.ts'
import type { Row } from '../bed/report.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { randomIds } from '../../src/lib/ids.ts'
import { silentLog } from '../../src/lib/log.ts'
import { seededRandom } from '../../src/lib/random.ts'
import { SagaBuilder } from '../../src/saga/definition.ts'
import type { Kit } from '../../src/saga/definition.ts'
import { Engine } from '../../src/saga/engine.ts'
import { nothing } from '../../src/saga/nothing.ts'
import { openStore } from '../../src/store/open.ts'

const steps = 20
const runs = 100
const warmUp = 50

export async function* engineSteps(): AsyncGenerator<Row> {
  const took = await withData(idleOperations)
  const { p50Ms, p99Ms } = spread(took.map((ms) => ms / steps))
  yield {
    what: `engine, each of ${steps} steps that do nothing`,
    measured: { value: p50Ms, unit: 'ms' },
    p99Ms,
    budget: { value: 0.5, unit: 'ms' },
  }
}

async function idleOperations({ database }: Data): Promise<readonly number[]> {
  const tools = { clock: systemClock, random: seededRandom('bench'), log: silentLog }
  const store = await openStore(database, tools)
  const idle = idleSaga()
  const engine = new Engine<Kit>({
    ...tools,
    store,
    ids: randomIds,
    tools: null,
    sagas: [idle],
    leaseMs: 60_000,
    alone: true,
    show: async () => {},
    ended: async () => {},
    abandon: async () => false,
    watch: null,
  })
  await engine.open()
  const took: number[] = []
  for (let i = 0; i < warmUp + runs; i += 1) {
    const began = performance.now()
    const id = await store.transaction(
      async (tx) => await engine.start(tx, idle, { subject: `bench/${i}`, params: {} }),
    )
    await engine.settled(id)
    if (i >= warmUp) took.push(performance.now() - began)
  }
  await engine.close()
  await store.close()
  return took
}

/** Every other step calls somebody, so that half of them have commits of their own. */
function idleSaga(): ReturnType<SagaBuilder<Kit, object, unknown>['end']> {
  let builder = new SagaBuilder<Kit, object, unknown>('bench.idle')
  for (let i = 0; i < steps; i += 2) {
    const event = 'bench'
    const undo = nothing('it does nothing')
    builder = builder
      .step(`noted${i}`, 'Note nothing', { event, do: async () => {}, undo })
      .hostStep(`called${i}`, 'Call nobody', { event, on: () => null, do: async () => {}, undo })
  }
  return builder.end({ failed: async () => {} })
}
