/**
 * Replacing what consumers hold, in the caller's transaction.
 *
 * Everything that the named consumers held is given back, then what they shall hold is checked against what is free, then it
 * is written. So a claim can be changed, moved to another consumer or traded between two in one step, and nobody ever sees
 * it half done. Providers are locked in the order of their numbers, so that two claims never wait for each other in a circle.
 */
import type { ConsumerId, ProviderId } from '../domain/ids.ts'
import type { Holding } from '../domain/placement/consumer.ts'
import { capacityMisfit, unitMisfit } from '../domain/placement/inventory.ts'
import type { Instant } from '../lib/clock.ts'
import { problem } from '../lib/problem.ts'
import * as allocations from '../store/placement/allocations.ts'
import type { Allocation } from '../store/placement/allocations.ts'
import * as claimable from '../store/placement/claimable.ts'
import type { Claimable, ClaimableStock } from '../store/placement/claimable.ts'
import * as classes from '../store/placement/classes.ts'
import * as consumers from '../store/placement/consumers.ts'
import type { StoredConsumer } from '../store/placement/consumers.ts'
import * as providers from '../store/placement/providers.ts'
import type { Tx } from '../store/store.ts'

/**
 * Makes each consumer hold exactly what is said. One that shall hold nothing ends.
 * @throws `stale` when a consumer's generation is not the one expected, `invalid` for an unknown provider, `not-found` for
 *   an unknown class, `no-capacity` when something does not fit.
 */
export async function replaceHoldings(
  tx: Tx,
  wanted: readonly Holding[],
  now: Instant,
): Promise<void> {
  const known = await consumers.lock(
    tx,
    wanted.map(({ consumer }) => consumer),
  )
  const knownById = new Map(known.map((consumer) => [consumer.id, consumer]))
  for (const holding of wanted) checkGeneration(holding, knownById.get(holding.consumer))
  const held = await allocations.ofConsumers(
    tx,
    known.map(({ number }) => number),
  )
  const ids = [...new Set(wanted.flatMap(({ amounts }) => amounts.map(({ provider }) => provider)))]
  await claimable.hold(tx, ids, inOrder(numbersOf(held)))
  const claims = await claimsOf(tx, wanted, await claimable.read(tx, ids))
  checkRoom(claims, held)

  await allocations.removeOf(
    tx,
    known.map(({ number }) => number),
  )
  const numbers = await writeConsumers(tx, wanted, knownById, now)
  const written = claims.map((claim): Allocation => {
    const { number: provider, id: providerId } = claim.provider
    const { classNumber } = claim.stock
    return {
      consumer: numbers.get(claim.consumer) ?? 0,
      provider,
      providerId,
      classNumber,
      amount: claim.amount,
    }
  })
  await allocations.insert(tx, written, now)
  await allocations.changeUse(tx, [...written.map(asUse), ...held.map(asReturn)], now)
  await providers.bump(
    tx,
    inOrder([...numbersOf(written), ...emptied(wanted, knownById, held)]),
    now,
  )
}

/** Makes a consumer hold nothing, whatever its generation. @throws `not-found` when it holds nothing already. */
export async function dropHoldings(tx: Tx, id: ConsumerId, now: Instant): Promise<void> {
  const [consumer] = await consumers.lock(tx, [id])
  if (consumer === undefined) throw problem('not-found', `No allocations for consumer '${id}'`)
  const held = await allocations.ofConsumers(tx, [consumer.number])
  await providers.lock(tx, inOrder(numbersOf(held)))
  await allocations.removeOf(tx, [consumer.number])
  await allocations.changeUse(tx, held.map(asReturn), now)
  await consumers.remove(tx, [consumer.number])
}

type Claim = {
  readonly consumer: ConsumerId
  readonly provider: Claimable
  readonly stock: ClaimableStock
  readonly resourceClass: string
  readonly amount: number
}

function checkGeneration(holding: Holding, known: StoredConsumer | undefined): void {
  const { generation } = holding
  const actual = known?.generation ?? null
  if (generation === undefined || generation === actual) return
  const expected = actual === null ? 'null' : String(actual)
  throw problem(
    'stale',
    `consumer generation conflict - expected ${expected} but got ${generation ?? 'None'}`,
    { code: 'concurrent_update', consumer: holding.consumer },
  )
}

