/**
 * Forgets changes that nobody will ask for any more: caches followed them long ago, and a stream of events that was away for
 * longer begins anew.
 */
import * as changes from '../store/changes.ts'
import type { Store } from '../store/store.ts'
import type { Clock } from '../lib/clock.ts'
import type { Reconciler } from './loops.ts'

const keptMs = 24 * 60 * 60 * 1000
const everyMs = 10 * 60 * 1000

export function oldChanges(ctx: { readonly store: Store; readonly clock: Clock }): Reconciler {
  return {
    name: 'old changes',
    everyMs,
    run: async () => {
      const before = ctx.clock.now() - keptMs
      await ctx.store.transaction(async (tx) => await changes.forgetBefore(tx, before))
    },
  }
}
