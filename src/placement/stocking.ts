/**
 * Changing what a provider has, in the caller's transaction. Every change counts in the provider's generation, and that first: then
 * nobody claims of it meanwhile.
 */
import type { Inventory } from '../domain/placement/inventory.ts'
import type { Provider } from '../domain/placement/provider.ts'
import type { Instant } from '../lib/clock.ts'
import { problem } from '../lib/problem.ts'
import * as classes from '../store/placement/classes.ts'
import * as inventories from '../store/placement/inventories.ts'
import * as providers from '../store/placement/providers.ts'
import type { Tx } from '../store/store.ts'

export type Inventories = ReadonlyMap<string, Inventory>

/**
 * Gives the provider these inventories instead of those it has. Less than is in use is allowed; none of what is in use is not.
 * @throws `not-found` for an unknown class, `conflict` when a class that goes is in use.
 */
export async function replaceInventories(
  tx: Tx,
  provider: Provider,
  wanted: Inventories,
  now: Instant,
): Promise<void> {
  await providers.bump(tx, [provider.number], now)
  const numbers = await classes.numbersOf(tx, [...wanted.keys()])
  const before = await inventories.ofProvider(tx, provider)
  const gone = before.filter(({ resourceClass }) => !wanted.has(resourceClass))
  refuseInUse(provider, gone)
  await inventories.remove(
    tx,
    provider,
    gone.map(({ classNumber }) => classNumber),
    now,
  )
  const known = new Set(before.map(({ classNumber }) => classNumber))
  for (const [name, inventory] of wanted) {
    const number = numbers.get(name)
    if (number === undefined) continue
    const write = known.has(number) ? inventories.update : inventories.insert
    await write(tx, provider, number, inventory, now)
  }
}

/** Adds to what the provider has. @throws `not-found` for an unknown class, `conflict` when it has the class already. */
export async function addInventory(
  tx: Tx,
  provider: Provider,
  name: string,
  inventory: Inventory,
  now: Instant,
): Promise<void> {
  await providers.bump(tx, [provider.number], now)
  const { number } = await classes.get(tx, name)
  const before = await inventories.ofProvider(tx, provider)
  if (before.some(({ classNumber }) => classNumber === number)) {
    throw problem('conflict', `There is an inventory of class ${name} already`, {
      provider: provider.id,
    })
  }
  await inventories.insert(tx, provider, number, inventory, now)
}

/** Changes one inventory. @throws `not-found` for an unknown class, or one that the provider does not have. */
export async function changeInventory(
  tx: Tx,
  provider: Provider,
  name: string,
  inventory: Inventory,
  now: Instant,
): Promise<void> {
  await providers.bump(tx, [provider.number], now)
  const { classNumber } = await stockOf(tx, provider, name)
  await inventories.update(tx, provider, classNumber, inventory, now)
}

/** @throws `not-found` when the provider does not have the class, `conflict` when it is in use. */
export async function dropInventory(
  tx: Tx,
  provider: Provider,
  name: string,
  now: Instant,
): Promise<void> {
  await providers.bump(tx, [provider.number], now)
  const stock = await stockOf(tx, provider, name)
  refuseInUse(provider, [stock])
  await inventories.remove(tx, provider, [stock.classNumber], now)
}

async function stockOf(tx: Tx, provider: Provider, name: string): Promise<inventories.Stock> {
  await classes.get(tx, name)
  const stocks = await inventories.ofProvider(tx, provider)
  const stock = stocks.find(({ resourceClass }) => resourceClass === name)
  if (stock !== undefined) return stock
  throw problem('not-found', `No inventory of class ${name} found.`, { provider: provider.id })
}

function refuseInUse(provider: Provider, stocks: readonly inventories.Stock[]): void {
  const inUse = stocks.filter(({ used }) => used > 0).map(({ resourceClass }) => resourceClass)
  if (inUse.length === 0) return
  throw problem(
    'conflict',
    `Inventory for '${inUse.join(', ')}' on resource provider '${provider.id}' in use.`,
    { code: 'inventory.inuse', provider: provider.id },
  )
}
