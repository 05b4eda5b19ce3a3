import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabases } from '../../test/support/stores.ts'
import { databaseTrouble } from './reachable.ts'

for (const { name, open } of testDatabases()) {
  test(`${name}: a database is in no trouble until it is closed`, async (t) => {
    const store = await open(t)
    assert.equal(await databaseTrouble(store), null)
    await store.close()
    assert.equal(await databaseTrouble(store), 'The database is closed')
  })
}
