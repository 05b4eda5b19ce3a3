/** What can be wrong with a cloud, planted: how it comes about, what would be done about it, and what is left to people. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { HostName, ServerId } from '../../src/domain/ids.ts'
import type { Remedy } from '../../src/operations/healing/remedy.ts'
import * as holdings from '../../src/store/placement/holdings.ts'
import type { Tx } from '../../src/store/store.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'

export type Plant = {
  readonly what: string
  /** What happens to the server first, which is no contradiction yet. */
  readonly before?: (cloud: FakeCloud, server: ServerId) => Promise<unknown>
  readonly how: (cloud: FakeCloud, server: ServerId) => Promise<unknown>
  readonly remedies: readonly Remedy['kind'][]
  /** What is left to people, by invariant. */
  readonly left?: readonly string[]
  /** It takes another server than the one that is there. */
  readonly needsAnother?: true
  /** Nothing to go back to. */
  readonly isFinal?: true
}

const writing =
  (work: (tx: Tx, server: ServerId) => Promise<unknown>): Plant['how'] =>
  async (cloud, server) =>
    await cloud.store.transaction(async (tx) => await work(tx, server))

export const set =
  (values: Readonly<Record<string, unknown>>): Plant['how'] =>
  async (cloud, server) =>
    await cloud.store.transaction(async (tx) => {
      await tx.updateTable('servers').set(values).where('id', '=', server).execute()
    })

export const plants: readonly Plant[] = [
  {
    what: 'a server that holds more than it needs',
    remedies: ['hold-what-is-due'],
    how: async (cloud, server) => {
      const { holder, amounts } = await holding(cloud, server, 'host1', 3)
      const now = cloud.clock.now()
      await cloud.store.transaction(async (tx) => await holdings.tryClaim(tx, holder, amounts, now))
    },
  },
  {
    what: 'a server that holds something on a second host, as a leaked move leaves it',
    remedies: ['hold-what-is-due'],
    how: async (cloud, server) => {
      const { holder, amounts } = await holding(cloud, server, 'host2', 1)
      const now = cloud.clock.now()
      await cloud.store.transaction(async (tx) => await holdings.tryClaim(tx, holder, amounts, now))
    },
  },
  {
    what: 'a server that holds nothing',
    remedies: ['hold-what-is-due'],
    how: async (cloud, server) => {
      const now = cloud.clock.now()
      await cloud.store.transaction(async (tx) => await holdings.release(tx, server, now))
    },
  },
  {
    what: 'a deleted server that holds something',
    remedies: ['give-back'],
    needsAnother: true,
    how: async (cloud) => {
      const dead = await cloud.boot({}, 'host2')
      await cloud.delete(dead)
      const { holder, amounts } = await holding(cloud, dead, 'host2', 1)
      const now = cloud.clock.now()
      const other = { ...holder, kind: 'other', type: 'INSTANCE' } as const
      await cloud.store.transaction(async (tx) => await holdings.tryClaim(tx, other, amounts, now))
    },
  },
  {
    what: 'a move that is over and holds something on its source',
    before: async (cloud, server) => {
      await cloud.migrate(server)
      await cloud.confirm(server)
    },
    remedies: ['give-back'],
    how: async (cloud, server) => {
      const { holder, amounts } = await holding(cloud, server, 'host1', 1)
      const [move] = await cloud.migrations(server)
      assert.ok(move !== undefined)
      const over = { ...holder, kind: 'other', type: 'MIGRATION', id: move.id } as const
      const now = cloud.clock.now()
      await cloud.store.transaction(async (tx) => await holdings.tryClaim(tx, over, amounts, now))
    },
  },
  {
    what: 'a consumer that is charged to another project',
    remedies: ['correct-owner'],
    how: writing(async (tx, server) => {
      await tx.updateTable('consumers').set({ project_id: 'x' }).where('id', '=', server).execute()
    }),
  },
  {
    what: 'a sum that is not the sum',
    remedies: ['recount-provider'],
    isFinal: true,
    how: writing(async (tx) => {
      await tx
        .updateTable('inventories')
        .set({ used: 9 })
        .where('used', '=', 1)
        .where('total', '<', 100)
        .execute()
    }),
  },
  {
    what: 'a project that is charged too much',
    remedies: ['recount-project'],
    isFinal: true,
    how: writing(async (tx) => await tx.updateTable('usages').set({ cores: 7 }).execute()),
  },
  {
    what: 'a user who is charged too little',
    remedies: ['recount-project'],
    isFinal: true,
    how: writing(async (tx) => await tx.updateTable('user_usages').set({ cores: 0 }).execute()),
  },
  {
    what: 'a port that is bound to another host',
    remedies: ['bind-ports'],
    how: writing(
      async (tx) => await tx.updateTable('port_bindings').set({ host: 'host2' }).execute(),
    ),
  },
  {
    what: 'a server whose guest was switched off inside',
    remedies: ['note-power'],
    how: async (cloud, server) => await change(cloud, 'host1', server, { power: 'shutdown' }),
  },
  {
    what: 'a task that nothing performs',
    remedies: ['clear-task'],
    how: set({ task_state: 'rebooting' }),
  },
  {
    what: 'the memory of a move that is over',
    remedies: ['forget-move'],
    how: async (cloud, server) => {
      const { flavor } = await cloud.server(server)
      const move = { oldFlavor: flavor, newFlavor: flavor, resting: 'active' }
      await set({ move: JSON.stringify(move) })(cloud, server)
    },
  },
  {
    what: 'a guest of which nobody knows',
    remedies: ['clean-host'],
    isFinal: true,
    how: async (cloud, server) =>
      await change(cloud, 'host1', server, {
        server: randomUUID() as ServerId,
        host: 'host2' as HostName,
      }),
  },
  {
    what: 'a disk on another host than the server is on',
    remedies: ['clean-host'],
    isFinal: true,
    how: async (cloud, server) =>
      await change(cloud, 'host1', server, {
        host: 'host2' as HostName,
        role: 'incoming',
        power: 'shutdown',
      }),
  },
  {
    what: 'a copy beside the guest, of a move that is over',
    remedies: ['clean-host'],
    isFinal: true,
    how: async (cloud, server) =>
      await change(cloud, 'host1', server, { role: 'source-copy', power: 'shutdown' }),
  },
  {
    what: 'a guest that runs twice, which a person must decide',
    remedies: [],
    left: ['G1', 'G2'],
    how: async (cloud, server) =>
      await change(cloud, 'host1', server, { host: 'host2' as HostName }),
  },
  {
    what: 'a guest that is elsewhere, and may be the only one',
    remedies: [],
    left: ['G2', 'G2'],
    how: async (cloud, server) => {
      await change(cloud, 'host1', server, { host: 'host2' as HostName })
      cloud.world.change((held) => held.remove('host1' as HostName, server, 'guest'))
    },
  },
  {
    what: 'an error that nothing explains',
    remedies: [],
    left: ['S2'],
    how: set({ vm_state: 'error' }),
  },
]

