import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabases } from '../../test/support/stores.ts'
import type { ConsumerId, ProjectId, ProviderId, UserId } from '../domain/ids.ts'
import type { HeldAmount, Holding } from '../domain/placement/consumer.ts'
import type { Inventory } from '../domain/placement/inventory.ts'
import { inventoryDefaults } from '../domain/placement/inventory.ts'
import { derivedUuid } from '../lib/ids.ts'
import { isProblem } from '../lib/problem.ts'
import { seededRandom } from '../lib/random.ts'
import * as allocations from '../store/placement/allocations.ts'
import * as classes from '../store/placement/classes.ts'
import * as consumers from '../store/placement/consumers.ts'
import { tryClaim } from '../store/placement/holdings.ts'
import * as inventories from '../store/placement/inventories.ts'
import * as providers from '../store/placement/providers.ts'
import type { Store, Tx } from '../store/store.ts'
import { dropHoldings, replaceHoldings } from './claims.ts'
import { replaceInventories } from './stocking.ts'

const now = 1_000

for (const { name, open } of testDatabases()) {
  test(`${name}: many who claim at once never get more than there is, and no update is lost`, async (t) => {
    const store = await open(t)
    const hosts = [provider('h1'), provider('h2'), provider('h3')]
    for (const host of hosts) await stock(store, host, { VCPU: 10, MEMORY_MB: 1_000 })
    const random = seededRandom('crowd')
    const granted = new Map<string, readonly HeldAmount[]>()

    await Promise.all(
      Array.from({ length: 12 }, async (_, client) => {
        for (let round = 0; round < 8; round += 1) {
          // Few consumers, so that clients also meet on the same one.
          const who = consumer(`c${random.below(15)}`)
          const amounts = hosts
            .filter(() => random.below(2) === 0)
            .flatMap((host) => [
              { provider: host, resourceClass: 'VCPU', amount: 1 + random.below(4) },
              { provider: host, resourceClass: 'MEMORY_MB', amount: 50 },
            ])
          const got = await claim(store, {
            ...holding(who, amounts),
            userId: `u${client}` as UserId,
          })
          if (got) granted.set(`${client}/${round}`, amounts)
        }
      }),
    )

    ok(granted.size > 10, 'too little was granted for this to show anything')
    const held = await heldOn(store, hosts)
    for (const { capacity, used, sum } of held) {
      equal(used, sum)
      ok(used <= capacity)
    }
  })

  test(`${name}: operations that claim at once never get more than there is`, async (t) => {
    const store = await open(t)
    const host = provider('h1')
    await stock(store, host, { VCPU: 25 })
    const projectId = 'project' as ProjectId
    const userId = 'user' as UserId

    const refusals = await Promise.all(
      Array.from({ length: 40 }, async (_, number) => {
        const id = consumer(`c${number}`)
        const holder = { kind: 'other', id, type: null, projectId, userId } as const
        const amounts = [{ provider: host, resourceClass: 'VCPU', amount: 1 }]
        // As steps of operations do, which hold what they decide on.
        const claiming = async (tx: Tx) => await tryClaim(tx, holder, amounts, now)
        return await store.transaction(claiming, 'held')
      }),
    )

    equal(refusals.filter((refusal) => refusal === null).length, 25)
    deepEqual(await heldOn(store, [host]), [{ capacity: 25, used: 25, sum: 25 }])
  })

  test(`${name}: a consumer's generation is asked for, and counts its writes`, async (t) => {
    const store = await open(t)
    const host = provider('h1')
    await stock(store, host, { VCPU: 4 })
    const who = consumer('c1')
    const wanting = (amount: number, generation: number | null): Holding => ({
      ...holding(who, amount === 0 ? [] : [{ provider: host, resourceClass: 'VCPU', amount }]),
      generation,
    })

    await refused(store, wanting(1, 7), 'stale', /expected null but got 7/)
    await store.transaction(async (tx) => await replaceHoldings(tx, [wanting(1, null)], now))
    await refused(store, wanting(1, null), 'stale', /expected 1 but got None/)
    await store.transaction(async (tx) => await replaceHoldings(tx, [wanting(2, 1)], now))
    await store.transaction(async (tx) => await replaceHoldings(tx, [wanting(0, 2)], now))
    equal(await store.read(async (reader) => await consumers.find(reader, who)), null)
  })

  test(`${name}: two consumers trade what they hold in one step`, async (t) => {
    const store = await open(t)
    const [h1, h2] = [provider('h1'), provider('h2')]
    for (const host of [h1, h2]) await stock(store, host, { VCPU: 4 })
    const all = (host: ProviderId) => [{ provider: host, resourceClass: 'VCPU', amount: 4 }]
    const write = async (...holdings: Holding[]) =>
      await store.transaction(async (tx) => await replaceHoldings(tx, holdings, now))
    await write(holding(consumer('a'), all(h1)), holding(consumer('b'), all(h2)))

    await write(holding(consumer('a'), all(h2)), holding(consumer('b'), all(h1)))

    deepEqual(await holders(store, h1), [[consumer('b'), 4]])
    deepEqual(await holders(store, h2), [[consumer('a'), 4]])
    await write(holding(consumer('a'), []), holding(consumer('c'), all(h2)))
    deepEqual(await holders(store, h2), [[consumer('c'), 4]])
  })

  test(`${name}: where capacity was lowered below what is used, only less can be held`, async (t) => {
    const store = await open(t)
    const host = provider('h1')
    await stock(store, host, { VCPU: 8 })
    const wanting = (amount: number): Holding =>
      holding(consumer('a'), [{ provider: host, resourceClass: 'VCPU', amount }])
    await store.transaction(async (tx) => await replaceHoldings(tx, [wanting(6)], now))
    await stock(store, host, { VCPU: 2 })

    await refused(store, wanting(7), 'no-capacity', /exceed the capacity/)
    equal(await claim(store, wanting(5)), true)
    await refused(store, wanting(6), 'no-capacity', /exceed the capacity/)
  })

  test(`${name}: a refused claim leaves everything as it was`, async (t) => {
    const store = await open(t)
    const host = provider('h1')
    await stock(store, host, { VCPU: 4 }, { stepSize: 2 })
    const held = holding(consumer('a'), [{ provider: host, resourceClass: 'VCPU', amount: 2 }])
    await store.transaction(async (tx) => await replaceHoldings(tx, [held], now))
    const before = await everything(store, host)

    const other = (amounts: readonly HeldAmount[]): Holding => holding(consumer('b'), amounts)
    const vcpus = { provider: host, resourceClass: 'VCPU', amount: 2 }
    await refused(store, other([{ ...vcpus, amount: 3 }]), 'no-capacity', /constraints/)
    await refused(store, other([{ ...vcpus, resourceClass: 'DISK_GB' }]), 'no-capacity', /invalid/)
    await refused(store, other([{ ...vcpus, resourceClass: 'CUSTOM_X' }]), 'not-found', /CUSTOM_X/)
    await refused(store, other([{ ...vcpus, provider: provider('h9') }]), 'invalid', /not exist/)
    await rejects(
      store.transaction(async (tx) => await dropHoldings(tx, consumer('b'), now)),
      /No allocations/,
    )

    deepEqual(await everything(store, host), before)
  })
}

