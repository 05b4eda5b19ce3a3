/**
 * Fills a database with flat hosts and with consumers of three classes each, before anybody has it open.
 *
 * Over the API this would take a minute for a fleet that is read in a second.
 */
import { join } from 'node:path'
import { addStandardNames } from '../../src/app/placement/vocabulary.ts'
import { standardTraits } from '../../src/domain/placement/standard-traits.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { derivedUuid, randomIds } from '../../src/lib/ids.ts'
import { silentLog } from '../../src/lib/log.ts'
import { seededRandom } from '../../src/lib/random.ts'
import { openStore } from '../../src/store/open.ts'
import type { Tx } from '../../src/store/store.ts'

export type Fleet = { readonly providers: number; readonly consumers: number }

/** What a consumer holds. The numbers of these classes are 0, 1 and 2. */
const heldOfEach = { VCPU: 1, MEMORY_MB: 512, DISK_GB: 1 }
/** What every provider has room for, beside what is held already. */
const room = 10_000_000
const rowsAtOnce = 500
const consumersAtOnce = 50_000

/** The id of a provider of the fleet, by its place in it. */
export function providerId(i: number): string {
  return derivedUuid('provider', String(i))
}

/** The traits of a provider: there are some generations of hardware, with forty each. */
export function carriedTraits(number: number): readonly string[] {
  return standardTraits.slice((number % 5) * 40, (number % 5) * 40 + 40)
}

/** What each provider of the fleet has, and how much of it is used. */
export function stocksOf({ providers, consumers }: Fleet): readonly {
  readonly resourceClass: string
  readonly total: number
  readonly maxUnit: number
  readonly used: number
}[] {
  const each = Math.ceil(consumers / providers)
  return Object.entries(heldOfEach).map(([resourceClass, held]) => ({
    resourceClass,
    total: held * each + room,
    maxUnit: room,
    used: held * each,
  }))
}

export async function fill(dataDir: string, fleet: Fleet): Promise<void> {
  const tools = { clock: systemClock, random: seededRandom('bench'), log: silentLog }
  const store = await openStore(join(dataDir, 'berth.db'), tools)
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
  const unchanged = { generation: 0, created_at: 0, updated_at: 0 }
  const numbers = Array.from({ length: fleet.providers }, (_, i) => i + 1)
  const rows = numbers.map((number) => ({
    ...unchanged,
    number,
    id: providerId(number - 1),
    name: `bench${number}`,
    parent: null,
    root: number,
  }))
  await inSlices(rows, async (slice) => await tx.insertInto('providers').values(slice).execute())

  const names = await tx.selectFrom('traits').select(['number', 'name']).execute()
  const traits = new Map(names.map(({ name, number }) => [name, number]))
  const carried = numbers.flatMap((number) =>
    carriedTraits(number).map((name) => ({ provider: number, trait: traits.get(name) ?? 0 })),
  )
  await inSlices(
    carried,
    async (slice) => await tx.insertInto('provider_traits').values(slice).execute(),
  )

  const stocks = numbers.flatMap((number) =>
    stocksOf(fleet).map(({ total, maxUnit, used }, i) => ({
      provider: number,
      class: i,
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
    stocks,
    async (slice) => await tx.insertInto('inventories').values(slice).execute(),
  )
}

async function writeConsumers(
  tx: Tx,
  { providers, consumers }: Fleet,
  from: number,
): Promise<void> {
  const count = Math.min(consumersAtOnce, consumers - from)
  const numbers = Array.from({ length: count }, (_, i) => from + i + 1)
  const rows = numbers.map((number) => ({
    number,
    id: derivedUuid('consumer', String(number)),
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
  const held = numbers.flatMap((consumer) =>
    Object.values(heldOfEach).map((used, i) => ({
      consumer,
      provider: (consumer % providers) + 1,
      class: i,
      used,
      updated_at: 0,
    })),
  )
  await inSlices(held, async (slice) => await tx.insertInto('allocations').values(slice).execute())
}

async function inSlices<T>(
  rows: readonly T[],
  write: (slice: readonly T[]) => Promise<unknown>,
): Promise<void> {
  for (let at = 0; at < rows.length; at += rowsAtOnce) await write(rows.slice(at, at + rowsAtOnce))
}
