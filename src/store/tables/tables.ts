/** Every table, for Kysely. Rows stay inside `store/`; booleans are 0/1, instants milliseconds, structures JSON text. */
import type { ColumnType, Generated } from 'kysely'
import type { ComputeTables } from './compute.ts'
import type { ConsoleTables } from './consoles.ts'
import type { IdentityTables } from './identity.ts'
import type { ImageTables } from './image.ts'
import type { NetworkTables } from './network.ts'
import type { OperationTables } from './operations.ts'
import type { PlacementTables } from './placement.ts'
import type { SagaTables } from './saga.ts'
import type { VolumeTables } from './volume.ts'

/** 0 or 1: SQLite has no booleans, and one set of queries serves both databases. */
export type Flag = number

export type Tables = FoundationTables &
  SagaTables &
  PlacementTables &
  ComputeTables &
  IdentityTables &
  ImageTables &
  NetworkTables &
  OperationTables &
  ConsoleTables &
  VolumeTables

export type FoundationTables = {
  upgrades: { number: number; name: string; applied_at: number }
  settings: { name: string; value: string }
  changes: {
    id: Generated<number>
    xid: ColumnType<number, never, never>
    topic: string
    key: string
    data: string
    project_id: string | null
    at: number
  }
  /** A view: changes below it are all there, none is still to come. */
  changes_horizon: { xid: ColumnType<number, never, never> }
}
