/** How much of an inventory is used: the sum of its allocations, and changed with them. */
import { prepared } from '../dialect/prepared.ts'

/** One class of one provider. Those who change several do so in the order of their numbers. */
export const addToUse = prepared((db, by: { provider: number; class: number; delta: number }) =>
  db
    .updateTable('inventories')
    .set((e) => ({ used: e('used', '+', by.delta) }))
    .where('provider', '=', by.provider)
    .where('class', '=', by.class),
)
