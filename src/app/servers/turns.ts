/**
 * One after the other: what attaches and detaches shows no task, so whoever asks for several at once cannot see that they must
 * wait. They are let wait here, as long as those before them take.
 */
import type { ServerId } from '../../domain/ids.ts'
import { isProblem } from '../../lib/problem.ts'
import { serverSubject } from '../../operations/kit.ts'
import { activeOn } from '../../store/sagas/reading.ts'
import type { ServerContext } from './context.ts'

/** Operations that are waited for. What shows a task refuses others by its state. */
const waitedFor: ReadonlySet<string> = new Set([
  'server.attach-interface',
  'server.attach-volume',
  'server.detach-interface',
  'server.detach-volume',
  'server.swap-volume',
])

/** How long somebody waits for one that is before them, in ms. */
const patienceMs = 60_000

/** Does the work when no such operation owns the server. @throws what the work throws. */
export async function inTurn<T>(
  ctx: ServerContext,
  id: string,
  work: () => Promise<T>,
): Promise<T> {
  // A text that is no id is nobody's subject.
  const subject = serverSubject(id as ServerId)
  for (;;) {
    try {
      return await work()
    } catch (thrown) {
      const isTaken = isProblem(thrown, 'conflict') && thrown.details['subject'] === subject
      if (!isTaken || !(await ended(ctx, subject))) throw thrown
    }
  }
}

/** Waits until the operation that owns the subject has ended. False when it is none to wait for, or takes too long. */
async function ended(ctx: ServerContext, subject: string): Promise<boolean> {
  const saga = await ctx.store.read(async (reader) => await activeOn(reader, subject))
  if (saga === null) return true
  if (!waitedFor.has(saga.name)) return false
  const enough = new AbortController()
  const overdue = ctx.clock.sleep(patienceMs, enough.signal).then(
    () => false,
    () => false,
  )
  try {
    return await Promise.race([ctx.outcomeOf(saga.id).then(() => true), overdue])
  } finally {
    enough.abort()
  }
}
