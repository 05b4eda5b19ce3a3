/** What only PostgreSQL does: needs BERTH_TEST_POSTGRES_URL, and runs on nothing else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabases } from '../../../test/support/stores.ts'
import type { Reader } from '../store.ts'
import { runSql } from './dialect.ts'

for (const { name, open } of testDatabases().filter((each) => each.name === 'postgres')) {
  test(`${name}: statements that were prepared before a table grew are asked anew`, async (t) => {
    const store = await open(t)
    const all = async (reader: Reader): Promise<number> =>
      (await reader.selectFrom('settings').selectAll().execute()).length
    // More often than there are connections, so that each has a plan.
    const everywhere = async (): Promise<readonly number[]> =>
      await Promise.all(Array.from({ length: 40 }, async () => await store.read(all)))
    await everywhere()
    await everywhere()
    await store.transaction(async (tx) => {
      await tx.insertInto('settings').values({ name: 'a', value: '1' }).execute()
      await runSql(tx, 'ALTER TABLE settings ADD COLUMN grown BIGINT')
    })
    try {
      assert.deepEqual(new Set(await everywhere()), new Set([1]))
      assert.equal(await store.transaction(all), 1)
    } finally {
      // The database is used again by others.
      await store.transaction(
        async (tx) => await runSql(tx, 'ALTER TABLE settings DROP COLUMN grown'),
      )
    }
  })

  test(`${name}: a failure in a transaction that was passed over is not taken for a commit`, async (t) => {
    const store = await open(t)
    const careless = store.transaction(async (tx) => {
      await tx.insertInto('settings').values({ name: 'a', value: '1' }).execute()
      await runSql(tx, 'SELECT 1 / 0').catch(() => {})
    })
    await assert.rejects(careless, { kind: 'bug' })
  })
}
