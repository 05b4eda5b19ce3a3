/** Charges by project and by user on each database: exact however many are made at once, and counted anew when the schema grows. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProjectId, UserId } from '../../domain/ids.ts'
import type { Owner } from '../../domain/quota.ts'
import { isProblem } from '../../lib/problem.ts'
import { testDatabases } from '../../../test/support/stores.ts'
import { runSql } from '../dialect/dialect.ts'
import type { Store, Tx } from '../store.ts'
import { limitsOfUsers } from '../upgrades/0018-limits-of-users.ts'
import { wordsOf } from '../upgrades/upgrade.ts'
import { charge, roomFor, usageOf, usageOfUser } from './charges.ts'
import { setLimits, setUserLimits } from './quotas.ts'

const projectId = 'project' as ProjectId // of the test
const [ann, bob]: readonly [Owner, Owner] = [
  { projectId, userId: 'ann' as UserId },
  { projectId, userId: 'bob' as UserId },
]
const one = { instances: 1, cores: 2, ram: 512 }

for (const { name, open } of testDatabases()) {
  test(`${name}: a user's limit and the project's are both kept when all ask at once`, async (t) => {
    const store = await open(t)
    await store.transaction(async (tx) => {
      await setLimits(tx, projectId, { instances: 8, cores: -1, ram: -1 })
      await setUserLimits(tx, ann, { cores: 6 })
    })
    const asked = Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? ann : bob))
    const outcomes = await Promise.all(asked.map(async (owner) => await isCharged(store, owner)))
    const granted = (owner: Owner): number =>
      outcomes.filter((isGranted, i) => isGranted && asked[i] === owner).length
    assert.equal(granted(ann) + granted(bob), 8)
    assert(granted(ann) <= 3, `${granted(ann)} of 3`)
    await store.read(async (reader) => {
      assert.deepEqual(await usageOf(reader, projectId), times(8))
      assert.deepEqual(await usageOfUser(reader, ann), times(granted(ann)))
      assert.deepEqual(await usageOfUser(reader, bob), times(granted(bob)))
    })
  })

  test(`${name}: the room that is left is the smaller of the user's and the project's`, async (t) => {
    const store = await open(t)
    await store.transaction(async (tx) => {
      await setLimits(tx, projectId, { instances: 5 })
      await setUserLimits(tx, ann, { instances: 3 })
      await charge(tx, ann, one)
      assert.equal(await roomFor(tx, ann, one), 2)
      assert.equal(await roomFor(tx, bob, one), 4)
      await charge(tx, bob, times(3))
      assert.equal(await roomFor(tx, ann, one), 1)
    })
  })

  test(`${name}: whoever gives back more than is counted leaves nothing, and others what they have`, async (t) => {
    const store = await open(t)
    const used = await store.transaction(async (tx) => {
      await charge(tx, ann, one)
      await charge(tx, bob, one)
      await charge(tx, ann, { instances: -1, cores: -3, ram: -512 })
      return [await usageOfUser(tx, ann), await usageOf(tx, projectId)]
    })
    assert.deepEqual(used, [
      { instances: 0, cores: 0, ram: 0 },
      { instances: 1, cores: 1, ram: 512 },
    ])
  })

  test(`${name}: an older database has its users' servers counted`, async (t) => {
    const store = await open(t)
    const used = await store.transaction(async (tx) => {
      for (const table of ['user_quota_limits', 'user_usages'])
        await runSql(tx, `DROP TABLE ${table}`)
      const there = [
        { user: 'ann', state: 'active', cores: 2 },
        { user: 'ann', state: 'stopped', cores: 4 },
        // Put aside, and put aside but on its way back.
        { user: 'ann', state: 'soft-delete', cores: 0 },
        { user: 'bob', state: 'soft-delete', cores: 1 },
      ]
      for (const [i, each] of there.entries()) await insert(tx, i, each)
      const words = wordsOf(store.dialect)
      for (const statement of limitsOfUsers.statements(words)) await runSql(tx, statement)
      return [await usageOfUser(tx, ann), await usageOfUser(tx, bob)]
    })
    assert.deepEqual(used, [
      { instances: 2, cores: 6, ram: 1024 },
      { instances: 1, cores: 1, ram: 512 },
    ])
  })
}

function times(count: number): typeof one {
  return { instances: count, cores: count * one.cores, ram: count * one.ram }
}

async function isCharged(store: Store, owner: Owner): Promise<boolean> {
  try {
    await store.transaction(async (tx) => await charge(tx, owner, one), 'held')
    return true
  } catch (thrown) {
    if (isProblem(thrown, 'over-quota')) return false
    throw thrown
  }
}

async function insert(
  tx: Tx,
  number: number,
  of: { readonly user: string; readonly state: string; readonly cores: number },
): Promise<void> {
  await tx
    .insertInto('servers')
    .values({
      id: `server-${number}`,
      alive: 1,
      generation: 1,
      project_id: projectId,
      user_id: of.user,
      name: 'server',
      host: null,
      vm_state: of.state,
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
      charged_cores: of.cores,
      charged_ram_mb: of.cores > 0 ? 512 : 0,
      created_at: 1,
      updated_at: 1,
      launched_at: null,
      terminated_at: null,
      deleted_at: null,
    })
    .execute()
}
