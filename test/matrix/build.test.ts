/** Rows A: building a server, and what goes wrong with it. */
import assert from 'node:assert/strict'
import { listNetworks } from '../../src/app/network/networks.ts'
import { createPorts, listPorts } from '../../src/app/network/ports.ts'
import * as deleting from '../../src/app/servers/delete.ts'
import type { ServerId } from '../../src/domain/ids.ts'
import type { Port } from '../../src/domain/network/network.ts'
import { sketch } from '../kit/bench.ts'
import { admin, tenant } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'
import { play, row } from './row.ts'
import type { Case } from './row.ts'

const small = { vcpus: 1, memoryMb: 512, diskGb: 1 }

/** Every port there is; where there is none, one is made that no server has. */
async function ports(cloud: FakeCloud): Promise<readonly Port[]> {
  const { ctx } = cloud.cloud
  const query = { ids: null, networkId: null, deviceIds: null }
  const all = await listPorts(ctx, admin, query)
  if (all.length > 0) return all
  const [first] = await listNetworks(ctx, admin)
  assert(first !== undefined)
  return await createPorts(ctx, tenant, [{ networkId: first.id, projectId: tenant.projectId }])
}

/** host1 is where a server goes first. */
const build = {
  last: 'host2',
  ask: async (cloud: FakeCloud) => await cloud.create(small),
} as const

const built = {
  end: 'ACTIVE on host1, 1 cores; move none; running on host1',
  holds: { host1: 1 },
  cores: 1,
  fault: null,
  result: null,
} as const
const elsewhere = {
  ...built,
  end: 'ACTIVE on host2, 1 cores; move none; running on host2',
  holds: { host2: 1 },
} as const
const nowhere = {
  end: 'ERROR on null, 1 cores; move none; no body',
  holds: {},
  cores: 1,
  result: 'Error',
} as const
const deleted = { end: 'DELETED; move none; no body', holds: {}, cores: 0 } as const

const cases: Readonly<Record<string, Omit<Case, 'ask'> & Partial<Pick<Case, 'ask'>>>> = {
  A02: {
    ...nowhere,
    ask: async (cloud) => await cloud.create({ ...small, memoryMb: 40_960, diskGb: 5_000 }),
    fault: /^No valid host was found/,
  },
  // What is not known is asked for again, as long as anybody would wait; then there is no host.
  A03: {
    ...nowhere,
    refuse: { step: 'hostClaimed', at: 'in-commit', kind: 'unavailable', times: 2_000 },
    fault: /./,
  },
  A04: {
    ...nowhere,
    refuse: { step: 'hostClaimed', at: 'in-commit', kind: 'conflict', times: 2 },
    fault: /./,
  },
  A05: {
    ...built,
    refuse: { step: 'hostClaimed', at: 'in-commit', kind: 'stale', times: 4 },
  },
  A09: { ...built, crash: { step: 'hostClaimed', at: 'in-commit' } },
  A12: { ...built, crash: { step: 'guestSpawned', at: 'before-call' } },
  A13: {
    ...elsewhere,
    faults: [{ on: 'spawn', host: 'host1', raise: 'ComputeResourcesUnavailable' }],
  },
  A14: {
    ...nowhere,
    faults: [{ on: 'spawn', raise: 'ComputeResourcesUnavailable' }],
    fault: /^Exceeded maximum number of retries/,
  },
  A15: {
    ...nowhere,
    faults: [{ on: 'spawn', host: 'host1', raise: 'ComputeResourcesUnavailable' }],
    refuse: { step: 'hostClaimed', at: 'in-commit', round: 2, kind: 'conflict', times: 2 },
    fault: /./,
  },
  A16: {
    ...nowhere,
    ask: async (cloud) => await cloud.create(small, { host: 'host1' }, admin),
    faults: [{ on: 'spawn', host: 'host1', raise: 'InstanceDeployFailure' }],
    fault: /^Failed to deploy instance/,
  },
  A17: {
    ...nowhere,
    faults: [{ on: 'spawn', raise: 'VirtualInterfaceCreateException', times: 1 }],
    fault: /aborted: Failed to allocate the network\(s\), not rescheduling\.$/,
  },
  A19: {
    ...nowhere,
    faults: [{ on: 'spawn', raise: 'BuildAbortException', times: 1 }],
    fault: /^Build of instance .* aborted/,
  },
  A20: { ...elsewhere, faults: [{ on: 'spawn', host: 'host1', raise: 'Whatever', when: 'after' }] },
  A21: {
    ...nowhere,
    faults: [
      { on: 'spawn', host: 'host1', raise: 'Whatever', when: 'after' },
      { on: 'destroy', host: 'host1', raise: 'InstanceTerminationFailure' },
    ],
    fault: /Whatever/,
  },
  // One port is made for the server, another was there before.
  A22: {
    ...nowhere,
    ask: async (cloud) => {
      const [made] = await ports(cloud)
      const networkId = made?.networkId ?? null
      const one = { networkId, portId: null, address: null, tag: null }
      const mine = { networkId: null, portId: made?.id ?? null, address: null, tag: null }
      await cloud.create(small, { networks: [one, mine] })
    },
    refuse: { step: 'portsMade', at: 'in-commit', kind: 'failed', times: 2 },
    fault: /./,
    then: async (cloud) => {
      const left = (await ports(cloud)).map(({ deviceId, bindings }) => ({ deviceId, bindings }))
      assert.deepEqual(left, [{ deviceId: '', bindings: [] }])
    },
  },
  A24: {
    ...built,
    faults: [{ on: 'spawn', host: 'host1', 'crash-agent': true, 'returns-after': 2_000, times: 1 }],
  },
  A25: {
    ...built,
    faults: [
      {
        on: 'spawn',
        host: 'host1',
        'crash-agent': true,
        'returns-after': 2_000,
        when: 'after',
        times: 1,
      },
    ],
  },
  A26: {
    ...nowhere,
    faults: [{ on: 'spawn', host: 'host1', 'crash-agent': true, times: 1 }],
    fault: /does not (answer|run)|No answer/,
  },
  A27: {
    ...deleted,
    faults: [{ on: 'spawn', hang: true }],
    meanwhile: {
      step: 'guestSpawned',
      at: 'before-call',
      act: async (cloud, server) =>
        await deleting.remove(cloud.cloud.ctx, tenant, cloud.request(), server),
    },
  },
  A28: {
    ...elsewhere,
    faults: [{ on: 'spawn', host: 'host1', raise: 'Whatever' }],
    refuse: { step: 'hostClaimed', at: 'in-commit', back: true, kind: 'unavailable', times: 3 },
  },
  A29: {
    ...nowhere,
    faults: [{ on: 'spawn', raise: 'BuildAbortException' }],
    refuse: { step: 'guestSpawned', at: 'before-commit', kind: 'unavailable', times: 3 },
    fault: /aborted/,
  },
}

