/** What is put right by itself: guests that stopped behind our back, decisions never taken, what has rested long enough. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attachInterface } from '../../src/app/servers/interfaces.ts'
import { shelve } from '../../src/app/servers/shelve.ts'
import type { HostName } from '../../src/domain/ids.ts'
import { isProblem } from '../../src/lib/problem.ts'
import { virtualClock } from '../../src/lib/virtual-clock.ts'
import { mustStop } from '../../src/reconcilers/power-states.ts'
import { startLoops } from '../../src/reconcilers/loops.ts'
import { silentLog } from '../../src/lib/log.ts'
import { tenant } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import { boundPorts, network } from '../support/network.ts'

const hour = 3_600_000
const host1 = 'host1' as HostName // a host of every cloud here

test('a guest that was switched off inside is a stopped server', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, host1)
  cloud.world.losePower(host1)
  await cloud.cloud.loops.runNow('power states')
  await cloud.settled()
  assert.equal(await cloud.status(server), 'SHUTOFF')
  assert.equal((await cloud.server(server)).powerState, 'shutdown')
})

test('nothing is concluded about guests of a host that does not answer', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, host1)
  cloud.hosts.setReachable(host1, false)
  await cloud.cloud.loops.runNow('power states')
  await cloud.settled()
  assert.equal(await cloud.status(server), 'ACTIVE')
})

for (const [vmState, power, stops] of [
  ['active', 'running', false],
  ['active', 'shutdown', true],
  ['active', 'crashed', true],
  ['active', 'suspended', true],
  ['active', 'paused', false],
  ['active', 'nostate', false],
  ['stopped', 'running', true],
  ['stopped', 'shutdown', false],
  ['paused', 'shutdown', true],
  ['rescued', 'shutdown', false],
  ['resized', 'shutdown', false],
  ['error', 'running', false],
  ['soft-delete', 'running', true],
  ['soft-delete', 'shutdown', false],
] as const) {
  test(`a server that is ${vmState} while its guest is ${power} is ${stops ? '' : 'not '}stopped`, () => {
    assert.equal(mustStop(vmState, power), stops)
  })
}

test('a port that a host plugged when nobody waited for it any more is unplugged again', async (t) => {
  const cloud = await fakeCloud(t, { clock: virtualClock(Date.UTC(2030, 0, 1)) })
  await network(cloud)
  const server = await cloud.boot({}, host1)
  cloud.faults.replace({ faults: [{ on: 'attach_interface', 'crash-agent': true, when: 'after' }] })
  const any = { networkId: null, portId: null, address: null, tag: null }
  const attaching = attachInterface(cloud.cloud.ctx, tenant, cloud.request(), server, any)
  const refused = assert.rejects(attaching, (thrown) => isProblem(thrown, 'unavailable'))
  await cloud.store.settled()
  await cloud.settled(server)
  await refused
  cloud.heal()
  assert.deepEqual(await boundPorts(cloud, server), [])
  assert.equal(cloud.guests(host1)[0]?.plugged.length, 1)
  await cloud.cloud.loops.runNow('stray plugs')
  await cloud.settled(server)
  assert.deepEqual(cloud.guests(host1)[0]?.plugged, [])
})

test('a resize nobody decides on confirms itself when its window is over, and waits for its source', async (t) => {
  const clock = virtualClock(Date.UTC(2030, 0, 1))
  const cloud = await fakeCloud(t, { clock, settings: { confirmWindowMs: hour } })
  const server = await cloud.boot({}, host1)
  await cloud.resize(server, { vcpus: 2, memoryMb: 1024 })
  const look = async (): Promise<string> => {
    await cloud.cloud.loops.runNow('confirm window')
    await cloud.settled()
    return await cloud.status(server)
  }
  assert.equal(await look(), 'VERIFY_RESIZE')
  await clock.advance(hour)
  cloud.hosts.setReachable(host1, false)
  assert.equal(await look(), 'VERIFY_RESIZE')
  cloud.hosts.setReachable(host1, true)
  await cloud.hosts.caughtUp(host1)
  assert.equal(await look(), 'ACTIVE')
  assert.deepEqual(await cloud.used(host1), {})
})

test('a soft-deleted server is deleted for good when nobody wanted it back in time', async (t) => {
  const clock = virtualClock(Date.UTC(2030, 0, 1))
  const cloud = await fakeCloud(t, { clock, settings: { reclaimAfterMs: hour } })
  const server = await cloud.boot({}, host1)
  await cloud.delete(server)
  await cloud.cloud.loops.runNow('reclaim')
  assert.equal(await cloud.status(server), 'SOFT_DELETED')
  await clock.advance(hour)
  await cloud.cloud.loops.runNow('reclaim')
  await cloud.settled()
  assert.equal(await cloud.status(server), 'DELETED')
  assert.deepEqual(await cloud.used(host1), {})
})

test('a shelved server leaves its host when it has been there long enough', async (t) => {
  const clock = virtualClock(Date.UTC(2030, 0, 1))
  const cloud = await fakeCloud(t, { clock, settings: { offloadAfterMs: hour } })
  const server = await cloud.boot({}, host1)
  await shelve(cloud.cloud.ctx, tenant, cloud.request(), server)
  await cloud.settled()
  await cloud.cloud.loops.runNow('offload shelved')
  assert.equal(await cloud.status(server), 'SHELVED')
  await clock.advance(hour)
  await cloud.cloud.loops.runNow('offload shelved')
  await cloud.settled()
  assert.equal(await cloud.status(server), 'SHELVED_OFFLOADED')
})

test('a loop runs every so often, again after it failed, and never twice at once', async () => {
  const clock = virtualClock()
  let runs = 0
  let atOnce = 0
  let atOnceMost = 0
  const run = async (): Promise<void> => {
    runs += 1
    atOnce += 1
    atOnceMost = Math.max(atOnceMost, atOnce)
    try {
      await clock.sleep(5)
      if (runs === 1) throw new Error('the first time')
    } finally {
      atOnce -= 1
    }
  }
  const reconcilers = [{ name: 'mine', everyMs: 10, run }]
  const loops = startLoops({ clock, log: silentLog, reconcilers, onTheClock: true })
  await clock.advance(15)
  const now = Promise.all([loops.runNow('mine'), loops.runNow('mine')])
  await clock.advance(30)
  await now
  assert.ok(runs >= 4)
  assert.equal(atOnceMost, 1)
  await loops.close()
  const before = runs
  await clock.advance(100)
  assert.equal(runs, before)
})
