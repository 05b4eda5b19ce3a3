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
  const abortion = abortionOf(signal)
  try {
    signal.throwIfAborted()
    return await Promise.race([work({ signal, deadlineMs }), abortion.comes])
  } finally {
    cancel()
    abortion.forget()
  }
}

/** Who listens to a joint signal and never stops is kept for ever, with everything that it knows: so who waits can stop. */
function abortionOf(signal: AbortSignal): {
  readonly comes: Promise<never>
  readonly forget: () => void
} {
  let forget = (): void => {}
  const comes = new Promise<never>((_, reject) => {
    // The reason is whatever the aborter gave, here always an error.
    const tell = (): void => reject(signal.reason as Error)
    signal.addEventListener('abort', tell, { once: true })
    forget = () => signal.removeEventListener('abort', tell)
  })
  return { comes, forget }
}