/** Adds a body like the guest of the server, or changes it where it has the same place and role. */
export async function change(
  cloud: FakeCloud,
  host: string,
  server: ServerId,
  patch: object,
): Promise<void> {
  cloud.world.change((held) => {
    const body = held.body(host as HostName, server, 'guest') // a host of this cloud
    assert.ok(body !== null)
    held.put({ ...body, ...patch })
  })
}

export async function holding(
  cloud: FakeCloud,
  server: ServerId,
  host: string,
  cores: number,
  memoryMb = 512,
): Promise<{
  readonly holder: Parameters<typeof holdings.tryClaim>[1] & { readonly kind: 'server' }
  readonly amounts: Parameters<typeof holdings.tryClaim>[2]
}> {
  const { projectId, userId } = await cloud.server(server)
  const row = await cloud.store.read(
    async (reader) =>
      await reader
        .selectFrom('providers')
        .select('id')
        .where('name', '=', host)
        .executeTakeFirstOrThrow(),
  )
  // A provider is stored under such an id.
  const provider = row.id as Parameters<typeof holdings.tryClaim>[2][number]['provider']
  const amount = { VCPU: cores, MEMORY_MB: memoryMb, DISK_GB: 1 }
  return {
    holder: { kind: 'server', id: server, projectId, userId },
    amounts: Object.entries(amount).map(([resourceClass, each]) => ({
      provider,
      resourceClass,
      amount: each,
    })),
  }
}
