/**
 * Moving inventories between providers together with what is held of them, in the caller's transaction.
 *
 * What goes away cannot go while it is held, and what is new cannot be held before it is there. So first every provider gets
 * what it has and what it shall have; then the allocations change; then what is no longer wanted goes.
 */
import type { Holding } from '../domain/placement/consumer.ts'
import type { Provider } from '../domain/placement/provider.ts'
import type { Instant } from '../lib/clock.ts'
import * as inventories from '../store/placement/inventories.ts'
import type { Tx } from '../store/store.ts'
import { replaceHoldings } from './claims.ts'
import { replaceInventories } from './stocking.ts'
import type { Inventories } from './stocking.ts'

export type Reshaping = { readonly provider: Provider; readonly inventories: Inventories }

/** @throws what replacing inventories and holdings throws. */
export async function reshape(
  tx: Tx,
  shapes: readonly Reshaping[],
  holdings: readonly Holding[],
  now: Instant,
): Promise<void> {
  for (const { provider, inventories: wanted } of shapes) {
    if (wanted.size === 0) continue
    const before = await inventories.ofProvider(tx, provider)
    const both = new Map(before.map(({ resourceClass, inventory }) => [resourceClass, inventory]))
    for (const [name, inventory] of wanted) both.set(name, inventory)
    await replaceInventories(tx, provider, both, now)
  }
  await replaceHoldings(tx, holdings, now)
  for (const { provider, inventories: wanted } of shapes) {
    await replaceInventories(tx, provider, wanted, now)
  }
}
