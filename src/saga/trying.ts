/** What both ways of a saga do: call a host for a step, and wait before trying a step again. */
import { isProblem } from '../lib/problem.ts'
import type { Problem } from '../lib/problem.ts'
import { backoffMs } from '../lib/retry.ts'
import * as log from '../store/sagas/log.ts'
import * as rows from '../store/sagas/rows.ts'
import type { Calling, Kit, Step } from './definition.ts'
import type { Ledger, Outs } from './ledger.ts'
import { hostSpec } from './specs.ts'
import type { Waits } from './waits.ts'

/** After so many failures in a row a person should look. */
export const stuckAfter = 5
const backoff = { firstMs: 20, capMs: 5_000 }

/** Calls for a step. The same step in the same direction and round always calls with the same key. */
export async function callHost<K extends Kit>(
  ledger: Ledger<K>,
  waits: Waits,
  step: Step,
  begun: () => void,
  work: (c: Calling<Kit, unknown, Outs>) => Promise<unknown>,
): Promise<unknown> {
  const { id: operation, subject, epoch, direction, round, outputs } = ledger.saga
  const key = `${operation}/${step.name}/${direction}/${round}`
  await ledger.watch(step, 'before-call')
  const stopOrBegin = (): void => {
    ledger.check()
    begun()
  }
  const { deadlineMs } = hostSpec(step)
  try {
    return await waits.call(deadlineMs, stopOrBegin, async (ticket) => {
      const call = { key, operation, subject, epoch, ...ticket }
      return await work({ ...ledger.base(), out: outputs.steps, call })
    })
  } finally {
    ledger.check()
    await ledger.watch(step, 'after-call')
  }
}

/** Waits longer after each failure. Nothing is dropped: what does not succeed is loud. */
export async function tryAgain<K extends Kit>(
  ledger: Ledger<K>,
  step: Step,
  failure: Problem,
): Promise<void> {
  const { saga, tools } = ledger
  const now = tools.clock.now()
  const attempts = saga.attempts + 1
  const wakeAt = now + backoffMs(backoff, attempts, tools.random)
  const state = attempts >= stuckAfter ? 'stuck' : 'running'
  if (attempts === stuckAfter) {
    tools.log.error('an operation is stuck', {
      saga: saga.id,
      name: saga.name,
      step: step.name,
      direction: saga.direction,
      problem: failure.toRecord(),
      cause: stackOf(failure),
    })
  }
  await ledger.transaction(step, async (tx) => {
    await rows.advance(tx, saga, { attempts, wakeAt, state }, now)
    await log.write(
      tx,
      ledger.entry(step, saga.direction, 'started', { problem: failure, attempts }),
    )
  })
  ledger.adopt({ attempts, wakeAt, state })
}

/** Whether asking again is likely to help: there was no answer, or somebody else was faster. */
export function isPassing(failure: Problem): boolean {
  return isProblem(failure, 'unavailable') || isProblem(failure, 'stale')
}

export function stackOf(failure: Error): string {
  const { cause } = failure
  return (cause instanceof Error ? cause.stack : undefined) ?? failure.stack ?? failure.message
}