async function claimsOf(
  tx: Tx,
  wanted: readonly Holding[],
  found: ReadonlyMap<ProviderId, Claimable>,
): Promise<readonly Claim[]> {
  const amounts = wanted.flatMap(({ consumer, amounts: list }) =>
    list.map((amount) => ({ ...amount, consumer, on: found.get(amount.provider) })),
  )
  const stray = amounts.find(({ on }) => on === undefined)
  if (stray !== undefined) {
    const id = stray.provider
    throw problem('invalid', `Allocation for resource provider '${id}' that does not exist.`)
  }
  // A class that no provider has may not even exist, which is said before anything else is.
  const lacking = amounts.filter(({ on, resourceClass }) => !on?.stocks.has(resourceClass))
  await classes.numbersOf(
    tx,
    lacking.map(({ resourceClass }) => resourceClass),
  )
  return amounts.flatMap(({ consumer, on: provider, resourceClass, amount }) => {
    if (provider === undefined) return []
    const stock = provider.stocks.get(resourceClass)
    if (stock === undefined) throw refusal(resourceClass, provider, 'Inventory for', 'invalid.')
    return [{ consumer, provider, stock, resourceClass, amount }]
  })
}

function checkRoom(claims: readonly Claim[], held: readonly Allocation[]): void {
  const wantedAt = sums(claims.map((claim) => [placeOf(claimedPlace(claim)), claim.amount]))
  const returnedAt = sums(held.map((each) => [placeOf(each), each.amount]))
  for (const claim of claims) {
    const { provider, stock, resourceClass, amount } = claim
    const place = placeOf(claimedPlace(claim))
    if (unitMisfit(stock.inventory, amount) !== null) {
      const why = 'The requested amount would violate inventory constraints.'
      throw refusal(resourceClass, provider, 'Unable to create allocation for', why)
    }
    const wanted = wantedAt.get(place) ?? 0
    const usedByOthers = stock.used - (returnedAt.get(place) ?? 0)
    // An inventory may have been lowered below what is used of it; then holding less of it, or the same, is still allowed.
    const isNoWorse = usedByOthers + wanted <= stock.used
    if (!isNoWorse && capacityMisfit(stock.inventory, usedByOthers, wanted) !== null) {
      const why = 'The requested amount would exceed the capacity.'
      throw refusal(resourceClass, provider, 'Unable to create allocation for', why)
    }
  }
}

function claimedPlace({ provider, stock }: Claim): Place {
  return { provider: provider.number, classNumber: stock.classNumber }
}

function refusal(resourceClass: string, provider: Claimable, what: string, why: string): Error {
  const on = `on resource provider '${provider.id}'`
  const separator = why === 'invalid.' ? ' ' : '. '
  return problem('no-capacity', `${what} '${resourceClass}' ${on}${separator}${why}`, {
    provider: provider.id,
    resourceClass,
  })
}

/** @returns the numbers by id of those who hold something now. */
async function writeConsumers(
  tx: Tx,
  wanted: readonly Holding[],
  known: ReadonlyMap<ConsumerId, StoredConsumer>,
  now: Instant,
): Promise<ReadonlyMap<ConsumerId, number>> {
  const numbers = new Map<ConsumerId, number>()
  const ended: number[] = []
  for (const { consumer: id, amounts, projectId, userId, type } of wanted) {
    const before = known.get(id)
    if (amounts.length === 0) {
      if (before !== undefined) ended.push(before.number)
      continue
    }
    const owner = { projectId, userId, type: type ?? before?.type ?? null }
    if (before === undefined) {
      numbers.set(id, await consumers.insert(tx, { id, ...owner }, now))
      continue
    }
    await consumers.bump(tx, before.number, owner, now)
    numbers.set(id, before.number)
  }
  await consumers.remove(tx, ended)
  return numbers
}

/** The providers of consumers that end. One that a consumer merely no longer uses does not count the change. */
function emptied(
  wanted: readonly Holding[],
  known: ReadonlyMap<ConsumerId, StoredConsumer>,
  held: readonly Allocation[],
): readonly number[] {
  const ended = new Set(
    wanted
      .filter(({ amounts }) => amounts.length === 0)
      .map(({ consumer }) => known.get(consumer)?.number),
  )
  return held.filter(({ consumer }) => ended.has(consumer)).map(({ provider }) => provider)
}

function asUse({ amount, ...place }: Allocation): allocations.UseChangeOf {
  return { ...place, delta: amount }
}

function asReturn({ amount, ...place }: Allocation): allocations.UseChangeOf {
  return { ...place, delta: -amount }
}

type Place = { readonly provider: number; readonly classNumber: number }

function placeOf({ provider, classNumber }: Place): string {
  return `${provider}/${classNumber}`
}

function numbersOf(held: readonly Allocation[]): readonly number[] {
  return held.map(({ provider }) => provider)
}

function sums(amounts: readonly (readonly [place: string, amount: number])[]): Map<string, number> {
  const result = new Map<string, number>()
  for (const [place, amount] of amounts) result.set(place, (result.get(place) ?? 0) + amount)
  return result
}

function inOrder(numbers: readonly number[]): readonly number[] {
  return [...new Set(numbers)].toSorted((a, b) => a - b)
}
