import assert from 'node:assert/strict'
import { test } from 'node:test'
import { virtualClock } from './virtual-clock.ts'

test('what falls due rings at its own instant, and equals in the order they were asked for', async () => {
  const clock = virtualClock(1000)
  const rung: string[] = []
  clock.after(20, () => rung.push(`late ${clock.now()}`))
  clock.after(10, () => rung.push(`first ${clock.now()}`))
  clock.after(10, () => rung.push(`second ${clock.now()}`))

  await clock.advance(15)

  assert.deepEqual(rung, ['first 1010', 'second 1010'])
  assert.equal(clock.now(), 1015)
  assert.equal(await clock.next(), true)
  assert.deepEqual(rung.at(-1), 'late 1020')
  assert.equal(await clock.next(), false)
})

test('what a sleeper does after waking comes before what falls due later', async () => {
  const clock = virtualClock()
  const seen: number[] = []
  const sleeper = async (): Promise<void> => {
    for (let round = 0; round < 3; round += 1) {
      await clock.sleep(10)
      seen.push(clock.now())
    }
  }
  const asleep = sleeper()
  await clock.advance(100)
  await asleep

  assert.deepEqual(seen, [10, 20, 30])
})

test('a sleep ends at once with the reason of its signal', async () => {
  const clock = virtualClock()
  const stop = new AbortController()
  const asleep = clock.sleep(1000, stop.signal)
  stop.abort(new Error('enough'))

  await assert.rejects(asleep, /enough/)
  await assert.rejects(clock.sleep(1, stop.signal), /enough/)
  assert.equal(await clock.next(), false)
})

test('a cancelled alarm does not ring, and cancelling twice does nothing', async () => {
  const clock = virtualClock()
  let rung = 0
  const cancel = clock.after(5, () => (rung += 1))
  cancel()
  cancel()
  await clock.advance(10)

  assert.equal(rung, 0)
})
