/** The aggregates that one provider is in. */
import type { AggregateId } from '../../domain/ids.ts'
import type { Provider } from '../../domain/placement/provider.ts'
import * as aggregates from '../../store/placement/aggregates.ts'
import * as providers from '../../store/placement/providers.ts'
import type { PlacementContext } from './context.ts'
import { overtaken } from './wording.ts'

export type ProviderAggregates = {
  readonly provider: Provider
  readonly aggregates: readonly AggregateId[]
}

export async function list({ store }: PlacementContext, id: string): Promise<ProviderAggregates> {
  return await store.read(async (reader) => {
    const provider = await providers.get(reader, id)
    return { provider, aggregates: await aggregates.ofProvider(reader, provider) }
  })
}

/** Without a generation the change neither asks for one nor counts: such are clients older than it. */
export async function replace(
  { store, clock }: PlacementContext,
  id: string,
  generation: number | null,
  wanted: readonly AggregateId[],
): Promise<ProviderAggregates> {
  return await store.transaction(async (tx) => {
    const provider = await providers.get(tx, id)
    if (generation !== null && provider.generation !== generation) {
      throw overtaken(
        "Resource provider's generation already changed. Please update the generation and try again.",
      )
    }
    await providers.lock(tx, [provider.number])
    await aggregates.assign(tx, provider, wanted, clock.now())
    if (generation !== null) await providers.bump(tx, [provider.number], clock.now())
    return { provider: await providers.get(tx, id), aggregates: wanted }
  })
}