// Ids of tests are derived from words; at run time an id is a string.
function provider(word: string): ProviderId {
  return derivedUuid('provider', word) as ProviderId
}

function consumer(word: string): ConsumerId {
  return derivedUuid('consumer', word) as ConsumerId
}

function holding(who: ConsumerId, amounts: readonly HeldAmount[]): Holding {
  return {
    consumer: who,
    amounts,
    projectId: 'project' as ProjectId,
    userId: 'user' as UserId,
    type: undefined,
    generation: undefined,
  }
}

async function stock(
  store: Store,
  id: ProviderId,
  totals: Readonly<Record<string, number>>,
  more: Partial<Inventory> = {},
): Promise<void> {
  await store.transaction(async (tx) => {
    await classes.addStandard(tx, now)
    const known = await providers.find(tx, id)
    const found = known ?? (await providers.insert(tx, { id, name: id, parent: null }, now))
    const wanted = new Map(
      Object.entries(totals).map(([name, total]) => [
        name,
        { ...inventoryDefaults, total, ...more },
      ]),
    )
    await replaceInventories(tx, found, wanted, now)
  })
}

/** Whether it was granted. */
async function claim(store: Store, wanted: Holding): Promise<boolean> {
  try {
    await store.transaction(async (tx) => await replaceHoldings(tx, [wanted], now))
    return true
  } catch (thrown) {
    if (isProblem(thrown, 'no-capacity')) return false
    throw thrown
  }
}

async function refused(store: Store, wanted: Holding, kind: string, why: RegExp): Promise<void> {
  await rejects(
    store.transaction(async (tx) => await replaceHoldings(tx, [wanted], now)),
    (thrown: unknown) => {
      ok(isProblem(thrown))
      equal(thrown.kind, kind)
      match(thrown.message, why)
      return true
    },
  )
}

async function heldOn(store: Store, ids: readonly ProviderId[]) {
  return await store.read(async (reader) => {
    const rows: { capacity: number; used: number; sum: number }[] = []
    for (const id of ids) {
      const found = await providers.get(reader, id)
      const held = await allocations.onProvider(reader, found)
      for (const { resourceClass, inventory, used } of await inventories.ofProvider(
        reader,
        found,
      )) {
        const here = held.filter((each) => each.resourceClass === resourceClass)
        const sum = here.reduce((total, { amount }) => total + amount, 0)
        rows.push({ capacity: inventory.total, used, sum })
      }
    }
    return rows
  })
}

async function holders(store: Store, id: ProviderId) {
  return await store.read(async (reader) => {
    const held = await allocations.onProvider(reader, await providers.get(reader, id))
    return held.map((each) => [each.consumer, each.amount])
  })
}

async function everything(store: Store, id: ProviderId) {
  return await store.read(async (reader) => {
    const found = await providers.get(reader, id)
    return [found, await inventories.ofProvider(reader, found), await holders(store, id)]
  })
}
