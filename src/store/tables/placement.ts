/**
 * Tables of placement. Rows are joined by small numbers; ids and names are for the outside.
 *
 * `inventories.used` is the sum of the allocations of its class on its provider, kept in the transaction that changes them:
 * a claim is one guarded update, and the index is rebuilt without looking at allocations.
 */
import type { Generated } from 'kysely'
import type { Flag } from './tables.ts'

export type PlacementTables = {
  providers: {
    number: Generated<number>
    id: string
    name: string
    parent: number | null
    root: number
    generation: number
    created_at: number
    updated_at: number
  }
  resource_classes: { number: number; name: string; created_at: number; updated_at: number }
  traits: { number: Generated<number>; name: string; created_at: number; updated_at: number }
  provider_traits: { provider: number; trait: number }
  aggregates: { number: Generated<number>; id: string }
  provider_aggregates: { provider: number; aggregate: number }
  inventories: {
    provider: number
    class: number
    total: number
    reserved: number
    min_unit: number
    max_unit: number
    step_size: number
    ratio: number
    used: number
    created_at: number
    updated_at: number
  }
  /**
   * Who holds. A consumer of a server references a living server, one of a migration an open migration: `alive` and `open`
   * are 1 here and null there once they end, so that the database itself refuses an orphan. `server_id` and `migration_id`
   * are null for consumers that other clients of Placement made.
   */
  consumers: {
    number: Generated<number>
    id: string
    generation: number
    type: string | null
    project_id: string
    user_id: string
    server_id: string | null
    server_alive: Flag | null
    migration_id: string | null
    migration_open: Flag | null
    created_at: number
    updated_at: number
  }
  allocations: {
    consumer: number
    provider: number
    class: number
    used: number
    updated_at: number
  }
}
