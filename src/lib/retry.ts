/** How long to wait before trying again: exponential, capped, with jitter so that a crowd does not come back together. */
import type { Random } from './random.ts'

export type Backoff = { readonly firstMs: number; readonly capMs: number }

/** Milliseconds to wait after the given attempt (1 is the first): between half and all of the doubled step. */
export function backoffMs(backoff: Backoff, attempt: number, random: Random): number {
  const full = Math.min(backoff.capMs, backoff.firstMs * 2 ** Math.min(attempt - 1, 30))
  return Math.ceil(full / 2 + random.next() * (full / 2))
}
