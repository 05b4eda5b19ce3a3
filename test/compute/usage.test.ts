/** Reports of usage, right to the second, on a clock that stands still between requests. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { tenant } from '../support/cloud-deeds.ts'
import { virtualClock } from '../../src/lib/virtual-clock.ts'
import { callers } from '../support/callers.ts'
import { computeApi } from '../support/compute-api.ts'
import type { Asked } from '../support/compute-api.ts'
import { messageOf } from '../support/compute-surroundings.ts'
import { testDatabases } from '../support/stores.ts'

const hourMs = 3_600_000
const size = { vcpus: 2, memoryMb: 1024, diskGb: 10 }

type Report = {
  readonly total_hours: number
  readonly total_vcpus_usage: number
  readonly total_memory_mb_usage: number
  readonly total_local_gb_usage: number
  readonly start: string
  readonly stop: string
  readonly tenant_id: string
  readonly server_usages?: readonly Readonly<Record<string, unknown>>[]
}

async function openStand(t: TestContext) {
  const clock = virtualClock(Date.UTC(2030, 0, 1))
  const api = await computeApi(t, { clock })
  const later = async (ms: number): Promise<void> => {
    await clock.advance(ms)
    await clock.settle()
  }
  const report = async (query: string, asked: Asked = {}): Promise<Report> => {
    const path = `/os-simple-tenant-usage/project-1${query}`
    const { status, body } = await api.now('GET', path, asked)
    assert.equal(status, 200, JSON.stringify(body))
    return body.tenant_usage
  }
  return { api, clock, later, report }
}

test('a server counts from its launch to its end, within what is asked', async (t) => {
  const { api, clock, later, report } = await openStand(t)
  const server = await api.cloud.boot(size)
  const launched = (await api.cloud.server(server)).launchedAt ?? 0
  await later(launched + 2 * hourMs - clock.now())

  // It runs: it counts until now, and not until the end of a window that is still to come.
  const running = await report(window(launched - hourMs, launched + 9 * hourMs))
  assert.deepEqual(totals(running), [2, 4, 2048, 20])
  assert.equal(running.stop, textOf(clock.now()))
  const [usage] = running.server_usages ?? []
  assert.deepEqual(
    [usage?.['uptime'], usage?.['ended_at'], usage?.['state'], usage?.['hours']],
    [7200, null, 'active', 2],
  )

  await api.now('DELETE', `/servers/${server}`)
  await api.cloud.settled()
  const end = (await api.cloud.server(server)).terminatedAt ?? 0
  await later(hourMs)
  const hours = (end - launched) / hourMs
  assert.deepEqual((await report(window(launched - 1000, end + 1000))).total_hours, hours)
  // To the second on both sides.
  assert.equal((await report(window(launched + 1000, end))).total_hours, hours - 1 / 3600)
  assert.equal((await report(window(launched, launched + 1000))).total_hours, 1 / 3600)
  assert.deepEqual(await report(window(launched - hourMs, launched)), {})
  assert.deepEqual(await report(window(end, end + 1000)), {})
  const [gone] = (await report(window(launched, end))).server_usages ?? []
  assert.deepEqual(
    [gone?.['state'], gone?.['uptime']],
    ['terminated', Math.floor((end - launched) / 1000)],
  )
})

test('a resized server counts from then on, with the size that it has', async (t) => {
  const { api, clock, later, report } = await openStand(t)
  const server = await api.cloud.boot(size)
  const launched = (await api.cloud.server(server)).launchedAt ?? 0
  await later(hourMs)
  await api.cloud.resize(server, { vcpus: 4, memoryMb: 2048, diskGb: 20 })
  await api.cloud.confirm(server)
  // As in Nova, a resize launches it anew: bills for the time before are made from reports of the time before.
  const again = (await api.cloud.server(server)).launchedAt ?? 0
  assert(again >= launched + hourMs)
  await later(again + 3 * hourMs - clock.now())
  const whole = await report(window(launched, again + 3 * hourMs))
  assert.deepEqual(totals(whole), [3, 12, 6144, 60])
})

test('what is not said is now', async (t) => {
  const { api, clock, later, report } = await openStand(t)
  await api.cloud.boot(size)
  await later(hourMs)
  const now = textOf(clock.now())
  const bare = await report('')
  assert.deepEqual([bare.start, bare.stop, bare.total_hours], [now, now, 0])
  assert.equal((await report(`?start=${textOf(clock.now() - 60_000)}`)).total_hours, 1 / 60)
  const late = await api.now('GET', `/os-simple-tenant-usage/project-1?end=${now}`)
  assert.deepEqual(
    [late.status, messageOf(late)],
    [400, 'Invalid start time. The start time cannot occur after the end time.'],
  )
})

for (const database of testDatabases()) {
  test(`on ${database.name}: pages of all projects are the whole`, async (t) => {
    const api = await computeApi(t, { open: database.open })
    for (const who of [callers.other, tenant, callers.other, tenant, tenant]) {
      await api.cloud.create(size, {}, who)
      await api.cloud.settled()
    }
    const now = api.cloud.clock.now()
    const query = `detailed=1&${window(now - 9 * hourMs, now + hourMs).slice(1)}`
    const path = `/os-simple-tenant-usage?${query}`
    const asked = async (from: string): Promise<{ usages: Report[]; next: string | null }> => {
      const { body } = await api.now('GET', from, { as: 'admin' })
      const [link] = body.tenant_usages_links ?? []
      return { usages: body.tenant_usages, next: link?.href.split('/v2.1')[1] ?? null }
    }
    const { usages: whole } = await asked(path)
    const pages: Report[][] = []
    let next: string | null = `${path}&limit=2`
    while (next !== null) {
      const page = await asked(next)
      pages.push(page.usages)
      next = page.next
    }
    const idsOf = (reports: readonly Report[]) =>
      reports.flatMap(({ server_usages: usages = [] }) => usages.map(({ instance_id: id }) => id))
    assert.deepEqual(idsOf(pages.flat()), idsOf(whole))
    assert.deepEqual(
      pages.map((page) => page.map(({ tenant_id: id }) => id)),
      [['project-1'], ['project-1', 'project-2'], ['project-2']],
    )
    const old = await api.ask('GET', `${path}&limit=2`, { as: 'admin', at: 39 })
    assert.equal(idsOf(old.body.tenant_usages).length, 5)
    assert.equal(old.body.tenant_usages_links, undefined)
  })
}

test('times have one form, and of several the first counts', async (t) => {
  const api = await computeApi(t, { hosts: [] })
  const status = async (query: string, asked: Asked = {}) => {
    const path = `/os-simple-tenant-usage?${query}`
    return (await api.now('GET', path, { as: 'admin', ...asked })).status
  }
  for (const good of [
    '2026-01-01T00:00:00',
    '2026-01-01T00:00:00.5',
    '2026-01-01 00:00:00.25',
    '',
  ]) {
    assert.equal(await status(`start=${good}`), 200, good)
  }
  for (const bad of ['2026-01-01', '2026-01-01T00:00:00Z', '2026-01-01 00:00:00', 'now', '0']) {
    assert.equal(await status(`start=${bad}`), 400, bad)
  }
  assert.equal(await status('start=2026-01-01T00:00:00&start=what'), 200)
  assert.equal(await status('start=what&start=2026-01-01T00:00:00'), 400)
  const same = 'start=2026-01-01T00:00:00&end=2026-01-01T00:00:00'
  assert.equal(await status(same), 400)
  assert.equal(await status('marker=nothing'), 400)
  assert.equal(await status('limit=-1'), 400)
  assert.equal(await status('limit=0'), 200)
  assert.equal(await status('what=1'), 400)
  assert.equal(await status('what=1', { at: 74 }), 200)
  assert.equal(await status('', { as: 'member' }), 403)
})

function window(start: number, end: number): string {
  return `?start=${textOf(start)}&end=${textOf(end)}`
}

/** As the API writes times here. */
function textOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 23)}000`
}

function totals(report: Report): readonly number[] {
  return [
    report.total_hours,
    report.total_vcpus_usage,
    report.total_memory_mb_usage,
    report.total_local_gb_usage,
  ]
}
