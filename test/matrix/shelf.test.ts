/** Rows G: shelving, leaving the host, coming back, and rebuilding. */
import assert from 'node:assert/strict'
import type { ServerId } from '../../src/domain/ids.ts'
import * as images from '../../src/store/image/images.ts'
import { tenant } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'
import { running } from '../kit/scenarios/positions.ts'
import * as deeds from './deeds.ts'
import { play, row } from './row.ts'
import type { Case } from './row.ts'

const stays = { settings: { offloadAfterMs: null } } as const
const active = {
  position: running,
  end: 'ACTIVE on host1, 1 cores; move none; running on host1',
  holds: { host1: 1 },
  cores: 1,
} as const
const onShelf = {
  ...active,
  ...stays,
  position: deeds.shelved,
  ask: deeds.offload,
  end: 'SHELVED on host1, 1 cores; move none; shutdown on host1',
} as const
const offloaded = {
  end: 'SHELVED_OFFLOADED on null, 1 cores; move none; no body',
  holds: {},
  cores: 0,
} as const
/** There is one host to come back to. */
const unshelve = { hosts: ['host1'], position: deeds.shelved, ask: deeds.unshelve } as const
const back = {
  ...active,
  ...unshelve,
  fault: null,
  result: null,
  then: async (cloud: FakeCloud) => assert.deepEqual(await imageNames(cloud), []),
} as const
const still = {
  ...unshelve,
  ...offloaded,
  result: 'Error',
  then: async (cloud: FakeCloud, server: ServerId) => {
    assert.deepEqual(await imageNames(cloud), ['server-shelved'])
    await deeds.unshelve(cloud, server)
    await cloud.settled()
    assert.equal(await cloud.status(server), 'ACTIVE')
  },
} as const
const rebuildFailed = {
  ...active,
  ask: deeds.rebuild,
  end: 'ERROR on host1, 1 cores; move none; no body',
  result: 'Error',
  then: async (cloud: FakeCloud, server: ServerId) => {
    await deeds.rebuild(cloud, server)
    await cloud.settled()
    assert.equal(await cloud.status(server), 'ACTIVE')
  },
} as const

async function imageNames(cloud: FakeCloud): Promise<readonly (string | null)[]> {
  const all = await cloud.store.read(async (reader) => await images.list(reader, {}))
  return all.map(({ name }) => name)
}

async function forgetImages(cloud: FakeCloud): Promise<void> {
  await cloud.store.transaction(async (tx) => {
    for (const image of await images.list(tx, {})) await images.remove(tx, image, 0)
  })
}