for (const [id, given] of Object.entries(cases)) {
  row(id, async (t) => await play(t, { ...build, ...given }))
}

row('A01', async (t) => {
  const cloud = await fakeCloud(t)
  await assert.rejects(cloud.create({ vcpus: 21, memoryMb: 512 }), { kind: 'over-quota' })
  assert.deepEqual(await cloud.charged(), { instances: 0, cores: 0, ram: 0 })
  assert.deepEqual(cloud.guests('host1'), [])
})

row('A06', async (t) => {
  const hosts = ['host1', 'host2'].map((name) => ({ name, vcpus: 1, memoryMb: 512, diskGb: 1 }))
  const cloud = await fakeCloud(t, { hosts })
  const first = await cloud.create(small, { minCount: 3, maxCount: 3 })
  const request = { requestId: `req-${cloud.requests}`, globalRequestId: null }
  await cloud.settled()
  const rows = await cloud.store.read(
    async (reader) => await reader.selectFrom('servers').select('id').execute(),
  )
  // A row of servers has the id of one.
  const ids = rows.map(({ id }) => id as ServerId)
  assert.equal(ids.length, 3)
  assert.ok(ids.includes(first))
  for (const id of ids) {
    assert.equal(await sketch(cloud, id), nowhere.end)
    assert.deepEqual(await cloud.held(id), {})
    assert.match((await cloud.fault(id))?.message ?? '', /^No valid host was found/)
    const { events } = await cloud.action(id, request)
    assert.ok(events.some(({ result }) => result === 'Error'))
  }
  for (const host of ['host1', 'host2']) assert.deepEqual(await cloud.used(host), {})
  assert.deepEqual(await cloud.charged(), { instances: 3, cores: 3, ram: 1_536 })
})

for (const id of ['A07', 'A08'] as const) {
  row(id, async (t) => {
    const cloud = await fakeCloud(t)
    const server = await cloud.create(small)
    await cloud.delete(server)
    assert.equal(await cloud.status(server), 'DELETED')
    assert.deepEqual(await cloud.used('host1'), {})
    assert.deepEqual(await cloud.used('host2'), {})
    assert.deepEqual(await cloud.charged(), { instances: 0, cores: 0, ram: 0 })
  })
}

row('A10', async (t) => {
  const cloud = await fakeCloud(t)
  const asked = await Promise.allSettled(
    Array.from({ length: 14 }, async () => await cloud.create(small)),
  )
  const made = asked.filter(({ status }) => status === 'fulfilled')
  assert.equal(made.length, 10)
  for (const each of asked) {
    if (each.status === 'rejected') assert.equal(each.reason.kind, 'over-quota')
  }
  await cloud.settled()
  // Whoever was too late holds nothing, and is nowhere to be found.
  assert.deepEqual(await cloud.charged(), { instances: 10, cores: 10, ram: 5_120 })
  const used = await Promise.all(['host1', 'host2'].map(async (host) => await cloud.used(host)))
  assert.equal(
    used.reduce((sum, { VCPU = 0 }) => sum + VCPU, 0),
    10,
  )
})
