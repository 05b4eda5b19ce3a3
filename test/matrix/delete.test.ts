/** Rows I: deleting, at any moment and without anybody's help. */
import assert from 'node:assert/strict'
import type { ServerId } from '../../src/domain/ids.ts'
import type { FaultData } from '../../src/drivers/fault-data.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'
import { boundPorts } from '../support/network.ts'
import { askResize, left, resized, running } from '../kit/scenarios/positions.ts'
import * as deeds from './deeds.ts'
import { play, row } from './row.ts'
import type { Case } from './row.ts'

const remove = {
  position: running,
  ask: deeds.remove,
  end: 'DELETED; move none; no body',
  holds: {},
  cores: 0,
} as const
/** The guest is gone, and what it held could not be given back: all of that together, and again when it is asked for again. */
const notGone = {
  refuse: { step: 'gone', at: 'in-commit', kind: 'failed', times: 2 },
  end: 'ERROR on host1, 1 cores; move none; no body',
  holds: { host1: 1 },
  cores: 1,
  fault: /./,
  result: 'Error',
  then: deletedAfterAll,
} as const
const down = (host: string): readonly FaultData[] => [{ on: 'destroy', host, 'crash-agent': true }]

async function deletedAfterAll(cloud: FakeCloud, server: ServerId): Promise<void> {
  await cloud.delete(server)
  assert.equal(await cloud.status(server), 'DELETED')
  assert.deepEqual(await cloud.used('host1'), {})
  assert.deepEqual(await boundPorts(cloud, server), [])
}

const cases: Readonly<Record<string, Case>> = {
  I01: {
    ...remove,
    faults: [{ on: 'destroy', raise: 'InstanceTerminationFailure' }],
    end: 'ERROR on host1, 1 cores; move none; running on host1',
    holds: { host1: 1 },
    cores: 1,
    fault: /^Failed to terminate instance/,
    result: 'Error',
    then: deletedAfterAll,
  },
  I02: { ...remove, ...notGone },
  I03: {
    ...remove,
    ...notGone,
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
    meanwhile: { step: 'guestMoved', at: 'after-call', act: deeds.remove },
    end: 'DELETED; move error; no body',
  },
  I11: {
    ...remove,
    faults: [{ on: 'destroy', 'crash-agent': true, 'returns-after': 1_000, times: 1 }],
  },
  I12: { ...remove, meanwhile: { step: 'guestDestroyed', at: 'before-call', act: deeds.remove } },
  I16: { ...remove, position: left, end: 'DELETED; move error; no body' },
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
