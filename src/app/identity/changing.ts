/** Changing accounts: one transaction, after which no process believes what it remembers. */
import * as changes from '../../store/changes.ts'
import type { Tx } from '../../store/store.ts'
import type { IdentityContext } from './context.ts'

export async function changing<T>(
  ctx: IdentityContext,
  what: string,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const value = await ctx.store.transaction(async (tx) => {
    const done = await work(tx)
    await changes.record(tx, { topic: 'identity', key: what, at: ctx.clock.now() })
    return done
  })
  // The feed tells the others; here nobody waits for it.
  ctx.cache.clear()
  return value
}
