/** Rows C and D: a resize is confirmed, or reverted. */
import assert from 'node:assert/strict'
import type { HostName, ServerId } from '../../src/domain/ids.ts'
import { resetState } from '../../src/app/servers/reset-state.ts'
import { admin } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'
import { resized, resizedWhileStopped } from '../kit/scenarios/positions.ts'
import * as deeds from './deeds.ts'
import { play, row } from './row.ts'
import type { Case } from './row.ts'

const confirm = { position: resized, ask: deeds.confirm } as const
const confirmed = {
  ...confirm,
  end: 'ACTIVE on host2, 2 cores; move confirmed; running on host2',
  holds: { host2: 2 },
  cores: 2,
  fault: null,
  result: null,
} as const
const revert = { position: resized, ask: deeds.revert } as const
const reverted = {
  ...revert,
  end: 'ACTIVE on host1, 1 cores; move reverted; running on host1',
  holds: { host1: 1 },
  cores: 1,
  fault: null,
  result: null,
} as const
const undecided = {
  end: 'VERIFY_RESIZE on host2, 2 cores; move finished; running on host2 and source-copy on host1',
  holds: { host2: 2 },
  keeps: { host1: 1 },
  cores: 2,
  result: 'Error',
} as const
const broken = {
  ...revert,
  end: 'ERROR on host1, 1 cores; move error; source-copy on host1',
  holds: { host1: 1 },
  cores: 1,
  result: 'Error',
  then: async (cloud: FakeCloud, server: ServerId) => {
    assert.equal((await cloud.server(server)).move, null)
    await cloud.reboot(server, 'HARD')
    assert.equal(await cloud.status(server), 'ACTIVE')
  },
} as const
const plugFault = /^Virtual Interface creation failed$/

const cases: Readonly<Record<string, Case>> = {
  C02: { ...confirmed, crash: { step: 'sourceCleaned', at: 'after-call' } },
  C03: { ...confirmed, faults: [{ on: 'confirm_migration', raise: 'Whatever' }] },
  C04: {
    ...confirmed,
    faults: [{ on: 'confirm_migration', raise: 'VirtualInterfacePlugException' }],
  },
  C05: { ...confirmed, refuse: { step: 'confirmed', at: 'in-commit', kind: 'conflict', times: 5 } },
  C06: {
    ...confirmed,
    refuse: { step: 'confirmed', at: 'in-commit', kind: 'unavailable', times: 5 },
  },
  C07: {
    ...confirm,
    meanwhile: { step: 'sourceCleaned', at: 'before-call', act: deeds.remove },
    end: 'DELETED; move confirmed; no body',
    holds: {},
    cores: 0,
  },
  // The server is deleted while the source cannot hear of the confirm: both sides are cleaned all the same.
  C08: {
    ...confirm,
    faults: [{ on: 'confirm_migration', 'crash-agent': true }],
    meanwhile: { step: 'sourceCleaned', at: 'before-call', act: deeds.remove },
    end: 'DELETED; move confirmed; no body',
    holds: {},
    cores: 0,
  },
  C10: {
    ...confirmed,
    meanwhile: {
      step: 'sourceCleaned',
      at: 'before-commit',
      act: async (cloud) => await deeds.report(cloud, 'host1'),
    },
  },
  C13: {
    ...confirmed,
    position: resizedWhileStopped,
    ask: async (cloud, server) => {
      // Who starts a server that waits for a decision does it from inside, or by an event: the cloud sees it run.
      deeds.setPower(cloud, 'host2', server, 'running')
      await cloud.cloud.loops.runNow('power states')
      await deeds.confirm(cloud, server)
    },
  },
  D02: { ...reverted, crash: { step: 'reverting', at: 'after-commit' } },
  D03: {
    ...revert,
    ...undecided,
    faults: [{ on: 'destroy', host: 'host2', raise: 'VirtualInterfacePlugException' }],
  },
  D04: {
    ...revert,
    ...undecided,
    faults: [{ on: 'destroy', host: 'host2', raise: 'InstanceTerminationFailure' }],
  },
  D06: { ...reverted, crash: { step: 'destinationFreed', at: 'after-call' } },
  D07: { ...reverted, refuse: { step: 'broughtHome', at: 'in-commit', kind: 'stale', times: 4 } },
  D08: {
    ...reverted,
    refuse: { step: 'broughtHome', at: 'in-commit', kind: 'unavailable', times: 4 },
  },
  D09: {
    ...broken,
    faults: [{ on: 'finish_revert_migration', raise: 'PortBindingFailed' }],
    fault: /^Binding failed/,
  },
  D10: {
    ...broken,
    faults: [{ on: 'finish_revert_migration', raise: 'VirtualInterfaceCreateException' }],
    fault: plugFault,
  },
  D11: {
    ...reverted,
    faults: [
      { on: 'finish_revert_migration', 'crash-agent': true, 'returns-after': 3_000, times: 1 },
    ],
  },
  D12: {
    ...revert,
    meanwhile: { step: 'guestRestored', at: 'before-call', act: deeds.remove },
    end: 'DELETED; move error; no body',
    holds: {},
    cores: 0,
  },
  D13: {
    ...revert,
    position: resizedWhileStopped,
    faults: [{ on: 'finish_revert_migration', raise: 'InstancePowerOffFailure', when: 'after' }],
    end: 'ERROR on host1, 1 cores; move error; shutdown on host1',
    holds: { host1: 1 },
    cores: 1,
    result: 'Error',
    fault: /^Failed to power off instance/,
  },
  D14: {
    ...reverted,
    meanwhile: {
      step: 'guestRestored',
      at: 'before-call',
      act: async (cloud) => await deeds.report(cloud, 'host2'),
    },
  },
}

