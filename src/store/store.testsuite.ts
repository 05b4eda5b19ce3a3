/** What every store must do: one suite, run on each database. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import * as changes from './changes.ts'
import type { News } from './changes.ts'
import type { Store } from './store.ts'

export function storeSuite(name: string, open: (t: TestContext) => Promise<Store>): void {
  const set = async (store: Store, key: string, value: string): Promise<void> =>
    await store.transaction(async (tx) => {
      await tx.insertInto('settings').values({ name: key, value }).execute()
    })
  const keys = async (store: Store): Promise<readonly string[]> =>
    await store.read(async (reader) =>
      (await reader.selectFrom('settings').select('name').orderBy('name').execute()).map(
        (row) => row.name,
      ),
    )

  test(`${name}: what a transaction wrote is there when it has settled`, async (t) => {
    const store = await open(t)
    await set(store, 'a', '1')
    assert.deepEqual(await keys(store), ['a'])
  })

  test(`${name}: a transaction that throws leaves nothing and does not disturb its neighbours`, async (t) => {
    const store = await open(t)
    const outcomes = await Promise.allSettled([
      set(store, 'a', '1'),
      store.transaction(async (tx) => {
        await tx.insertInto('settings').values({ name: 'b', value: '' }).execute()
        throw new Error('no')
      }),
      set(store, 'c', '1'),
    ])
    assert.deepEqual(
      outcomes.map((outcome) => outcome.status),
      ['fulfilled', 'rejected', 'fulfilled'],
    )
    assert.deepEqual(await keys(store), ['a', 'c'])
  })

  test(`${name}: many transactions that add to one counter lose nothing`, async (t) => {
    const store = await open(t)
    await set(store, 'counter', '0')
    const addOne = async (): Promise<void> =>
      await store.transaction(async (tx) => {
        const row = await tx
          .selectFrom('settings')
          .select('value')
          .where('name', '=', 'counter')
          .executeTakeFirstOrThrow()
        await tx
          .updateTable('settings')
          .set({ value: String(Number(row.value) + 1) })
          .where('name', '=', 'counter')
          .execute()
      })
    await Promise.all(Array.from({ length: 20 }, addOne))
    const value = await store.read(
      async (reader) =>
        (await reader.selectFrom('settings').select('value').executeTakeFirstOrThrow()).value,
    )
    assert.equal(value, '20')
  })

  test(`${name}: subscribers hear every committed change once, and none that was rolled back`, async (t) => {
    const store = await open(t)
    const heard: News[] = []
    const all = new Promise<void>((resolve) => {
      store.subscribe('server', (page) => {
        heard.push(...page)
        if (heard.length === 10) resolve()
      })
    })
    await Promise.allSettled(
      Array.from({ length: 11 }, async (_, i) => {
        await store.transaction(async (tx) => {
          await changes.record(tx, { topic: 'server', key: `s${i}`, at: i })
          if (i === 5) throw new Error('no')
        })
      }),
    )
    await all
    assert.deepEqual(
      heard.map((change) => change.key).toSorted(),
      Array.from({ length: 11 }, (_, i) => `s${i}`)
        .filter((key) => key !== 's5')
        .toSorted(),
    )
  })

  test(`${name}: a closed store says that it is unavailable`, async (t) => {
    const store = await open(t)
    await store.close()
    await assert.rejects(set(store, 'a', '1'), { kind: 'unavailable' })
    await assert.rejects(keys(store), { kind: 'unavailable' })
  })
}
