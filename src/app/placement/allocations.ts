/** What consumers hold: list, replace, drop. */
import type { ConsumerId } from '../../domain/ids.ts'
import type { Consumer, Holding } from '../../domain/placement/consumer.ts'
import type { Provider } from '../../domain/placement/provider.ts'
import { problem } from '../../lib/problem.ts'
import { dropHoldings, replaceHoldings } from '../../placement/claims.ts'
import * as allocations from '../../store/placement/allocations.ts'
import type {
  AllocationOfConsumer,
  AllocationOnProvider,
} from '../../store/placement/allocations.ts'
import * as consumers from '../../store/placement/consumers.ts'
import * as providers from '../../store/placement/providers.ts'
import type { PlacementContext } from './context.ts'
import { saying, worded } from './wording.ts'

/** The consumer is null when it holds nothing: then nobody knows it. */
export type HeldByConsumer = {
  readonly consumer: Consumer | null
  readonly allocations: readonly AllocationOfConsumer[]
}

export async function ofConsumer({ store }: PlacementContext, id: string): Promise<HeldByConsumer> {
  return await store.read(async (reader) => {
    const consumer = await consumers.find(reader, id)
    if (consumer === null) return { consumer, allocations: [] }
    const held = await allocations.ofConsumer(reader, consumer.number)
    return { consumer: held.length === 0 ? null : consumer, allocations: held }
  })
}

export type HeldOnProvider = {
  readonly provider: Provider
  readonly allocations: readonly AllocationOnProvider[]
}

export async function onProvider({ store }: PlacementContext, id: string): Promise<HeldOnProvider> {
  return await store.read(async (reader) => {
    const provider = await providers.find(reader, id)
    if (provider === null) {
      const why = `No resource provider with uuid ${id} found`
      throw problem('not-found', `Resource provider '${id}' not found: ${why}`)
    }
    return { provider, allocations: await allocations.onProvider(reader, provider) }
  })
}

export async function replaceOne(ctx: PlacementContext, holding: Holding): Promise<void> {
  const unknown = `Unable to allocate inventory for consumer ${holding.consumer}: `
  await replaceWith(ctx, [holding], unknown)
}

/** All of them or none. */
export async function replaceMany(
  ctx: PlacementContext,
  holdings: readonly Holding[],
): Promise<void> {
  await replaceWith(ctx, holdings, 'Unable to allocate inventory ')
}

export async function drop({ store, clock }: PlacementContext, id: ConsumerId): Promise<void> {
  await store.transaction(async (tx) => await dropHoldings(tx, id, clock.now()), 'held')
}

async function replaceWith(
  { store, clock }: PlacementContext,
  holdings: readonly Holding[],
  unknown: string,
): Promise<void> {
  const wording = {
    'not-found': saying('invalid', unknown),
    'no-capacity': saying('no-capacity', 'Unable to allocate inventory: '),
  }
  await worded(wording, async () => {
    await store.transaction(async (tx) => await replaceHoldings(tx, holdings, clock.now()), 'held')
  })
}
