/** Finding servers by what they are shown as and by name, on each database: exactly those that the tables of states and the expression say. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CompiledQuery } from 'kysely'
import type { Updateable } from 'kysely'
import { shownDuring, statusOf, vmStatesShownAs } from '../../domain/states.ts'
import type { TaskState, VmState } from '../../domain/states.ts'
import type { ProjectId } from '../../domain/ids.ts'
import { pattern } from '../../lib/pattern.ts'
import { openEmbedded, testDatabases } from '../../../test/support/stores.ts'
import type { Store } from '../store.ts'
import type { Tables } from '../tables/tables.ts'
import { filtered } from './server-filter.ts'
import type { ServerFilter } from './server-filter.ts'
import { list } from './server-list.ts'

const projectId = 'project' as ProjectId // of the test

const statuses = [
  'ACTIVE',
  'BUILD',
  'SHUTOFF',
  'VERIFY_RESIZE',
  'PAUSED',
  'SUSPENDED',
  'RESCUE',
  'ERROR',
  'DELETED',
  'SOFT_DELETED',
  'SHELVED',
  'SHELVED_OFFLOADED',
  'REBOOT',
  'HARD_REBOOT',
  'REBUILD',
  'RESIZE',
  'PASSWORD',
  'MIGRATING',
  'REVERT_RESIZE',
]
const vmStates = [...new Set(statuses.flatMap(vmStatesShownAs))]

/** Every state at rest, with a task that changes nothing, and with each that gives it another name. What is gone is at rest. */
const servers = vmStates.flatMap((vmState) => {
  // The keys of a partial record are among the keys of its type.
  const tasks = ['deleting', ...Object.keys(shownDuring(vmState))] as TaskState[]
  return [null, ...(vmState === 'deleted' ? [] : tasks)].map((taskState) => ({
    vmState,
    taskState,
    status: statusOf(vmState, taskState),
  }))
})

for (const { name, open } of testDatabases()) {
  test(`${name}: a list by status has the servers that are shown as that, whatever is being done with them`, async (t) => {
    const store = await open(t)
    await store.transaction(async (tx) => {
      for (const [i, { vmState, taskState }] of servers.entries()) {
        const isGone = vmState === 'deleted'
        const life = isGone ? { alive: null, deleted_at: 2 } : {}
        const row = { ...blank, ...life, vm_state: vmState, task_state: taskState }
        await tx
          .insertInto('servers')
          .values({ ...row, id: `server-${i}` })
          .execute()
      }
    })
    const single = statuses.map((each) => [each])
    for (const asked of [...single, ['ERROR', 'ACTIVE'], ['BUILD', 'REBOOT']]) {
      const found = async (filter: Omit<ServerFilter, 'statuses'>): Promise<readonly string[]> =>
        (await listed(store, { ...filter, statuses: asked })).map(({ id }) => id)
      const shown = (among: (vmState: VmState) => boolean): readonly string[] =>
        servers.flatMap(({ vmState, status }, i) =>
          asked.includes(status) && among(vmState) ? [`server-${i}`] : [],
        )
      const all = shown(() => true)
      assert(all.length > 0, asked.join())
      assert.deepEqual(await found({ life: 'both' }), all, asked.join())
      assert.deepEqual(await found({ life: 'both', projectId }), all, asked.join())
      const living = shown((vmState) => vmState !== 'deleted' && vmState !== 'soft-delete')
      assert.deepEqual(await found({ life: 'living', projectId }), living, asked.join())
    }
  })

  test(`${name}: a list by name has the servers whose names match the expression`, async (t) => {
    const store = await open(t)
    const names = [
      'web',
      'web1',
      'Web1',
      'web%',
      'web_1',
      'my-web',
      'w.b',
      'weeb',
      'ünü',
      '',
      'a\\b',
    ]
    await store.transaction(async (tx) => {
      for (const [i, each] of names.entries()) {
        const row = { ...blank, id: `server-${i}`, name: each }
        await tx.insertInto('servers').values(row).execute()
      }
    })
    for (const source of [
      '^web',
      '^web$',
      'web.',
      '^w.b',
      'b$',
      '^$',
      '^.n.$',
      '%$',
      '^web_',
      '^WEB1$',
      'a.b',
      '^(web|weeb)$',
      '',
    ]) {
      const expression = new RegExp(source)
      const found = await listed(store, { life: 'living', projectId, name: pattern(source) })
      const expected = names.filter((each) => expression.test(each))
      assert.deepEqual(
        found.map((server) => server.name),
        expected,
        source,
      )
    }
  })
}

test('a list by name, and one of the few servers that something is wrong with, does not read all that there are', async (t) => {
  const store = await openEmbedded(t)
  const plan = async (filter: ServerFilter, order: 'created_at' | 'name'): Promise<string> =>
    await store.read(async (reader) => {
      const query = filtered(reader, filter).orderBy(order).orderBy('number').limit(10)
      const { sql, parameters } = query.compile()
      const { rows } = await reader.executeQuery<{ readonly detail: string }>(
        CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]),
      )
      return rows.map(({ detail }) => detail).join('\n')
    })
  assert.match(await plan({ life: 'living', projectId }, 'name'), /USING INDEX servers_by_name/)
  const failed: ServerFilter = { life: 'living', projectId, statuses: ['ERROR'] }
  assert.match(await plan(failed, 'created_at'), /USING INDEX servers_unsettled/)
})

async function listed(
  store: Store,
  filter: ServerFilter,
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const order = [{ key: 'createdAt', direction: 'asc' }] as const
  return await store.read(
    async (reader) => await list(reader, filter, { order, after: null, limit: 1000 }),
  )
}

/** What is the same for all of them. */
const blank = {
  alive: 1,
  generation: 1,
  project_id: projectId,
  user_id: 'user',
  name: 'server',
  host: null,
  vm_state: 'active',
  task_state: null,
  power_state: 'running',
  delete_requested: 0,
  image_id: null,
  flavor_id: '1',
  flavor: '{}',
  move: null,
  group_id: null,
  zone: null,
  key_name: null,
  locked: 0,
  details: '{}',
  charged_cores: 0,
  charged_ram_mb: 0,
  created_at: 1,
  updated_at: 1,
  launched_at: null,
  terminated_at: null,
  deleted_at: null,
} satisfies Updateable<Tables['servers']>
