/** Looking into simulated hosts, and ordering faults for them. */
import type { Identity } from '../domain/identity.ts'
import type { HostName } from '../domain/ids.ts'
import type { FaultPlan, FaultView } from '../drivers/faults.ts'
import type { Guest } from '../drivers/virt-driver.ts'
import { problem } from '../lib/problem.ts'
import { operatorsOnly } from './operator.ts'

/** What can be reached of the simulation from outside the control plane. */
export type Simulation = {
  readonly faults: Pick<FaultPlan, 'replace' | 'view'>
  /** What really is on the host, whatever is believed of it; null when it is not simulated here. */
  readonly guestsOn: (host: HostName) => readonly Guest[] | null
}

export type FaultPlanShown = { readonly faults: readonly FaultView[] }

export function showFaults(simulation: Simulation, who: Identity): FaultPlanShown {
  operatorsOnly(who)
  return simulation.faults.view()
}

/**
 * Puts another plan in force, from its beginning.
 * @throws `invalid` with the place in the plan that is wrong; then the old one stays in force.
 */
export function replaceFaults(
  simulation: Simulation,
  who: Identity,
  plan: unknown,
): FaultPlanShown {
  operatorsOnly(who)
  simulation.faults.replace(plan)
  return simulation.faults.view()
}

/** @throws `not-found` when no simulated host has this name. */
export function listGuests(simulation: Simulation, who: Identity, host: string): readonly Guest[] {
  operatorsOnly(who)
  // A name that no host has finds nothing.
  const guests = simulation.guestsOn(host as HostName)
  if (guests === null) throw problem('not-found', `There is no simulated host ${host}`, { host })
  return guests
}
