import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBuckets } from './token-bucket.ts'
import { virtualClock } from './virtual-clock.ts'

test('so many are let through per second, and a crowd of twice as many at once', async () => {
  const clock = virtualClock()
  const buckets = openBuckets(clock, 5)
  const given = (): number => {
    let count = 0
    while (buckets.take('a') === 0) count += 1
    return count
  }
  assert.equal(given(), 10)
  assert.equal(buckets.take('a'), 200)
  await clock.advance(1000)
  assert.equal(given(), 5)
  await clock.advance(60_000)
  assert.equal(given(), 10)
})

test('one who asks too much takes nothing from another', () => {
  const buckets = openBuckets(virtualClock(), 1)
  assert.deepEqual(
    [buckets.take('a'), buckets.take('a'), buckets.take('a'), buckets.take('b')],
    [0, 0, 1000, 0],
  )
})

test('who waits as long as is said is let through', async () => {
  const clock = virtualClock()
  const buckets = openBuckets(clock, 3)
  for (let n = 0; n < 50; n += 1) {
    const wait = buckets.take('a')
    if (wait === 0) continue
    await clock.advance(wait)
    assert.equal(buckets.take('a'), 0)
  }
})

test('those who asked long ago are forgotten', async () => {
  const clock = virtualClock()
  const buckets = openBuckets(clock, 1)
  for (let n = 0; n < 5000; n += 1) {
    buckets.take(`project-${n}`)
    await clock.advance(10)
  }
  // Nobody can see how many there are; what can be seen is that it stays right.
  assert.equal(buckets.take('project-0'), 0)
})