for (const [id, given] of Object.entries(cases)) row(id, async (t) => await play(t, given))

row('C01', async (t) => {
  const cloud = await fakeCloud(t, { settings: { confirmWindowMs: 1 } })
  const server = await resized(cloud)
  cloud.hosts.setReachable('host1' as HostName, false)
  await assert.rejects(cloud.confirm(server), { kind: 'conflict' })
  await cloud.cloud.loops.runNow('confirm window')
  assert.equal((await cloud.openMigration(server))?.status, 'finished')
  await deeds.answerAgain(cloud, 'host1')
  await cloud.confirm(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
})

row('C09', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await resized(cloud)
  const both = await Promise.allSettled([cloud.confirm(server), cloud.confirm(server)])
  assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.deepEqual(await cloud.used('host1'), {})
})

row('D01', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await resized(cloud)
  cloud.hosts.setReachable('host2' as HostName, false)
  await assert.rejects(cloud.revert(server), { kind: 'conflict' })
  assert.equal(await cloud.status(server), 'VERIFY_RESIZE')
  assert.equal((await cloud.openMigration(server))?.status, 'finished')
  assert.deepEqual(Object.keys(await cloud.held(server)), ['host2'])
  await deeds.answerAgain(cloud, 'host2')
  await cloud.revert(server)
  assert.equal((await cloud.server(server)).host, 'host1')
})

row('C11', async (t) => {
  const cloud = await fakeCloud(t, { settings: { confirmWindowMs: 1 } })
  const { ctx } = cloud.cloud
  const [gone, reset, busy] = [await resized(cloud), await resized(cloud), await resized(cloud)]
  await cloud.delete(gone)
  await resetState(ctx, admin, cloud.request(), reset, 'error')
  cloud.faults.replace({ faults: [{ on: 'destroy', hang: true }] })
  await deeds.revert(cloud, busy)
  // Whoever ended the wait has given back what was kept for it; there is nothing to confirm, and nothing left over.
  await cloud.cloud.loops.runNow('confirm window')
  cloud.faults.replace({ faults: [] })
  await cloud.settled()
  assert.equal(await cloud.status(gone), 'DELETED')
  assert.equal((await cloud.migrations(reset))[0]?.status, 'error')
  assert.deepEqual(Object.keys(await cloud.held(reset)), ['host2'])
  assert.equal((await cloud.migrations(busy))[0]?.status, 'reverted')
  assert.deepEqual(await cloud.used('host1'), await cloud.held(busy).then(({ host1 }) => host1))
})
