import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabases } from '../../../test/support/stores.ts'
import type { Tx } from '../store.ts'
import { prepared } from './prepared.ts'

const insert = prepared((db, row: { name: string; value: string }) =>
  db.insertInto('settings').values(row),
)
const named = prepared((db, by: { names: readonly string[]; value: string }) =>
  db
    .selectFrom('settings')
    .select('name')
    .where('name', 'in', by.names)
    .where('value', '=', by.value)
    .orderBy('name'),
)

async function namesOf(tx: Tx, names: readonly string[], value: string): Promise<string[]> {
  return (await named(tx, { names, value })).rows.map(({ name }) => name)
}

for (const { name, open } of testDatabases()) {
  test(`${name}: a prepared query gets other values each time, and lists of any length`, async (t) => {
    const store = await open(t)
    const many = Array.from({ length: 40 }, (_, i) => `n${i}`)
    await store.transaction(async (tx) => {
      for (const each of many) {
        const { numAffectedRows } = await insert(tx, { name: each, value: each < 'n2' ? 'a' : 'b' })
        assert.equal(numAffectedRows, 1n)
      }
      assert.deepEqual(await namesOf(tx, ['n1'], 'a'), ['n1'])
      assert.deepEqual(await namesOf(tx, ['n2'], 'a'), [])
      assert.deepEqual(await namesOf(tx, ['n3', 'n2', 'n1'], 'b'), ['n2', 'n3'])
      assert.equal((await namesOf(tx, many, 'a')).length, 12)
      assert.equal((await namesOf(tx, many.slice(20), 'b')).length, 20)
    })
  })

  test(`${name}: a row that leaves a column out is a query of its own`, async (t) => {
    const store = await open(t)
    const change = prepared((db, { name: of, ...columns }: { name: string; value?: string }) =>
      db
        .updateTable('settings')
        .set({ name: of, ...columns })
        .where('name', '=', of),
    )
    const values = await store.transaction(async (tx) => {
      await insert(tx, { name: 'one', value: 'kept' })
      await change(tx, { name: 'one' })
      const kept = await tx
        .selectFrom('settings')
        .select('value')
        .where('name', '=', 'one')
        .execute()
      await change(tx, { name: 'one', value: 'new' })
      const now = await tx
        .selectFrom('settings')
        .select('value')
        .where('name', '=', 'one')
        .execute()
      return [...kept, ...now].map(({ value }) => value)
    })
    assert.deepEqual(values, ['kept', 'new'])
  })
}
