import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { HostName } from '../domain/ids.ts'
import { assertRaises, id, the } from '../drivers/driver.testbench.ts'
import { faultPlan } from '../drivers/faults.ts'
import { simulatedDriver } from '../drivers/simulated/driver.ts'
import type { Durations } from '../drivers/simulated/driver.ts'
import { openWorld } from '../drivers/simulated/world.ts'
import { seededIds } from '../lib/ids.ts'
import { silentLog } from '../lib/log.ts'
import { isProblem, problem } from '../lib/problem.ts'
import { seededRandom } from '../lib/random.ts'
import { virtualClock } from '../lib/virtual-clock.ts'
import type { Call } from './hosts.ts'
import { localHosts } from './local-hosts.ts'
import { agentMemories } from './memory.ts'

const [host1, host2] = ['host1', 'host2'] as [HostName, HostName]

function stage(t: TestContext, durations: Durations = {}) {
  const clock = virtualClock()
  const world = openWorld({ path: ':memory:', clock, ids: seededIds(seededRandom('hosts')) })
  t.after(() => world.close())
  const faults = faultPlan({ clock, random: seededRandom('hosts') })
  const memoryOf = agentMemories(world.database, clock)
  const hosts = localHosts({ clock, log: silentLog, memoryOf, faults })
  for (const host of [host1, host2]) hosts.add(host, simulatedDriver({ world, host, durations }))
  return { clock, world, faults, hosts }
}

function call(key: string, more: Partial<Call> = {}): Call {
  const signal = new AbortController().signal
  const claim = { operation: 'op', subject: `server/${id}`, epoch: 1 }
  return { key, ...claim, signal, deadlineMs: 60_000, ...more }
}

const unavailable = (thrown: unknown): boolean => isProblem(thrown, 'unavailable')

test('the verbs of a host are called by name, and what a driver raises arrives as it was', async (t) => {
  const { hosts, world } = stage(t)
  await hosts.on(host1, call('spawn')).spawn(the)
  assert.deepEqual(await hosts.on(host1, call('look')).getInfo(id), world.guests(host1)[0])
  assert.equal(await hosts.on(host2, call('look')).getInfo(id), null)
  await assertRaises(hosts.on(host2, call('off')).powerOff(id), 'InstanceNotFound')
  const { traits } = await hosts.on(host1, call('look')).getAvailableResource()
  assert.ok(traits.includes('COMPUTE_NODE'))
})

test('a host that nobody knows does not answer, and is not up', async (t) => {
  const { hosts } = stage(t)
  const nowhere = 'nowhere' as HostName
  await assert.rejects(hosts.on(nowhere, call('spawn')).spawn(the), unavailable)
  assert.equal(hosts.isUp(nowhere), false)
  assert.deepEqual([hosts.isUp(host1), hosts.names()], [true, [host1, host2]])
})

test('a host can be added while others work', async (t) => {
  const { hosts, world } = stage(t)
  const host3 = 'host3' as HostName
  hosts.add(host3, simulatedDriver({ world, host: host3 }))
  await hosts.on(host3, call('spawn')).spawn(the)
  assert.deepEqual([hosts.isUp(host3), world.guests(host3).length], [true, 1])
})

test('a host that is cut off goes on with its work, of which the caller learns when it is back', async (t) => {
  const { hosts, world, clock } = stage(t, { spawn: 100 })
  const spawning = hosts.on(host1, call('spawn')).spawn(the)
  await clock.advance(50)
  hosts.setReachable(host1, false)
  await assert.rejects(spawning, unavailable)
  await assert.rejects(hosts.on(host1, call('spawn')).spawn(the), unavailable)
  assert.equal(hosts.isUp(host1), false)
  await clock.advance(50)
  assert.equal(world.guests(host1).length, 1)

  hosts.setReachable(host1, true)
  await hosts.on(host1, call('spawn')).spawn(the)
  assert.equal(hosts.isUp(host1), true)
})

test('an agent that crashes stops its work, and its guests do not notice', async (t) => {
  const { hosts, world, clock } = stage(t, { powerOff: 100 })
  await hosts.on(host1, call('spawn')).spawn(the)
  const stopping = hosts.on(host1, call('off')).powerOff(id)
  await clock.advance(50)
  hosts.crash(host1)
  await assert.rejects(stopping, unavailable)
  assert.deepEqual([hosts.isUp(host1), hosts.isUp(host2)], [false, true])
  await assert.rejects(hosts.on(host1, call('off')).powerOff(id), unavailable)
  await clock.advance(1000)
  assert.equal(world.guests(host1)[0]?.power, 'running')

  hosts.restart(host1)
  const again = hosts.on(host1, call('off')).powerOff(id)
  await clock.advance(100)
  await again
  assert.equal(world.guests(host1)[0]?.power, 'shutdown')
})

test('an agent that comes back still refuses whose turn has passed', async (t) => {
  const { hosts } = stage(t)
  await hosts.on(host1, call('spawn', { epoch: 5 })).spawn(the)
  hosts.crash(host1)
  hosts.restart(host1)
  await assert.rejects(hosts.on(host1, call('late', { epoch: 4 })).destroy(id), { kind: 'stale' })
})

test('a host whose agent crashed by the fault plan is down until it returns', async (t) => {
  const { hosts, faults, clock } = stage(t)
  faults.replace({
    faults: [{ on: 'spawn', 'crash-agent': true, 'returns-after': 1000, times: 1 }],
  })
  await assert.rejects(hosts.on(host1, call('spawn')).spawn(the), unavailable)
  assert.deepEqual([hosts.isUp(host1), hosts.isUp(host2)], [false, true])
  await clock.advance(1000)
  assert.equal(hosts.isUp(host1), true)
  await hosts.on(host1, call('spawn')).spawn(the)
})

test('a caller who stops waiting gets the reason at once, and the host goes on', async (t) => {
  const { hosts, world, clock } = stage(t, { spawn: 100 })
  const patience = new AbortController()
  const reason = problem('unavailable', 'the caller goes home')
  const spawning = hosts.on(host1, call('spawn', { signal: patience.signal })).spawn(the)
  await clock.advance(50)
  patience.abort(reason)
  await assert.rejects(spawning, (thrown) => thrown === reason)
  await assert.rejects(
    hosts.on(host1, call('other', { signal: patience.signal })).destroy(id),
    (thrown) => thrown === reason,
  )
  await clock.advance(50)
  assert.equal(world.guests(host1).length, 1)
})

test('the deadline of a call is kept', async (t) => {
  const { hosts, clock } = stage(t, { spawn: 100 })
  const spawning = hosts.on(host1, call('spawn', { deadlineMs: 99 })).spawn(the)
  const refused = assert.rejects(spawning, unavailable)
  await clock.advance(99)
  await refused
})

test('ten thousand hosts cost little until they are called', (t) => {
  const { hosts, world } = stage(t)
  for (let n = 0; n < 10_000; n += 1) {
    const host = `crowd-${n}` as HostName
    hosts.add(host, simulatedDriver({ world, host }))
  }
  assert.equal(hosts.names().filter((host) => hosts.isUp(host)).length, 10_002)
})
