import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openEmbedded } from '../../test/support/stores.ts'
import { virtualClock } from '../lib/virtual-clock.ts'
import * as changes from '../store/changes.ts'
import { oldChanges } from './old-changes.ts'

test('changes are kept for a day', async (t) => {
  const store = await openEmbedded(t)
  const clock = virtualClock()
  const day = 24 * 60 * 60 * 1000
  await store.transaction(async (tx) => {
    for (const [key, at] of [
      ['old', clock.now() - day - 1],
      ['young', clock.now() - day + 1],
    ] as const) {
      await changes.record(tx, { topic: 'server', key, at })
    }
  })
  await oldChanges({ store, clock }).run()
  const kept = await store.read(async (reader) => await changes.after(reader, null))
  assert.deepEqual(
    kept.map(({ key }) => key),
    ['young'],
  )
})
