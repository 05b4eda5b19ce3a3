/** Rows F: evacuation, and the lost host that comes back. */
import assert from 'node:assert/strict'
import * as evacuating from '../../src/app/servers/evacuate.ts'
import * as services from '../../src/app/services.ts'
import type { HostName, ServerId } from '../../src/domain/ids.ts'
import { admin, amountsOf } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'
import { running } from '../kit/scenarios/positions.ts'
import * as deeds from './deeds.ts'
import { play, row } from './row.ts'
import type { Case } from './row.ts'

const host1 = 'host1' as HostName // a host of every cloud here
const ref = { host: 'host1', binary: 'nova-compute' }

const done = {
  position: deeds.onLostHost,
  ask: deeds.evacuate,
  end: 'ACTIVE on host2, 1 cores; move done; running on host2 and shutdown on host1',
  holds: { host2: 1 },
  keeps: { host1: 1 },
  cores: 1,
  fault: null,
  result: null,
  then: returned,
} as const
const inError = {
  ...done,
  end: 'ERROR on host1, 1 cores; move error; shutdown on host1',
  holds: { host1: 1 },
  keeps: {},
  fault: /./,
  result: 'Error',
  then: stillThere,
} as const
const failed = { ...inError, end: inError.end.replace('move error', 'move failed') } as const
const asBefore = { ...failed, end: failed.end.replace('ERROR', 'ACTIVE') } as const

/** The lost host is back: what was held there for its sake is free when it is clean. */
async function returned(cloud: FakeCloud, server: ServerId): Promise<void> {
  await deeds.comeBack(cloud, host1)
  assert.equal((await cloud.migrations(server)).at(-1)?.status, 'completed')
  assert.deepEqual(cloud.guests(host1), [])
  assert.deepEqual(await cloud.used(host1), {})
  assert.equal(cloud.guests('host2')[0]?.power, 'running')
}

/** The lost host is back, and the guest is still its own. */
async function stillThere(cloud: FakeCloud, server: ServerId): Promise<void> {
  await deeds.comeBack(cloud, host1)
  assert.equal(cloud.guests(host1).length, 1)
  assert.deepEqual(cloud.guests('host2'), [])
  await cloud.reboot(server, 'HARD')
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal((await cloud.server(server)).host, host1)
}

const cases: Readonly<Record<string, readonly Case[]>> = {
  F02: [
    { ...inError, hosts: ['host1', { name: 'host2', memoryMb: 256 }], fault: /^No valid host/ },
  ],
  F03: [
    {
      ...inError,
      refuse: { step: 'destinationClaimed', at: 'in-commit', kind: 'conflict', times: 2 },
    },
  ],
  F04: [{ ...asBefore, faults: [{ on: 'spawn', raise: 'ComputeResourcesUnavailable' }] }],
  F06: [
    {
      ...failed,
      faults: [{ on: 'spawn', raise: 'VirtualInterfaceCreateException', when: 'after' }],
      fault: /^Virtual Interface creation failed$/,
    },
  ],
  F07: [{ ...done, then: async (cloud, server) => await heldUntilBack(cloud, server) }],
  F08: [done],
  F09: [
    {
      ...done,
      then: async (cloud, server) => {
        deeds.lose(cloud, host1)
        await cloud.delete(server)
        assert.deepEqual(await cloud.used(host1), {})
        await deeds.comeBack(cloud, host1)
        assert.equal(await cloud.status(server), 'DELETED')
        assert.deepEqual(cloud.world.guests(), [])
      },
    },
  ],
  F10: [
    {
      ...done,
      meanwhile: {
        step: 'guestSpawned',
        at: 'before-call',
        act: async (cloud) => await lookAgain(cloud),
      },
    },
  ],
  F11: [
    {
      ...failed,
      faults: [{ on: 'spawn', raise: 'VirtualInterfaceCreateException' }],
      meanwhile: {
        step: 'guestSpawned',
        at: 'before-call',
        act: async (cloud) => await lookAgain(cloud),
      },
    },
  ],
  F12: [
    { ...done, crash: { step: 'sourceHeld', at: 'before-commit' } },
    { ...done, crash: { step: 'sourceHeld', at: 'after-commit' } },
  ],
  // Nothing was claimed anywhere, so nothing is anybody's to destroy.
  F13: [
    {
      ...inError,
      refuse: { step: 'destinationClaimed', at: 'in-commit', kind: 'failed', times: 2 },
    },
  ],
  // The destination is cleaned when it is back.
  F15: (['before', 'after'] as const).map((when) => ({
    ...failed,
    faults: [{ on: 'spawn', host: 'host2', 'crash-agent': true, when }],
  })),
  F22: [
    {
      ...done,
      meanwhile: {
        step: 'guestSpawned',
        at: 'after-call',
        act: async (cloud) => await deeds.report(cloud, 'host2'),
      },
    },
  ],
}

