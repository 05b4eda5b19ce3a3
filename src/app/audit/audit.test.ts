/** Every invariant is broken on purpose, and the audit finds that and nothing else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HostName, ServerId } from '../../domain/ids.ts'
import type { Tx } from '../../store/store.ts'
import { createGroup } from '../server-groups.ts'
import { createImage } from '../servers/snapshot.ts'
import { tenant } from '../../../test/support/cloud-deeds.ts'
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

async function setMigration(
  cloud: FakeCloud,
  values: Readonly<Record<string, unknown>>,
): Promise<void> {
  await cloud.store.transaction(async (tx) => {
    await tx.updateTable('migrations').set(values).execute()
  })
}

/** Makes the server and one more on that host members of a group. */
async function group(
  cloud: FakeCloud,
  policy: 'affinity' | 'anti-affinity',
  [server, host]: readonly [ServerId, string],
): Promise<void> {
  const made = await createGroup(cloud.cloud.ctx, tenant, {
    name: policy,
    policy,
    maxServerPerHost: null,
  })
  await cloud.boot({}, host)
  await cloud.store.transaction(async (tx) => {
    await tx.updateTable('servers').set({ group_id: made.id }).execute()
  })
  assert.equal((await cloud.server(server)).groupId, made.id)
}

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
  { what: 'a wrong charge', finds: ['Q1', 'Q1', 'Q1'], how: set({ charged_cores: 5 }) },
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
    what: 'a host without a provider',
    finds: ['A13'],
    how: change(
      async (tx) =>
        await tx
          .updateTable('hosts')
          .set({ provider_id: 'none' })
          .where('name', '=', 'host2')
          .execute(),
    ),
  },
  {
    what: 'a move that has ended and is open',
    finds: ['M3', 'M4', 'M6'],
    how: async (cloud, server) => {
      await cloud.resize(server, { vcpus: 2 })
      await setMigration(cloud, { status: 'confirmed' })
    },
  },
  {
    what: 'a move that is closed and has not ended',
    finds: ['M4'],
    how: async (cloud, server) => {
      await cloud.resize(server, { vcpus: 2 })
      await cloud.confirm(server)
      await setMigration(cloud, { status: 'finished' })
    },
  },
  {
    what: 'a server that its last move did not leave where it is',
    finds: ['M5'],
    how: async (cloud, server) => {
      await cloud.resize(server, { vcpus: 2 })
      await cloud.confirm(server)
      await set({ launched_at: 1 })(cloud, server)
      assert.deepEqual(await cloud.audit(), [])
      await setMigration(cloud, { status: 'reverted' })
    },
  },
  {
    what: 'members of a group that should be apart on one host',
    finds: ['P1'],
    how: async (cloud, server) => await group(cloud, 'anti-affinity', [server, 'host1']),
  },
  {
    what: 'members of a group that should be together on two hosts',
    finds: ['P1'],
    how: async (cloud, server) => await group(cloud, 'affinity', [server, 'host2']),
  },
  {
    what: 'an image that nobody makes any more',
    finds: ['G6'],
    how: async (cloud, server) => {
      const wish = { name: 'snap', metadata: {} }
      await createImage(cloud.cloud.ctx, tenant, cloud.request(), server, wish)
      await cloud.settled()
      await cloud.store.transaction(async (tx) => {
        await tx
          .updateTable('images')
          .set({ status: 'queued', size: null, checksum: null, sha512: null, file: null })
          .execute()
      })
    },
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
