/** What a provider has: list, show, add, replace, drop. */
import type { Inventory } from '../../domain/placement/inventory.ts'
import { capacity } from '../../domain/placement/inventory.ts'
import type { Provider } from '../../domain/placement/provider.ts'
import { problem } from '../../lib/problem.ts'
import type { Inventories } from '../../placement/stocking.ts'
import {
  addInventory,
  changeInventory,
  dropInventory,
  replaceInventories,
} from '../../placement/stocking.ts'
import * as inventories from '../../store/placement/inventories.ts'
import type { Stock } from '../../store/placement/inventories.ts'
import * as providers from '../../store/placement/providers.ts'
import type { Tx } from '../../store/store.ts'
import type { PlacementContext } from './context.ts'
import { overtaken, saying, worded } from './wording.ts'

export type Stocked = { readonly provider: Provider; readonly stocks: readonly Stock[] }
export type StockedOne = { readonly provider: Provider; readonly stock: Stock }

/** Whether everything of an inventory may be reserved, so that its capacity is nothing. */
export type CapacityRule = 'may-be-nothing' | 'must-be-something'

export async function list({ store }: PlacementContext, id: string): Promise<Stocked> {
  return await store.read(async (reader) => {
    const provider = await providers.get(reader, id)
    return { provider, stocks: await inventories.ofProvider(reader, provider) }
  })
}

export async function show(
  { store }: PlacementContext,
  id: string,
  name: string,
): Promise<StockedOne> {
  return await store.read(async (reader) => {
    const provider = await providers.get(reader, id)
    const stocks = await inventories.ofProvider(reader, provider)
    const stock = stocks.find(({ resourceClass }) => resourceClass === name)
    if (stock === undefined) {
      throw problem('not-found', `No inventory of class ${name} for ${id}`, { provider: id })
    }
    return { provider, stock }
  })
}

export async function add(
  { store, clock }: PlacementContext,
  id: string,
  name: string,
  inventory: Inventory,
  rule: CapacityRule,
): Promise<StockedOne> {
  return await store.transaction(async (tx) => {
    const provider = await heldProvider(tx, id)
    const introduction = `Unable to create inventory for resource provider ${provider.id}: `
    refuseNothing(provider, name, inventory, rule, introduction)
    const wording = {
      'not-found': saying('invalid', introduction),
      conflict: saying('conflict', 'Update conflict: ', { code: 'concurrent_update' }),
    }
    await worded(
      wording,
      async () => await addInventory(tx, provider, name, inventory, clock.now()),
    )
    return await stocked(tx, id, name)
  })
}

export async function replace(
  { store, clock }: PlacementContext,
  id: string,
  generation: number,
  wanted: Inventories,
  rule: CapacityRule,
): Promise<Stocked> {
  return await store.transaction(async (tx) => {
    const provider = await heldProvider(tx, id)
    refuseGeneration(provider, generation)
    const introduction = `Unable to update inventory for resource provider ${provider.id}: `
    for (const [name, inventory] of wanted) {
      refuseNothing(provider, name, inventory, rule, introduction)
    }
    const unknown = `Unknown resource class in inventory for resource provider ${provider.id}: `
    const wording = {
      'not-found': saying('invalid', unknown),
      conflict: saying('conflict', 'update conflict: '),
    }
    await worded(wording, async () => await replaceInventories(tx, provider, wanted, clock.now()))
    return {
      provider: await providers.get(tx, id),
      stocks: await inventories.ofProvider(tx, provider),
    }
  })
}

export async function replaceOne(
  { store, clock }: PlacementContext,
  id: string,
  name: string,
  generation: number,
  inventory: Inventory,
  rule: CapacityRule,
): Promise<StockedOne> {
  return await store.transaction(async (tx) => {
    const provider = await heldProvider(tx, id)
    refuseGeneration(provider, generation)
    const introduction = `Unable to update inventory for resource provider ${provider.id}: `
    refuseNothing(provider, name, inventory, rule, introduction)
    await worded(
      {
        // A class that does not exist is not there; one that the provider lacks cannot be asked for here.
        'not-found': (cause) =>
          cause.details['provider'] === undefined
            ? cause
            : saying(
                'invalid',
                `No inventory record with resource class for resource provider ${provider.id}: `,
              )(cause),
      },
      async () => await changeInventory(tx, provider, name, inventory, clock.now()),
    )
    return await stocked(tx, id, name)
  })
}

export async function drop(
  { store, clock }: PlacementContext,
  id: string,
  name: string,
): Promise<void> {
  await store.transaction(async (tx) => {
    const provider = await heldProvider(tx, id)
    const inUse = `Unable to delete inventory of class ${name}: `
    const wording = {
      'not-found': saying('not-found', `No inventory of class ${name} found for delete: `),
      // Placement answers with the code of a lost race here, though nobody raced.
      conflict: saying('conflict', inUse, { code: 'concurrent_update' }),
    }
    await worded(wording, async () => await dropInventory(tx, provider, name, clock.now()))
  })
}

export async function dropAll({ store, clock }: PlacementContext, id: string): Promise<void> {
  await store.transaction(async (tx) => {
    await replaceInventories(tx, await heldProvider(tx, id), new Map(), clock.now())
  })
}

async function heldProvider(tx: Tx, id: string): Promise<Provider> {
  const provider = await providers.get(tx, id)
  await providers.lock(tx, [provider.number])
  return provider
}

async function stocked(tx: Tx, id: string, name: string): Promise<StockedOne> {
  const provider = await providers.get(tx, id)
  const stocks = await inventories.ofProvider(tx, provider)
  const stock = stocks.find(({ resourceClass }) => resourceClass === name)
  if (stock === undefined) throw problem('bug', 'an inventory that was written is not there')
  return { provider, stock }
}

function refuseGeneration(provider: Provider, generation: number): void {
  if (provider.generation !== generation) throw overtaken('resource provider generation conflict')
}

function refuseNothing(
  provider: Provider,
  name: string,
  inventory: Inventory,
  rule: CapacityRule,
  introduction: string,
): void {
  const most = capacity(inventory)
  if (rule === 'may-be-nothing' ? most >= 0 : most > 0) return
  const why =
    rule === 'may-be-nothing'
      ? 'The reserved value is greater than total.'
      : 'The reserved value is greater than or equal to total.'
  const what = `Invalid inventory for '${name}' on resource provider '${provider.id}'. `
  throw problem('invalid', introduction + what + why)
}
