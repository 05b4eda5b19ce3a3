/** What every use-case gets: the store, and everything that must be a parameter. Built once, in `main.ts`. */
import type { Clock } from '../lib/clock.ts'
import type { Ids } from '../lib/ids.ts'
import type { Log } from '../lib/log.ts'
import type { Random } from '../lib/random.ts'
import type { Store } from '../store/store.ts'

export type Context = {
  readonly store: Store
  readonly clock: Clock
  readonly ids: Ids
  readonly random: Random
  readonly log: Log
}

/** Which request this is, for actions and logs: `req-<uuid>`. */
export type RequestContext = { readonly requestId: string; readonly globalRequestId: string | null }
