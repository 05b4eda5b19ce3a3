/** How much is used: of a provider, and by the consumers of a project. */
import type { Provider } from '../../domain/placement/provider.ts'
import * as inventories from '../../store/placement/inventories.ts'
import type { Stock } from '../../store/placement/inventories.ts'
import * as providers from '../../store/placement/providers.ts'
import * as usages from '../../store/placement/usages.ts'
import type { UsageQuery } from '../../store/placement/usages.ts'
import type { PlacementContext } from './context.ts'

export type ProviderUsages = { readonly provider: Provider; readonly stocks: readonly Stock[] }

export async function ofProvider({ store }: PlacementContext, id: string): Promise<ProviderUsages> {
  return await store.read(async (reader) => {
    const provider = await providers.get(reader, id)
    return { provider, stocks: await inventories.ofProvider(reader, provider) }
  })
}

/** What the consumers of one type use together. */
export type UsageOfType = {
  readonly type: string | null
  readonly consumers: number
  readonly amounts: ReadonlyMap<string, number>
}

export async function ofProject(
  { store }: PlacementContext,
  query: UsageQuery,
): Promise<readonly UsageOfType[]> {
  return await store.read(async (reader) => {
    const counts = await usages.consumersByType(reader, query)
    const byType = Map.groupBy(await usages.byTypeAndClass(reader, query), ({ type }) => type)
    return Array.from(byType, ([type, list]) => ({
      type,
      consumers: counts.get(type) ?? 0,
      amounts: new Map(list.map(({ resourceClass, amount }) => [resourceClass, amount])),
    }))
  })
}
