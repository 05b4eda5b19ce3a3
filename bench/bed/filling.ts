/**
 * Fills a database of Berth with a fleet, before anybody has it open.
 *
 * Over the API this would take a minute for a fleet that is read in a second.
 */
import { addStandardNames } from '../../src/app/placement/vocabulary.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { randomIds } from '../../src/lib/ids.ts'
import { silentLog } from '../../src/lib/log.ts'
import { seededRandom } from '../../src/lib/random.ts'
import { openStore } from '../../src/store/open.ts'
import type { Tx } from '../../src/store/store.ts'
import type { Data } from './data.ts'
import { consumerId, heldBy, providerId, providersOf } from './fleet.ts'
import type { Fleet } from './fleet.ts'

const rowsAtOnce = 500
const consumersAtOnce = 50_000

export async function fill({ database }: Data, fleet: Fleet): Promise<void> {
  const tools = { clock: systemClock, random: seededRandom('bench'), log: silentLog }
  const store = await openStore(database, tools)
  try {
    await addStandardNames({ ...tools, store, ids: randomIds })
    await store.transaction(async (tx) => await writeProviders(tx, fleet))
    for (let from = 0; from < fleet.consumers; from += consumersAtOnce) {
      await store.transaction(async (tx) => await writeConsumers(tx, fleet, from))
    }
  } finally {
    await store.close()
  }
}

async function writeProviders(tx: Tx, fleet: Fleet): Promise<void> {
  const providers = providersOf(fleet)
  const unchanged = { generation: 0, created_at: 0, updated_at: 0 }
  const rows = providers.map(({ number, parent, root }) => ({
    ...unchanged,
    number,
    id: providerId(number - 1),
    name: `bench${number}`,
    parent,
    root,
  }))
  await inSlices(rows, async (slice) => await tx.insertInto('providers').values(slice).execute())

  const names = await tx.selectFrom('traits').select(['number', 'name']).execute()
  const traitNumbers = new Map(names.map(({ name, number }) => [name, number]))
  const carried = providers.flatMap(({ number, traits }) =>
    traits.map((name) => ({ provider: number, trait: traitNumbers.get(name) ?? 0 })),
  )
  await inSlices(
    carried,
    async (slice) => await tx.insertInto('provider_traits').values(slice).execute(),
  )

  const classes = await classNumbers(tx)
  const inventories = providers.flatMap(({ number, stocks }) =>
    stocks.map(({ resourceClass, total, maxUnit, used }) => ({
      provider: number,
      class: classes.get(resourceClass) ?? 0,
      total,
      reserved: 0,
      min_unit: 1,
      max_unit: maxUnit,
      step_size: 1,
      ratio: 1,
      used,
      created_at: 0,
      updated_at: 0,
    })),
  )
  await inSlices(
    inventories,
    async (slice) => await tx.insertInto('inventories').values(slice).execute(),
  )
}

async function writeConsumers(tx: Tx, fleet: Fleet, from: number): Promise<void> {
  const count = Math.min(consumersAtOnce, fleet.consumers - from)
  const numbers = Array.from({ length: count }, (_, i) => from + i + 1)
  const rows = numbers.map((number) => ({
    number,
    id: consumerId(number),
    generation: 1,
    type: 'INSTANCE',
    project_id: `project${number % 100}`,
    user_id: 'user',
    server_id: null,
    server_alive: null,
    migration_id: null,
    migration_open: null,
    created_at: 0,
    updated_at: 0,
  }))
  await inSlices(rows, async (slice) => await tx.insertInto('consumers').values(slice).execute())
  const classes = await classNumbers(tx)
  const held = numbers.flatMap((consumer) =>
    heldBy(fleet, consumer).map(({ provider, resourceClass, amount }) => ({
      consumer,
      provider,
      class: classes.get(resourceClass) ?? 0,
      used: amount,
      updated_at: 0,
    })),
  )
  await inSlices(held, async (slice) => await tx.insertInto('allocations').values(slice).execute())
}

async function classNumbers(tx: Tx): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.selectFrom('resource_classes').select(['number', 'name']).execute()
  return new Map(rows.map(({ name, number }) => [name, number]))
}

async function inSlices<T>(
  rows: readonly T[],
  write: (slice: readonly T[]) => Promise<unknown>,
): Promise<void> {
  for (let at = 0; at < rows.length; at += rowsAtOnce) await write(rows.slice(at, at + rowsAtOnce))
}
