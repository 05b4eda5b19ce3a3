import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { isProblem } from '../lib/problem.ts'
import { virtualClock } from '../lib/virtual-clock.ts'
import { callStep } from './call.ts'

const ways = [
  ['is answered', async () => 'yes'],
  [
    'fails',
    async () => {
      throw new Error('no')
    },
  ],
] as const

for (const [how, work] of ways) {
  test(`a call that ${how} leaves nobody behind who listens: what is listened to is never forgotten`, async () => {
    const stop = new AbortController()
    const signals: AbortSignal[] = []
    const call = callStep(virtualClock(), stop.signal, 1_000, async ({ signal }) => {
      signals.push(signal)
      return await work()
    })
    await call.catch(() => {})
    const [signal] = signals
    assert(signal !== undefined)
    assert.equal(signal.aborted, false)
    assert.equal(getEventListeners(signal, 'abort').length, 0)
  })
}

test('a call that nobody answers is given up at its deadline, and when it is stopped', async () => {
  const clock = virtualClock()
  const never = async (): Promise<never> => await new Promise(() => {})
  const late = callStep(clock, new AbortController().signal, 1_000, never)
  const stop = new AbortController()
  const stopped = callStep(clock, stop.signal, 1_000, never)
  const reason = new Error('enough')
  stop.abort(reason)
  await assert.rejects(stopped, reason)
  const expected = assert.rejects(late, (thrown) => isProblem(thrown, 'unavailable'))
  await clock.advance(1_000)
  await expected
  await assert.rejects(callStep(clock, stop.signal, 1_000, never), reason)
})
