/**
 * Capacity arithmetic for one inventory.
 *
 * Placement thinks in units of a class on a provider. What may be claimed in sum is (total - reserved) x ratio, rounded
 * down, and a single claim must also be within min and max and a multiple of step. The ratio applies to the sum, never to
 * one claim: a server bigger than the physical host does not fit however generous the ratio, because of max.
 */

export type Inventory = {
  readonly total: number
  readonly reserved: number
  readonly minUnit: number
  readonly maxUnit: number
  readonly stepSize: number
  readonly allocationRatio: number
}

/** The largest number that Placement stores; also what `maxUnit` is when nobody says otherwise. */
export const unitsMax = 2147483647

/** What a write that leaves a field out means. */
export const inventoryDefaults = {
  reserved: 0,
  minUnit: 1,
  maxUnit: unitsMax,
  stepSize: 1,
  allocationRatio: 1.0,
} as const satisfies Omit<Inventory, 'total'>

/** The rule of an inventory that a claim breaks, with the numbers that show it. */
export type Misfit =
  | { readonly rule: 'min'; readonly amount: number; readonly minUnit: number }
  | { readonly rule: 'max'; readonly amount: number; readonly maxUnit: number }
  | { readonly rule: 'step'; readonly amount: number; readonly stepSize: number }
  | {
      readonly rule: 'capacity'
      readonly amount: number
      readonly used: number
      readonly capacity: number
    }

/** How many units may be claimed in sum. */
export function capacity(
  inventory: Pick<Inventory, 'total' | 'reserved' | 'allocationRatio'>,
): number {
  return Math.trunc((inventory.total - inventory.reserved) * inventory.allocationRatio)
}

/** Why that amount cannot be claimed beside what is used already, or null if it can. */
export function misfit(inventory: Inventory, used: number, amount: number): Misfit | null {
  return unitMisfit(inventory, amount) ?? capacityMisfit(inventory, used, amount)
}

export function fits(inventory: Inventory, used: number, amount: number): boolean {
  return misfit(inventory, used, amount) === null
}

/** The rules that concern one claim alone, however empty the provider is. */
export function unitMisfit(inventory: Inventory, amount: number): Misfit | null {
  if (amount < inventory.minUnit) return { rule: 'min', amount, minUnit: inventory.minUnit }
  if (amount > inventory.maxUnit) return { rule: 'max', amount, maxUnit: inventory.maxUnit }
  if (amount % inventory.stepSize !== 0)
    return { rule: 'step', amount, stepSize: inventory.stepSize }
  return null
}

/** The rule that concerns the sum of all claims. */
export function capacityMisfit(inventory: Inventory, used: number, amount: number): Misfit | null {
  const most = capacity(inventory)
  return used + amount > most ? { rule: 'capacity', amount, used, capacity: most } : null
}
