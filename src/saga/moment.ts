/**
 * The moments of a run at which the world may end: around every commit and around every call, and in a transaction behind the
 * effect of every step in it.
 *
 * A test watches them to crash, pause, duplicate or refuse; in production nobody watches. What is thrown in a transaction undoes
 * it and fails the step; what is thrown around one leaves open what came of it, as a database does that gives no answer.
 */
import type { Direction } from '../store/sagas/record.ts'

export type Moment = {
  readonly saga: string
  readonly sagaId: string
  readonly step: string
  readonly direction: Direction
  readonly round: number
  readonly at: 'before-commit' | 'in-commit' | 'after-commit' | 'before-call' | 'after-call'
}

export type Watch = (moment: Moment) => Promise<void>
