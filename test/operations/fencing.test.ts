/** A host that was given up goes on: two guests of one server never run (K10). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Hosts } from '../../src/agents/hosts.ts'
import { isProblem } from '../../src/lib/problem.ts'
import { stop } from '../../src/app/servers/power.ts'
import { tenant } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import {
  begin,
  comesBack,
  destination,
  evacuated,
  forceDown,
  lostHost,
  source,
  stayed,
} from '../support/lost-hosts.ts'
import { until, untilTask } from '../support/until.ts'

test('K10 a host that was given up and goes on has switched its guest off before it counts as up', async (t) => {
  const { cloud, server } = await lostHost(t)
  // It had no power for a moment only: the guest runs, and the control plane does not see it.
  cloud.world.change((held) => {
    const guest = held.body(source, server, 'guest')
    assert.ok(guest)
    held.put({ ...guest, power: 'running' })
  })
  await evacuated(cloud, server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal(cloud.guests(source)[0]?.power, 'running')

  cloud.hosts.setReachable(source, true)
  assert.equal(cloud.hosts.isUp(source), false)
  await cloud.hosts.caughtUp(source)
  assert.equal(cloud.hosts.isUp(source), true)
  assert.equal(cloud.guests(source)[0]?.power, 'shutdown')
  assert.equal(cloud.guests(destination)[0]?.power, 'running')
  await comesBack(cloud)
  assert.deepEqual(cloud.guests(source), [])
})

test('K10 a call that was made before a server was given up has no effect when its host is back', async (t) => {
  const { cloud, server } = await lostHost(t)
  const guest = cloud.guests(source)[0]
  assert.ok(guest)
  await evacuated(cloud, server)
  cloud.hosts.setReachable(source, true)
  const late = {
    key: 'late',
    operation: 'late',
    subject: `server/${server}`,
    epoch: 1,
    signal: new AbortController().signal,
    deadlineMs: 1000,
  }
  const call = cloud.hosts.on(source, late).powerOn(guest)
  await assert.rejects(call, (thrown) => isProblem(thrown, 'stale'))
  assert.equal(cloud.guests(source)[0]?.power, 'shutdown')
  await comesBack(cloud)
})

test('K10 a host that was forced down and answers switches the guest off before another is made', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, source)
  await forceDown(cloud, true)
  cloud.faults.replace({ faults: [{ on: 'spawn', hang: true }] })
  await begin(cloud, server)
  await untilTask(cloud, server, 'rebuild_spawning')
  assert.equal(cloud.guests(source)[0]?.power, 'shutdown')
  cloud.faults.replace({ faults: [] })
  await cloud.settled(server)
  assert.equal((await cloud.server(server)).host, destination)
  await comesBack(cloud)
  await forceDown(cloud, false)
})

test('K10 a host that was forced down, answers and does not let go of the guest keeps the server', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, source)
  await forceDown(cloud, true)
  cloud.faults.replace({ faults: [{ on: 'power_off', raise: 'KitFailure' }] })
  await evacuated(cloud, server)
  await stayed(cloud, server, 'error')
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal(cloud.guests(source)[0]?.power, 'running')
})

test('K10 an evacuation that is tried anew finds the host back and ends', async (t) => {
  let comesBackAt = (_key: string): void => {}
  const between = (hosts: Hosts): Hosts => ({
    isUp: (host) => hosts.isUp(host),
    on: (host, call) => {
      comesBackAt(call.key)
      return hosts.on(host, call)
    },
  })
  const { cloud, server } = await lostHost(t, { hosts: [source, destination, 'host3'], between })
  comesBackAt = (key) => {
    if (key.includes('/guestSpawned/')) cloud.hosts.setReachable(source, true)
  }
  const raise = 'ComputeResourcesUnavailable'
  cloud.faults.replace({ faults: [{ on: 'spawn', raise, times: 1 }] })
  await evacuated(cloud, server)
  assert.equal((await cloud.server(server)).host, source)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.match((await cloud.fault(server))?.message ?? '', /still in use/)
  await cloud.reboot(server)
})

test('K10 a host whose agent a fault keeps down catches up when the fault is over, not when it is started', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, source)
  cloud.faults.replace({ faults: [{ on: 'power_off', host: source, 'crash-agent': true }] })
  await stop(cloud.cloud.ctx, tenant, cloud.request(), server)
  await until(cloud, server, () => !cloud.hosts.isUp(source))
  cloud.hosts.crash(source)
  cloud.hosts.restart(source)
  await evacuated(cloud, server)
  assert.equal((await cloud.server(server)).host, destination)
  assert.equal(cloud.guests(source)[0]?.power, 'running')
  cloud.faults.replace({ faults: [] })
  assert.equal(cloud.hosts.isUp(source), false)
  await cloud.hosts.caughtUp(source)
  assert.equal(cloud.guests(source)[0]?.power, 'shutdown')
  await comesBack(cloud)
})
