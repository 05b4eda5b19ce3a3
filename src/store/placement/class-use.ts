/** What all providers together have of each resource class, and what of it is used. */
import { sql } from 'kysely'
import type { Reader } from '../store.ts'

export type ClassUse = {
  readonly resourceClass: string
  /** What may be claimed in sum, overcommit included. */
  readonly capacity: number
  readonly used: number
}

export async function byClass(reader: Reader): Promise<readonly ClassUse[]> {
  const rows = await reader
    .selectFrom('inventories')
    .innerJoin('resource_classes', 'resource_classes.number', 'inventories.class')
    .select([
      'resource_classes.name',
      sql<number>`sum((total - reserved) * ratio)`.as('capacity'),
      sql<number>`sum(used)`.as('used'),
    ])
    .groupBy('resource_classes.name')
    .execute()
  return rows.map((row) => ({ resourceClass: row.name, capacity: row.capacity, used: row.used }))
}
