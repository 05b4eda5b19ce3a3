import assert from 'node:assert/strict'
import { test } from 'node:test'
import { virtualClock } from '../../src/lib/virtual-clock.ts'
import { computeApi } from '../support/compute-api.ts'
import { messageOf } from '../support/compute-surroundings.ts'

test('every host is done with the last month, and tells how many servers it had', async (t) => {
  const clock = virtualClock(Date.UTC(2026, 1, 9))
  const api = await computeApi(t, { clock, audited: false })
  const ran = async (host: string, from: number, to: number | null): Promise<void> => {
    const id = await api.cloud.boot({}, host)
    await api.cloud.store.transaction(async (tx) => {
      const lived = { launched_at: from, terminated_at: to }
      await tx.updateTable('servers').set(lived).where('id', '=', id).execute()
    })
  }
  await ran('host1', Date.UTC(2026, 0, 20), null)
  await ran('host1', Date.UTC(2025, 11, 1), Date.UTC(2026, 0, 1) + 1)
  await ran('host1', Date.UTC(2025, 11, 1), Date.UTC(2026, 0, 1))
  await ran('host2', Date.UTC(2026, 1, 1), null)
  const ask = async (path: string) =>
    await api.now('GET', `/os-instance_usage_audit_log${path}`, { as: 'admin' })
  const { instance_usage_audit_logs: january } = (await ask('')).body
  assert.equal(january.period_beginning, '2026-01-01 00:00:00')
  assert.equal(january.period_ending, '2026-02-01 00:00:00')
  assert.equal(january.num_hosts_done, 2)
  assert.deepEqual([january.log.host1.instances, january.log.host2.instances], [2, 0])
  assert.equal(january.total_instances, 2)
  assert.equal(january.overall_status, 'ALL hosts done. 0 errors.')
  const later = (await ask('/2026-03-01 00:00:01.5')).body.instance_usage_audit_log
  assert.equal(later.period_beginning, '2026-02-01 00:00:00')
  assert.equal(later.total_instances, 2)
})

test('a moment is written in one way, and is a day of the calendar', async (t) => {
  const api = await computeApi(t)
  for (const text of ['yesterday', '2026-02-30 00:00:00', '2026-02-01', '2026-13-01 00:00:00']) {
    const path = `/os-instance_usage_audit_log/${encodeURIComponent(text)}`
    const refused = await api.now('GET', path, { as: 'admin' })
    assert.deepEqual(
      [refused.status, messageOf(refused)],
      [400, `Invalid timestamp for date ${text}`],
    )
  }
  const listing = '/os-instance_usage_audit_log'
  assert.equal((await api.now('GET', listing)).status, 403)
  assert.equal((await api.ask('GET', `${listing}?a=b`, { as: 'admin', at: 101 })).status, 200)
  assert.equal((await api.ask('GET', `${listing}?a=b`, { as: 'admin', at: 102 })).status, 400)
})
