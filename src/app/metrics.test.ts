import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { fakeCloud } from '../../test/support/fake-cloud.ts'
import type { FakeCloud, FakeCloudOptions } from '../../test/support/fake-cloud.ts'
import { placingOn } from '../operations/placing.ts'
import * as servers from '../store/compute/servers.ts'
import { countClaims, openMetrics } from './metrics.ts'
import type { ClaimCounts, Metrics } from './metrics.ts'

type Measured = {
  readonly cloud: FakeCloud
  readonly metrics: Metrics
  readonly claims: ClaimCounts
  lines(): Promise<readonly string[]>
}

async function measured(t: TestContext, options: FakeCloudOptions): Promise<Measured> {
  const claims = countClaims()
  const cloud = await fakeCloud(t, options)
  const metrics = openMetrics({ store: cloud.store, claims })
  t.after(() => metrics.close())
  const lines = async (): Promise<readonly string[]> => {
    await cloud.store.settled()
    return (await metrics.read()).text.split('\n')
  }
  return { cloud, metrics, claims, lines }
}

test('what was asked, what was done and what is used can be read', async (t) => {
  const { cloud, metrics, lines } = await measured(t, {
    hosts: [{ name: 'host1', memoryMb: 4096 }],
  })
  await cloud.boot({ memoryMb: 1024 })
  metrics.seen({ service: '/compute', method: 'GET', status: 200, tookMs: 3 })
  const told = await lines()
  for (const line of [
    'berth_requests_total{service="/compute",method="GET",status="200"} 1',
    'berth_used{resource_class="MEMORY_MB"} 1024',
    'berth_capacity{resource_class="MEMORY_MB"} 4096',
    'berth_provider_used{provider="host1",resource_class="MEMORY_MB"} 1024',
    'berth_provider_capacity{provider="host1",resource_class="MEMORY_MB"} 4096',
    'berth_operations_total{operation="server.build",outcome="succeeded"} 1',
    'berth_operations_under_way{state="stuck"} 0',
  ]) {
    assert(told.includes(line), line)
  }
  const steps = told.filter((line) => line.startsWith('berth_operation_steps_total{'))
  assert(steps.length > 3)
  assert(steps.every((line) => line.includes('direction="do",outcome="done"} 1')))
})

test('steps that fail, are tried again or are undone are counted as what they were', async (t) => {
  const { cloud, lines } = await measured(t, { hosts: ['host1'] })
  cloud.faults.replace({ faults: [{ on: 'spawn', raise: 'VirtualInterfaceCreateException' }] })
  await cloud.boot({ memoryMb: 1024 })
  const told = await lines()
  const about = (what: string) => told.filter((line) => line.startsWith(`berth_${what}`))
  assert(
    about('operations_total').includes(
      'berth_operations_total{operation="server.build",outcome="failed"} 1',
    ),
  )
  assert(about('operation_steps').some((line) => line.includes('outcome="failed"')))
  assert(about('operation_steps').some((line) => /direction="(undo|rewind)"/.test(line)))
})

test('tries to claim a host are counted by what came of them', async (t) => {
  const { cloud, claims, lines } = await measured(t, { hosts: ['host1'] })
  const id = await cloud.boot({})
  const placing = placingOn({ guess: () => [], truth: async () => [] }, claims.tally)
  const choosing = cloud.store.transaction(async (tx) => {
    const server = await servers.get(tx, id)
    const wanted = { server, flavor: server.flavor, only: null, excluded: [], seed: 'any' }
    return await placing.choose(tx, wanted, 0)
  })
  await assert.rejects(choosing, { kind: 'no-capacity' })
  claims.tally('granted')
  claims.tally('taken')
  const told = await lines()
  for (const outcome of ['granted', 'no-host', 'taken']) {
    assert(told.includes(`berth_claims_total{outcome="${outcome}"} 1`), outcome)
  }
})