/** The lost host answers, and is looked at while its server is being made elsewhere: the guest there is left alone. */
async function lookAgain(cloud: FakeCloud): Promise<void> {
  await deeds.answerAgain(cloud, host1)
  await cloud.cloud.loops.runNow('returned hosts')
  assert.equal(cloud.guests(host1).length, 1)
}

/** Quota and claims count one flavor, however long the host stays away; then it is let go. */
async function heldUntilBack(cloud: FakeCloud, server: ServerId): Promise<void> {
  const migration = await cloud.openMigration(server)
  assert.deepEqual(await cloud.held(server), { host2: amountsOf({}) })
  assert.deepEqual(await cloud.held(migration?.id ?? ''), { host1: amountsOf({}) })
  assert.deepEqual(await cloud.charged(), { instances: 1, cores: 1, ram: 512 })
  await returned(cloud, server)
}

for (const [id, list] of Object.entries(cases)) {
  row(id, async (t) => {
    for (const given of list) await play(t, given)
  })
}

row('F01', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await running(cloud)
  await assert.rejects(deeds.evacuate(cloud, server), {
    kind: 'invalid',
    message: 'Compute service of host1 is still in use.',
  })
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.deepEqual(await cloud.migrations(server), [])
})

row('F14', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await deeds.onLostHost(cloud)
  const to = async (host: string): Promise<void> => {
    const wish = { host, leavesStopped: false }
    await evacuating.evacuate(cloud.cloud.ctx, admin, cloud.request(), server, wish)
  }
  await assert.rejects(to('host9'), { kind: 'not-found' })
  await assert.rejects(to('host1'), { kind: 'invalid' })
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal((await cloud.server(server)).taskState, null)
  assert.deepEqual(await cloud.migrations(server), [])
  assert.deepEqual(await cloud.held(server), { host1: amountsOf({}) })
  await deeds.comeBack(cloud, host1)
  assert.equal(cloud.guests(host1).length, 1)
  await cloud.reboot(server)
})

row('F16', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await deeds.onLostHost(cloud)
  const asks = [deeds.evacuate(cloud, server), deeds.evacuate(cloud, server)]
  const both = await Promise.allSettled(asks)
  assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  assert.equal(both.find((each) => each.status === 'rejected')?.reason.kind, 'conflict')
  await cloud.settled()
  assert.equal((await cloud.migrations(server)).length, 1)
  await returned(cloud, server)
})

row('F20', async (t) => {
  const cloud = await fakeCloud(t)
  const { ctx } = cloud.cloud
  const server = await deeds.onLostHost(cloud)
  await services.updateService(ctx, admin, ref, { forcedDown: true })
  await deeds.evacuate(cloud, server)
  await cloud.settled()
  const forceUp = async (): Promise<unknown> =>
    await services.updateService(ctx, admin, ref, { forcedDown: false })
  await assert.rejects(forceUp(), { kind: 'invalid' })
  await deeds.comeBack(cloud, host1)
  await forceUp()
  assert.deepEqual(cloud.guests(host1), [])
  assert.deepEqual(await cloud.used(host1), {})
})

row('F21', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await deeds.onLostHost(cloud)
  await deeds.evacuate(cloud, server)
  await cloud.settled()
  await services.deleteService(cloud.cloud.ctx, admin, ref)
  assert.equal((await cloud.migrations(server))[0]?.status, 'completed')
  assert.deepEqual(await cloud.held(server), { host2: amountsOf({}) })
  const providers = await cloud.store.read(
    async (reader) => await reader.selectFrom('providers').select('name').execute(),
  )
  assert.deepEqual(
    providers.map(({ name }) => name),
    ['host2'],
  )
  // The machine was scrapped, with everything on it.
  cloud.world.change((held) => held.remove(host1, server, 'guest'))
})

row('H17', async (t) => {
  const cloud = await fakeCloud(t)
  const [gone, stays] = [await running(cloud), await running(cloud)]
  deeds.lose(cloud, host1)
  await deeds.evacuate(cloud, gone)
  await cloud.settled()
  cloud.faults.replace({
    faults: [{ on: 'spawn', raise: 'VirtualInterfaceCreateException', when: 'after' }],
  })
  await deeds.evacuate(cloud, stays)
  await cloud.settled()
  await deeds.comeBack(cloud, host1)
  // What belongs elsewhere goes; what still belongs here is not touched.
  assert.deepEqual(
    cloud.guests(host1).map(({ server }) => server),
    [stays],
  )
  assert.deepEqual(await cloud.used(host1), amountsOf({}))
  assert.deepEqual(await cloud.held(gone), { host2: amountsOf({}) })
  cloud.faults.replace({ faults: [] })
  await cloud.reboot(stays)
})
