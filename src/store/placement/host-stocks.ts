/** What hosts have and what of it is free: the root providers of hosts, with their traits. */
import type { ProviderId } from '../../domain/ids.ts'
import { capacity } from '../../domain/placement/inventory.ts'
import type { Reader } from '../store.ts'

export type HostStock = {
  readonly free: Readonly<Record<string, number>>
  /** The most that one server may ask for. */
  readonly total: Readonly<Record<string, number>>
  readonly traits: ReadonlySet<string>
}

/** By provider. A provider without inventories is there too, with nothing. */
export async function stocksOf(
  reader: Reader,
  providers: readonly ProviderId[],
): Promise<ReadonlyMap<ProviderId, HostStock>> {
  const free = new Map<string, Record<string, number>>()
  const total = new Map<string, Record<string, number>>()
  const traits = new Map<string, Set<string>>()
  for (const id of providers) {
    free.set(id, {})
    total.set(id, {})
    traits.set(id, new Set())
  }
  if (providers.length === 0) return new Map()
  const rows = await reader
    .selectFrom('inventories')
    .innerJoin('providers', 'providers.number', 'inventories.provider')
    .innerJoin('resource_classes', 'resource_classes.number', 'inventories.class')
    .select([
      'providers.id',
      'resource_classes.name',
      'total',
      'reserved',
      'ratio',
      'used',
      'max_unit',
    ])
    .where('providers.id', 'in', providers)
    .execute()
  for (const row of rows) {
    const most = capacity({ ...row, allocationRatio: row.ratio })
    Object.assign(free.get(row.id) ?? {}, { [row.name]: Math.max(0, most - row.used) })
    Object.assign(total.get(row.id) ?? {}, { [row.name]: Math.min(most, row.max_unit) })
  }
  const traitRows = await reader
    .selectFrom('provider_traits')
    .innerJoin('providers', 'providers.number', 'provider_traits.provider')
    .innerJoin('traits', 'traits.number', 'provider_traits.trait')
    .select(['providers.id', 'traits.name'])
    .where('providers.id', 'in', providers)
    .execute()
  for (const row of traitRows) traits.get(row.id)?.add(row.name)
  return new Map(
    providers.map((id) => [
      id,
      { free: free.get(id) ?? {}, total: total.get(id) ?? {}, traits: traits.get(id) ?? new Set() },
    ]),
  )
}
