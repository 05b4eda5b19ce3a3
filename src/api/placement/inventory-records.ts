/** Inventories as bodies have them and as answers show them. */
import type { Inventory } from '../../domain/placement/inventory.ts'
import { inventoryDefaults } from '../../domain/placement/inventory.ts'

export type InventoryBody = {
  readonly total: number
  readonly reserved?: number
  readonly min_unit?: number
  readonly max_unit?: number
  readonly step_size?: number
  readonly allocation_ratio?: number
}

/** Whatever a body leaves out is what it usually is, also when it was something else before. */
export function inventoryOf(body: InventoryBody): Inventory {
  return {
    total: body.total,
    reserved: body.reserved ?? inventoryDefaults.reserved,
    minUnit: body.min_unit ?? inventoryDefaults.minUnit,
    maxUnit: body.max_unit ?? inventoryDefaults.maxUnit,
    stepSize: body.step_size ?? inventoryDefaults.stepSize,
    allocationRatio: body.allocation_ratio ?? inventoryDefaults.allocationRatio,
  }
}

export function inventoriesOf(
  bodies: Readonly<Record<string, InventoryBody>>,
): ReadonlyMap<string, Inventory> {
  return new Map(Object.entries(bodies).map(([name, body]) => [name, inventoryOf(body)]))
}

export function shownInventory(inventory: Inventory): Required<InventoryBody> {
  return {
    total: inventory.total,
    reserved: inventory.reserved,
    min_unit: inventory.minUnit,
    max_unit: inventory.maxUnit,
    step_size: inventory.stepSize,
    allocation_ratio: inventory.allocationRatio,
  }
}
