/**
 * What answering a query costs, counted in steps: so that a query of legal size that asks for too much can be ended, at the
 * same place on every machine.
 */

/** Work that may still be done. It may fall below zero by the little that one step costs. */
export type Work = { left: number }

/** So many short looks are a step more. */
export function stepsFor(looks: number): number {
  return 1 + (looks >> 3)
}
