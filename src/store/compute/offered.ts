/** Which hosts are on record with exactly what they report: there are thousands of them, and at most starts none has changed. */
import type { HostResources } from '../../domain/host.ts'
import type { HostName } from '../../domain/ids.ts'
import { toJson } from '../../lib/json.ts'
import { isAmong } from '../dialect/dialect.ts'
import type { Reader } from '../store.ts'

/** What the provider of a host has of each class. */
export type Offers = Readonly<Record<string, number>>

/** Those whose record says the same, and whose provider has these totals and all of the traits. */
export async function offering(
  reader: Reader,
  resources: HostResources,
  offers: Offers,
): Promise<ReadonlySet<HostName>> {
  const totals = Object.entries(offers)
  const rows = await reader
    .selectFrom('hosts')
    .innerJoin('providers', 'providers.id', 'hosts.provider_id')
    .select('hosts.name')
    .where('hosts.resources', '=', toJson(resources))
    .where(
      (e) =>
        e
          .selectFrom('inventories')
          .innerJoin('resource_classes', 'resource_classes.number', 'inventories.class')
          .select((f) => f.fn.countAll<number>().as('count'))
          .whereRef('inventories.provider', '=', 'providers.number')
          .where((f) =>
            f.or(
              totals.map(([name, total]) =>
                f.and([f('resource_classes.name', '=', name), f('inventories.total', '=', total)]),
              ),
            ),
          ),
      '=',
      totals.length,
    )
    .where(
      (e) =>
        e
          .selectFrom('provider_traits')
          .select((f) => f.fn.countAll<number>().as('count'))
          .whereRef('provider_traits.provider', '=', 'providers.number')
          .where('provider_traits.trait', 'in', (f) =>
            f
              .selectFrom('traits')
              .select('number')
              .where(isAmong(reader, 'name', toJson(resources.traits))),
          ),
      '=',
      new Set(resources.traits).size,
    )
    .execute()
  // The column holds names of hosts.
  return new Set(rows.map(({ name }) => name as HostName))
}
