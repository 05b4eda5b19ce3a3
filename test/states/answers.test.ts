/** Every action in every state and in every task over the Compute API: the status, and the words of what refuses it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { ServerId } from '../../src/domain/ids.ts'
import type { ServerAction } from '../../src/domain/server-actions.ts'
import type { TaskState, VmState } from '../../src/domain/states.ts'
import { computeApi } from '../support/compute-api.ts'
import type { Answered, ComputeApi } from '../support/compute-api.ts'
import { image } from '../support/images.ts'
import { expected, refusalOf, rests, tasks } from './expected.ts'
import { asks } from './requests.ts'
import type { Ask } from './requests.ts'

type Given = {
  readonly vmState: VmState
  readonly taskState: TaskState | null
  readonly locked?: boolean
}

/** A server, and what can be asked of it. Nothing is audited: the states are put there, and nothing on the host is so. */
async function stage(t: TestContext): Promise<{
  readonly api: ComputeApi
  readonly all: readonly (readonly [ServerAction, Ask])[]
  readonly boot: () => Promise<ServerId>
}> {
  const api = await computeApi(t, { audited: false })
  const unlimited = { quota_set: { instances: -1, cores: -1, ram: -1 } }
  await api.now('PUT', '/os-quota-sets/project-1', { as: 'admin', body: unlimited })
  const facts = {
    image: await image(api.cloud, 'other'),
    flavor: await api.cloud.flavor({ vcpus: 2 }),
  }
  // The keys of such a record are its key type.
  const all = Object.entries(asks(facts)) as [ServerAction, Ask][]
  return { api, all, boot: async () => await api.cloud.boot({}, 'host1') }
}

async function put(api: ComputeApi, id: ServerId, given: Given): Promise<void> {
  const { vmState, taskState, locked = false } = given
  await api.cloud.store.transaction(async (tx) => {
    const row = { vm_state: vmState, task_state: taskState, locked: locked ? 1 : 0 } as const
    await tx.updateTable('servers').set(row).where('id', '=', id).execute()
  })
}

async function send(api: ComputeApi, id: ServerId, ask: Ask): Promise<Answered> {
  const { method, path, body, as = 'member' } = ask
  return await api.now(method, `/servers/${id}${path}`, { as, ...(body ? { body } : {}) })
}

const free = { launched: true, hosted: true, locked: false } as const

/** Asks, and compares. An action that is let pass is asked of a server of its own, since it begins something. */
async function judge(
  { api, boot }: Awaited<ReturnType<typeof stage>>,
  shared: ServerId,
  [action, ask]: readonly [ServerAction, Ask],
  given: Given,
): Promise<void> {
  const isAdmin = ask.as === 'admin'
  const about = `${action} in ${given.vmState}, ${given.taskState}`
  const passes = refusalOf(action, { id: '', ...free, ...given, isAdmin }) === null
  const id = passes && ask.ok < 400 ? await boot() : shared
  await put(api, id, given)
  const due = refusalOf(action, { id, ...free, ...given, isAdmin })
  const { status, body } = await send(api, id, ask)
  if (due === null) assert.equal(status, ask.ok, `${about}: ${JSON.stringify(body)}`)
  else {
    assert.equal(status, 409, about)
    assert.deepEqual(body.conflictingRequest, { code: 409, message: due }, about)
  }
}

test('every action answers in every resting state of an idle server as expected', async (t) => {
  const staged = await stage(t)
  const shared = await staged.boot()
  for (const each of staged.all) {
    for (const vmState of rests) await judge(staged, shared, each, { vmState, taskState: null })
  }
})

test('every action answers in every task as expected', async (t) => {
  const staged = await stage(t)
  const shared = await staged.boot()
  for (const each of staged.all) {
    const [action] = each
    const allowed = expected[action].rests
    const vmState = allowed === 'any' ? 'active' : (allowed[0] ?? 'active')
    // What may be done in any task is let pass in each of them, and asked in a few.
    const some = expected[action].tasks === 'any' ? tasks.slice(0, 3) : tasks
    for (const taskState of some) await judge(staged, shared, each, { vmState, taskState })
  }
})

test('a lock keeps members out of what it guards, and admins of nothing', async (t) => {
  const staged = await stage(t)
  const { api, boot } = staged
  const shared = await boot()
  for (const [action, ask] of staged.all) {
    const { rests: allowed, locks, tasks: during } = expected[action]
    const vmState = allowed === 'any' ? 'active' : (allowed[0] ?? 'active')
    const taskState = during === 'any' ? null : (during[0] ?? null)
    const given = { vmState, taskState, locked: true }
    if (ask.as !== 'admin') {
      const id = locks ? shared : await boot()
      await put(api, id, given)
      const { status, body } = await send(api, id, ask)
      assert.equal(status, locks ? 409 : ask.ok, `${action} by a member`)
      if (locks) assert.equal(body.conflictingRequest.message, `Instance ${id} is locked`)
    }
    const id = await boot()
    await put(api, id, given)
    const { status } = await send(api, id, { ...ask, as: 'admin' })
    assert.equal(status, ask.ok, `${action} by an admin`)
  }
})

test('a server that is gone is not found, whatever is asked of it', async (t) => {
  const { api, all, boot } = await stage(t)
  const id = await boot()
  await api.cloud.delete(id)
  for (const [action, ask] of all) {
    assert.equal((await send(api, id, ask)).status, 404, action)
  }
})
