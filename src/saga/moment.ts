/**
 * The moments of a run at which the world may end: around every commit and around every call.
 *
 * A test watches them to crash, pause or duplicate; in production nobody watches.
 */
import type { Direction } from '../store/sagas/rows.ts'

export type Moment = {
  readonly saga: string
  readonly sagaId: string
  readonly step: string
  readonly direction: Direction
  readonly round: number
  readonly at: 'before-commit' | 'after-commit' | 'before-call' | 'after-call'
}

export type Watch = (moment: Moment) => Promise<void>
