/** How far an operation has come, as the Compute API tells while it runs: each step, since when, how often, and of what it failed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { ServerId } from '../../src/domain/ids.ts'
import type { FaultData } from '../../src/drivers/fault-data.ts'
import { virtualClock } from '../../src/lib/virtual-clock.ts'
import type { VirtualClock } from '../../src/lib/virtual-clock.ts'
import { computeApi } from '../support/compute-api.ts'
import type { Caller, ComputeApi } from '../support/compute-api.ts'

type Event = {
  readonly event: string
  readonly start_time: string
  readonly finish_time: string | null
  readonly result: string | null
  readonly details?: string
}

const title = 'Make the guest in its new size'

type Stage = { readonly api: ComputeApi; readonly clock: VirtualClock; readonly server: ServerId }

/** A resize has been asked for while these faults are in force, and has gone as far as it can without time passing. */
async function resizing(t: TestContext, faults: readonly FaultData[]): Promise<Stage> {
  const clock = virtualClock(Date.UTC(2030, 0, 1))
  const api = await computeApi(t, { clock })
  const server = await api.cloud.boot({}, 'host1')
  api.cloud.faults.replace({ faults })
  const flavorRef = await api.cloud.flavor({ vcpus: 2 })
  const { status } = await api.now('POST', `/servers/${server}/action`, {
    body: { resize: { flavorRef } },
  })
  assert.equal(status, 202)
  await clock.settle()
  return { api, clock, server }
}

async function shown(
  { api, server }: Stage,
  as: Caller = 'admin',
): Promise<{ readonly message: string | null; readonly events: readonly Event[] }> {
  const path = `/servers/${server}/os-instance-actions`
  const { instanceActions } = (await api.now('GET', path, { as })).body
  const { request_id: id } = instanceActions.find(
    ({ action }: { readonly action: string }) => action === 'resize',
  )
  return (await api.now('GET', `${path}/${id}`, { as })).body.instanceAction
}

/** The newest event of that name: they are told newest first. */
async function last(stage: Stage, event: string, as?: Caller): Promise<Event> {
  const found = (await shown(stage, as)).events.find((each) => each.event === event)
  assert.ok(found, `there is an event ${event}`)
  return found
}

function seconds({ start_time: start, finish_time: finish }: Event): number {
  return (Date.parse(`${finish}Z`) - Date.parse(`${start}Z`)) / 1000
}

test('a step that hangs is shown with its title and since when, behind those that are done', async (t) => {
  const stage = await resizing(t, [{ on: 'finish_migration', hang: true }])
  await stage.clock.advance(7_000)
  const { message, events } = await shown(stage)
  assert.equal(message, null)
  const [now, ...before] = events
  assert.deepEqual(
    [now?.event, now?.result, now?.finish_time, now?.details],
    ['compute_finish_resize', null, null, title],
  )
  assert.equal(now?.start_time, '2030-01-01T00:00:00.000000')
  assert.deepEqual(before.map(({ event, details }) => [event, details]).toReversed(), [
    ['conductor_migrate_server', 'Hand the source allocation from the server to the migration'],
    ['cold_migrate', 'Choose a destination and claim the new size there'],
    ['compute_prep_resize', 'Ask the destination whether it is ready'],
    ['compute_resize_instance', 'Power the guest off and move its disk'],
    ['compute_resize_instance', 'Hand the server over to the destination'],
  ])
  for (const each of before) {
    assert.equal(each.result, 'Success')
    assert.ok(each.finish_time !== null)
  }
  const { server } = (await stage.api.now('GET', `/servers/${stage.server}`)).body
  assert.deepEqual([server.status, server['OS-EXT-STS:task_state']], ['RESIZE', 'resize_finish'])
})

test('its owner sees what is being done, since when and with what result, and nothing of the inside', async (t) => {
  const stage = await resizing(t, [{ on: 'finish_migration', hang: true }])
  const event = await last(stage, 'compute_finish_resize', 'member')
  assert.deepEqual([event.result, event.finish_time], [null, null])
  assert.equal('details' in event, false)
})

test('how long a step took is the time between its start and its finish', async (t) => {
  const stage = await resizing(t, [{ on: 'finish_migration', delay: 7_000 }])
  await stage.clock.advance(7_000)
  await stage.api.cloud.settled()
  const events = (await shown(stage)).events.filter(({ details }) => details === title)
  assert.deepEqual(events.map(seconds), [7])
  assert.equal(events[0]?.result, 'Success')
})

test('a step that is tried again says how often and why, while it lasts and afterwards', async (t) => {
  const down = { on: 'finish_migration', raise: 'HypervisorUnavailable' }
  const stage = await resizing(t, [{ ...down, times: 3 }])
  const waiting = await last(stage, 'compute_finish_resize')
  assert.equal(waiting.result, null)
  assert.equal(
    waiting.details,
    `Connection to the hypervisor is broken on host (${title}; retries: 1)`,
  )
  await stage.api.cloud.settled()
  const { message, events } = await shown(stage)
  assert.equal(message, null)
  const told = events.filter(({ event }) => event === 'compute_finish_resize')
  assert.ok(told.some(({ details }) => details === `${title}; retries: 3`))
  // Only the step that was tried again was.
  assert.equal(told.filter(({ details }) => details?.includes('retries')).length, 1)
})

test('a step that failed says of what, and what is done about it comes after it', async (t) => {
  const stage = await resizing(t, [
    { on: 'finish_migration', raise: 'VirtualInterfaceCreateException' },
  ])
  await stage.api.cloud.settled()
  const { message, events } = await shown(stage)
  assert.equal(message, 'Error')
  const [settled, failed] = events
  assert.equal(failed?.result, 'Error')
  assert.equal(failed?.details, `Virtual Interface creation failed (${title})`)
  assert.equal(settled?.details, 'Leave the server in error where its disk is, and free the source')
  for (const each of events) assert.ok(each.finish_time !== null)
})
