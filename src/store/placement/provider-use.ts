/** What each provider has of each resource class, and what of it is used. */
import { sql } from 'kysely'
import type { Reader } from '../store.ts'
import type { ClassUse } from './class-use.ts'

export type ProviderUse = ClassUse & { readonly provider: string }

/** In the order of providers, as many rows as are asked for. */
export async function byProvider(reader: Reader, limit: number): Promise<readonly ProviderUse[]> {
  const rows = await reader
    .selectFrom('inventories')
    .innerJoin('resource_classes', 'resource_classes.number', 'inventories.class')
    .innerJoin('providers', 'providers.number', 'inventories.provider')
    .select([
      'providers.name as provider',
      'resource_classes.name as resourceClass',
      sql<number>`(total - reserved) * ratio`.as('capacity'),
      'inventories.used',
    ])
    .orderBy('inventories.provider')
    .orderBy('inventories.class')
    .limit(limit)
    .execute()
  return rows
}
