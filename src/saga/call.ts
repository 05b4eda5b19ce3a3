/** One call with a deadline: whatever happens first decides, and what was not waited for is of unknown outcome. */
import type { Clock } from '../lib/clock.ts'
import { problem } from '../lib/problem.ts'

export const defaultDeadlineMs = 60_000

/**
 * Calls, and gives up when the deadline passes or `stop` aborts. The work sees both in its signal.
 * @throws `unavailable` when the deadline passed, the reason of `stop` when it aborted, else what the work throws.
 */
export async function callStep<T>(
  clock: Clock,
  stop: AbortSignal,
  deadlineMs: number = defaultDeadlineMs,
  work: (ticket: { signal: AbortSignal; deadlineMs: number }) => Promise<T>,
): Promise<T> {
  const overdue = new AbortController()
  const cancel = clock.after(deadlineMs, () =>
    overdue.abort(problem('unavailable', 'No answer in time', { deadlineMs })),
  )
  const signal = AbortSignal.any([stop, overdue.signal])
  try {
    signal.throwIfAborted()
    return await Promise.race([work({ signal, deadlineMs }), aborted(signal)])
  } finally {
    cancel()
  }
}

async function aborted(signal: AbortSignal): Promise<never> {
  return await new Promise((_, reject) => {
    // The reason is whatever the aborter gave, here always an error.
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}
