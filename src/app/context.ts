/** What every use-case gets: the store, and everything that must be a parameter. Built once, in `main.ts`. */
import type { Clock } from '../lib/clock.ts'
import type { Ids } from '../lib/ids.ts'
import type { Log } from '../lib/log.ts'
import type { Random } from '../lib/random.ts'
import type { FailurePolicy } from '../operations/resize.ts'
import type { Store } from '../store/store.ts'

export type Context = {
  readonly store: Store
  readonly clock: Clock
  readonly ids: Ids
  readonly random: Random
  readonly log: Log
}

export type RequestContext = {
  /** Which request this is, for actions and logs: `req-<uuid>`. */
  readonly requestId: string
  readonly globalRequestId: string | null
  /** What the caller wants of failures, where it said so instead of leaving it to the cloud. */
  readonly failurePolicy?: FailurePolicy
}
