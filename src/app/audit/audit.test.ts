/** Every invariant is broken on purpose, and the audit finds that and nothing else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HostName, ServerId } from '../../domain/ids.ts'
import type { Tx } from '../../store/store.ts'
import { fakeCloud } from '../../../test/support/fake-cloud.ts'
import type { FakeCloud } from '../../../test/support/fake-cloud.ts'
import type { Invariant } from './violation.ts'

type Break = {
  readonly what: string
  readonly finds: readonly Invariant[]
  readonly how: (cloud: FakeCloud, server: ServerId) => Promise<unknown>
}

const change =
  (work: (tx: Tx, server: ServerId) => Promise<unknown>): Break['how'] =>
  async (cloud, server) =>
    await cloud.store.transaction(async (tx) => await work(tx, server))

const set =
  (values: Readonly<Record<string, unknown>>): Break['how'] =>
  async (cloud, server) =>
    await cloud.store.transaction(async (tx) => {
      await tx.updateTable('servers').set(values).where('id', '=', server).execute()
    })

const breaks: readonly Break[] = [
  {
    what: 'an allocation is larger than the flavor',
    finds: ['A11', 'A11', 'A11', 'A1'],
    how: change(async (tx) => await tx.updateTable('allocations').set({ used: 7 }).execute()),
  },
  {
    what: 'what is used is not what is held',
    finds: ['A11', 'A11'],
    how: change(
      async (tx) =>
        await tx.updateTable('inventories').set({ used: 9 }).where('used', '=', 1).execute(),
    ),
  },
  {
    what: 'the record names another host than the allocation',
    finds: ['A1', 'G2', 'G2'],
    how: set({ host: 'host2' }),
  },
  {
    what: 'a server without a host holds something',
    finds: ['A2', 'S3', 'G2'],
    how: set({ host: null }),
  },
  {
    what: 'a consumer belongs to another project',
    finds: ['A9'],
    how: change(async (tx) => await tx.updateTable('consumers').set({ project_id: 'x' }).execute()),
  },
  { what: 'a task without an operation', finds: ['S1'], how: set({ task_state: 'rebooting' }) },
  { what: 'an error without a fault', finds: ['S2'], how: set({ vm_state: 'error' }) },
  { what: 'a decision without a move', finds: ['M3'], how: set({ vm_state: 'resized' }) },
  { what: 'a memory without a move', finds: ['M2'], how: set({ move: '{}' }) },
  { what: 'a wrong charge', finds: ['Q1', 'Q1'], how: set({ charged_cores: 5 }) },
  { what: 'a power that is not the guest’s', finds: ['S9'], how: set({ power_state: 'shutdown' }) },
  {
    what: 'the guest is gone',
    finds: ['G2'],
    how: async (cloud, server) => {
      cloud.world.change((held) => held.remove('host1' as HostName, server, 'guest'))
    },
  },
  {
    what: 'the guest runs twice',
    finds: ['G1', 'G2'],
    how: async (cloud, server) => {
      cloud.world.change((held) => {
        const body = held.body('host1' as HostName, server, 'guest')
        assert.ok(body !== null)
        held.put({ ...body, host: 'host2' as HostName })
      })
    },
  },
  {
    what: 'the guest has another size',
    finds: ['S8'],
    how: async (cloud, server) => {
      cloud.world.change((held) => {
        const body = held.body('host1' as HostName, server, 'guest')
        assert.ok(body !== null)
        held.put({ ...body, vcpus: 9 })
      })
    },
  },
  {
    what: 'something is prepared that nobody expects',
    finds: ['G7'],
    how: async (cloud, server) => {
      cloud.world.change((held) => {
        const body = held.body('host1' as HostName, server, 'guest')
        assert.ok(body !== null)
        held.put({ ...body, host: 'host2' as HostName, role: 'incoming', power: 'shutdown' })
      })
    },
  },
  {
    what: 'a step that never ended',
    finds: ['E1'],
    how: change(
      async (tx) =>
        await tx
          .updateTable('saga_log')
          .set({ outcome: 'started' })
          .where('step', '=', 'active')
          .execute(),
    ),
  },
  {
    what: 'an operation that nobody drives',
    finds: ['S1', 'O1'],
    how: change(
      async (tx) =>
        await tx.updateTable('sagas').set({ active: 1, lease_until: 0, owner: 'nobody' }).execute(),
    ),
  },
]

for (const { what, finds, how } of breaks) {
  test(`the audit finds it when there is ${what}`, async (t) => {
    const cloud = await fakeCloud(t, { audited: false })
    const server = await cloud.boot({}, 'host1')
    assert.deepEqual(await cloud.audit(), [])
    await how(cloud, server)
    const found = (await cloud.audit()).map(({ invariant }) => invariant)
    assert.deepEqual(found.toSorted(), [...finds].toSorted())
  })
}