const cases: Readonly<Record<string, readonly Case[]>> = {
  G01: [
    {
      ...active,
      ask: deeds.shelve,
      faults: [{ on: 'snapshot', raise: 'NoSpaceLeft' }],
      result: 'Error',
      fault: /^No space left/,
      then: back.then,
    },
  ],
  G02: [
    {
      ...onShelf,
      faults: [{ on: 'destroy', raise: 'InstanceTerminationFailure' }],
      fault: /^Failed to terminate instance/,
      result: 'Error',
      then: async (cloud, server) => {
        await deeds.offload(cloud, server)
        await cloud.settled()
        assert.equal(await cloud.status(server), 'SHELVED_OFFLOADED')
        assert.deepEqual(await cloud.used('host1'), {})
      },
    },
  ],
  // The guest is gone: its place is given back together with the record, however often that must be tried.
  G03: [
    {
      ...onShelf,
      ...offloaded,
      refuse: { step: 'offloaded', at: 'in-commit', kind: 'failed', times: 3 },
    },
  ],
  G04: [
    {
      ...onShelf,
      ...offloaded,
      refuse: { step: 'guestDestroyed', at: 'before-commit', kind: 'unavailable', times: 3 },
    },
  ],
  G05: [
    ...(['atRest', 'uploaded', 'off'] as const).map((step) => ({
      ...onShelf,
      position: running,
      ask: deeds.shelve,
      crash: { step, at: 'after-call' as const },
    })),
    { ...onShelf, ...offloaded, crash: { step: 'guestDestroyed', at: 'after-call' } },
    { ...back, crash: { step: 'guestSpawned', at: 'after-call' } },
    { ...back, ...stays, crash: { step: 'poweredOn', at: 'after-call' } },
  ],
  G06: [
    {
      ...still,
      ask: async (cloud, server) => {
        await forgetImages(cloud)
        await deeds.unshelve(cloud, server)
      },
      end: 'ERROR on null, 1 cores; move none; no body',
      fault: /^Image could not be found/,
      then: async (cloud, server) => {
        await cloud.delete(server)
        assert.equal(await cloud.status(server), 'DELETED')
      },
    },
  ],
  G07: [
    {
      ...still,
      ask: async (cloud, server) => {
        deeds.lose(cloud, 'host1')
        await deeds.unshelve(cloud, server)
      },
      fault: null,
    },
  ],
  G09: [
    {
      ...still,
      faults: [{ on: 'spawn', raise: 'VirtualInterfaceCreateException', when: 'after' }],
      fault: /^Virtual Interface creation failed$/,
    },
  ],
  G11: [
    { ...back, crash: { step: 'imageFound', at: 'after-commit' } },
    { ...still, faults: [{ on: 'spawn', 'crash-agent': true }], fault: /./ },
  ],
  G12: [
    {
      ...back,
      faults: [
        { on: 'spawn', 'crash-agent': true, when: 'after', 'returns-after': 2_000, times: 1 },
      ],
    },
  ],
  G13: [
    {
      ...back,
      meanwhile: {
        step: 'guestSpawned',
        at: 'before-call',
        act: async (cloud) => await deeds.report(cloud, 'host1'),
      },
    },
  ],
  G15: [
    {
      ...rebuildFailed,
      faults: [{ on: 'spawn', raise: 'InstanceDeployFailure' }],
      fault: /^Failed to deploy instance/,
    },
    {
      ...rebuildFailed,
      faults: [{ on: 'spawn', raise: 'VirtualInterfaceCreateException', when: 'after' }],
      end: 'ERROR on host1, 1 cores; move none; running on host1',
      fault: /^Virtual Interface creation failed$/,
    },
  ],
  G17: (['guestDestroyed', 'guestSpawned'] as const).map((step) => ({
    ...active,
    ask: deeds.rebuild,
    crash: { step, at: 'after-call' as const },
    fault: null,
    result: null,
  })),
  G18: (['guestDestroyed', 'guestSpawned'] as const).map((step) => ({
    ...active,
    ask: deeds.rebuild,
    meanwhile: { step, at: 'before-call' as const, act: deeds.remove },
    end: 'DELETED; move none; no body',
    holds: {},
    cores: 0,
  })),
}

for (const [id, list] of Object.entries(cases)) {
  row(id, async (t) => {
    for (const given of list) await play(t, given)
  })
}

row('G08', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await deeds.shelved(cloud)
  // Others are given all that the project may have.
  const other = await cloud.create({ vcpus: 20, memoryMb: 512 })
  await cloud.settled()
  await assert.rejects(deeds.unshelve(cloud, server), { kind: 'over-quota' })
  assert.equal(await cloud.status(server), 'SHELVED_OFFLOADED')
  assert.equal((await cloud.server(server)).taskState, null)
  assert.deepEqual(await cloud.held(server), {})
  assert.equal((await cloud.charged()).cores, 20)
  await cloud.delete(other)
  await deeds.unshelve(cloud, server)
  await cloud.settled()
  assert.equal(await cloud.status(server), 'ACTIVE')
})

row('G19', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await deeds.shelved(cloud)
  assert.deepEqual(await cloud.charged(tenant), { instances: 1, cores: 0, ram: 0 })
  await deeds.unshelve(cloud, server)
  assert.deepEqual(await cloud.charged(tenant), { instances: 1, cores: 1, ram: 512 })
  await cloud.settled()
  await deeds.shelve(cloud, server)
  await cloud.settled()
  await cloud.delete(server)
  assert.deepEqual(await cloud.charged(tenant), { instances: 0, cores: 0, ram: 0 })
})
