/** Rows H to K: deleting, power, restarts and the control plane itself. */
import assert from 'node:assert/strict'
import * as deleting from '../../src/app/servers/delete.ts'
import * as power from '../../src/app/servers/power.ts'
import type { HostName, ServerId } from '../../src/domain/ids.ts'
import type { FaultData } from '../../src/drivers/fault-data.ts'
import { fakeCloud, tenant } from '../support/fake-cloud.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'
import { askResize, left, resized, running, stopped } from '../kit/scenarios/positions.ts'
import { play, row } from './row.ts'
import type { Case } from './row.ts'

const ask = async (cloud: FakeCloud, server: ServerId): Promise<void> =>
  await deleting.remove(cloud.cloud.ctx, tenant, cloud.request(), server)

const remove = {
  position: running,
  ask,
  end: 'DELETED; move none; no body',
  holds: {},
  cores: 0,
} as const
const down = (host: string): readonly FaultData[] => [{ on: 'destroy', host, 'crash-agent': true }]
const reboot = {
  position: running,
  ask: async (cloud: FakeCloud, server: ServerId) =>
    await power.reboot(cloud.cloud.ctx, tenant, cloud.request(), server, 'HARD'),
  holds: { host1: 1 },
  cores: 1,
} as const
const active = 'ACTIVE on host1, 1 cores; move none; running on host1'

const cases: Readonly<Record<string, Case>> = {
  H03: { ...remove, crash: { step: 'gone', at: 'before-commit' } },
  H04: {
    ask: async (cloud) => await cloud.create(),
    hosts: ['host1'],
    crash: { step: 'guestSpawned', at: 'after-call' },
    end: active,
    holds: { host1: 1 },
    cores: 1,
  },
  H07: {
    position: running,
    ask: askResize,
    crash: { step: 'destinationPrepared', at: 'before-call' },
    end: 'VERIFY_RESIZE on host2, 2 cores; move finished; running on host2 and source-copy on host1',
    holds: { host2: 2 },
    cores: 2,
  },
  H08: { ...remove, crash: { step: 'guestDestroyed', at: 'after-call' } },
  H09: { ...reboot, crash: { step: 'rebooted', at: 'after-call' }, end: active, result: null },
  H12: {
    ...reboot,
    ask: async (cloud, server) =>
      await power.stop(cloud.cloud.ctx, tenant, cloud.request(), server),
    crash: { step: 'poweredOff', at: 'after-call' },
    end: 'SHUTOFF on host1, 1 cores; move none; shutdown on host1',
  },
  H14: {
    position: running,
    ask: askResize,
    crash: { step: 'guestMoved', at: 'after-call' },
    end: 'VERIFY_RESIZE on host2, 2 cores; move finished; running on host2 and source-copy on host1',
    holds: { host2: 2 },
    cores: 2,
  },
  I01: {
    ...remove,
    faults: [{ on: 'destroy', raise: 'InstanceTerminationFailure' }],
    end: 'ERROR on host1, 1 cores; move none; running on host1',
    holds: { host1: 1 },
    cores: 1,
    fault: /^Failed to terminate instance/,
    result: 'Error',
    then: async (cloud, server) => {
      await cloud.delete(server)
      assert.equal(await cloud.status(server), 'DELETED')
    },
  },
  I03: {
    ...remove,
    refuse: { step: 'gone', at: 'in-commit', kind: 'failed', times: 2 },
    end: 'ERROR on host1, 1 cores; move none; no body',
    holds: { host1: 1 },
    cores: 1,
    fault: /./,
  },
  I04: { ...remove, refuse: { step: 'gone', at: 'in-commit', kind: 'unavailable', times: 4 } },
  I05: { ...remove, faults: down('host1') },
  I06: {
    ...remove,
    faults: down('host1'),
    refuse: { step: 'gone', at: 'in-commit', kind: 'unavailable', times: 4 },
  },
  I07: { ...remove, position: resized, end: 'DELETED; move confirmed; no body' },
  I08: {
    ...remove,
    position: resized,
    faults: down('host1'),
    end: 'DELETED; move confirmed; no body',
  },
  I09: {
    ...remove,
    position: resized,
    faults: [{ on: 'destroy', host: 'host1', raise: 'InstanceTerminationFailure' }],
    end: 'DELETED; move confirmed; no body',
  },
  I10: {
    ...remove,
    ask: askResize,
    meanwhile: { step: 'guestMoved', at: 'after-call', act: ask },
    end: 'DELETED; move error; no body',
  },
  I11: {
    ...remove,
    faults: [{ on: 'destroy', 'crash-agent': true, 'returns-after': 1_000, times: 1 }],
  },
  I12: { ...remove, meanwhile: { step: 'guestDestroyed', at: 'before-call', act: ask } },
  I16: { ...remove, position: left, end: 'DELETED; move error; no body' },
  J01: {
    ...reboot,
    ask: async (cloud, server) =>
      await power.stop(cloud.cloud.ctx, tenant, cloud.request(), server),
    faults: [{ on: 'power_off', 'crash-agent': true }],
    end: active,
    result: 'Error',
  },
  J02: { ...reboot, faults: [{ on: 'reboot', raise: 'InstanceRebootFailure' }], end: active },
  J03: {
    ...reboot,
    position: stopped,
    faults: [{ on: 'reboot', raise: 'InstanceRebootFailure' }],
    end: 'ERROR on host1, 1 cores; move none; shutdown on host1',
    fault: /^Failed to reboot instance/,
    result: 'Error',
  },
  K01: { ...remove, refuse: { step: 'gone', at: 'before-commit', kind: 'unavailable', times: 5 } },
  K02: { ...remove, crash: { step: 'gone', at: 'in-commit' } },
  K04: { ...remove, refuse: { step: 'gone', at: 'after-commit', kind: 'unavailable' } },
  K07: { ...remove, faults: [{ on: 'destroy', 'lose-reply': true, times: 1 }] },
  J20: {
    ...remove,
    // A second control plane takes over in mid-step; the first goes on as if nothing had happened, and may write nothing.
    meanwhile: {
      step: 'guestDestroyed',
      at: 'after-call',
      act: async (cloud) => await cloud.another(null),
    },
  },
  K12: {
    ...remove,
    position: running,
    ask: askResize,
    meanwhile: {
      step: 'guestMoved',
      at: 'before-call',
      act: async (cloud) => await cloud.another(null),
    },
    end: 'VERIFY_RESIZE on host2, 2 cores; move finished; running on host2 and source-copy on host1',
    holds: { host2: 2 },
    cores: 2,
  },
}

for (const [id, given] of Object.entries(cases)) row(id, async (t) => await play(t, given))

row('I13', async (t) => {
  const cloud = await fakeCloud(t, { hosts: [{ name: 'host1', memoryMb: 1024 }] })
  const server = await cloud.boot({ memoryMb: 2048 })
  assert.equal(await cloud.status(server), 'ERROR')
  await cloud.delete(server)
  assert.equal(await cloud.status(server), 'DELETED')
  assert.deepEqual(await cloud.charged(), { instances: 0, cores: 0, ram: 0 })
})

row('K14', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await running(cloud)
  cloud.faults.replace({ faults: [{ on: 'finish_migration', hang: true }] })
  await askResize(cloud, server)
  while ((await cloud.server(server)).taskState !== 'resize_finish') await cloud.store.settled()
  assert.deepEqual(await cloud.audit(), [])
  cloud.hosts.setReachable('host1' as HostName, true)
})
