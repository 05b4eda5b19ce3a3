/** The traits of one provider. */
import type { Provider } from '../../domain/placement/provider.ts'
import { problem } from '../../lib/problem.ts'
import * as providers from '../../store/placement/providers.ts'
import * as traits from '../../store/placement/traits.ts'
import type { Trait } from '../../store/placement/traits.ts'
import type { Tx } from '../../store/store.ts'
import type { PlacementContext } from './context.ts'
import { overtaken } from './wording.ts'

export type ProviderTraits = { readonly provider: Provider; readonly traits: readonly Trait[] }

export async function list({ store }: PlacementContext, id: string): Promise<ProviderTraits> {
  return await store.read(async (reader) => {
    const provider = await providers.get(reader, id)
    return { provider, traits: await traits.ofProvider(reader, provider) }
  })
}

export async function replace(
  ctx: PlacementContext,
  id: string,
  generation: number,
  names: readonly string[],
): Promise<ProviderTraits> {
  return await ctx.store.transaction(async (tx) => {
    const provider = await providers.get(tx, id)
    if (provider.generation !== generation) {
      throw overtaken(
        "Resource provider's generation already changed. Please update the generation and try again.",
      )
    }
    const found = await traits.list(tx, { among: names, prefix: null, associated: null })
    const known = new Set(found.map(({ name }) => name))
    const strangers = [...new Set(names)].filter((name) => !known.has(name))
    if (strangers.length > 0) throw problem('invalid', `No such trait ${strangers.join(', ')}`)
    return await assign(ctx, tx, provider, found)
  })
}

export async function clear(ctx: PlacementContext, id: string): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    await assign(ctx, tx, await providers.get(tx, id), [])
  })
}

async function assign(
  { clock }: PlacementContext,
  tx: Tx,
  provider: Provider,
  wanted: readonly Trait[],
): Promise<ProviderTraits> {
  await providers.lock(tx, [provider.number])
  const changed = await traits.assign(tx, provider, wanted, clock.now())
  if (!changed) return { provider, traits: wanted }
  await providers.bump(tx, [provider.number], clock.now())
  return { provider: await providers.get(tx, provider.id), traits: wanted }
}
