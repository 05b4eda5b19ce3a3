import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeCloud } from '../../test/support/fake-cloud.ts'
import { openMetrics } from './metrics.ts'

test('what was asked, what was done and what is used can be read', async (t) => {
  const cloud = await fakeCloud(t, { hosts: [{ name: 'host1', memoryMb: 4096 }] })
  const metrics = openMetrics(cloud.store)
  t.after(() => metrics.close())
  await cloud.boot({ memoryMb: 1024 })
  await cloud.store.settled()
  metrics.seen({ service: '/compute', method: 'GET', status: 200, tookMs: 3 })

  const { text } = await metrics.read()
  const lines = text.split('\n')
  assert.ok(lines.includes('berth_requests_total{service="/compute",method="GET",status="200"} 1'))
  assert.ok(lines.includes('berth_used{resource_class="MEMORY_MB"} 1024'))
  assert.ok(lines.includes('berth_capacity{resource_class="MEMORY_MB"} 4096'))
  assert.ok(
    lines.includes('berth_operations_total{operation="server.build",outcome="succeeded"} 1'),
  )
  assert.ok(lines.includes('berth_operations_under_way{state="stuck"} 0'))
})
