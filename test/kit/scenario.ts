/** How an operation is set up for the kit, and what it promises. */
import type { CloudSettings } from '../../src/app/servers/context.ts'
import type { FakeCloud, HostPlan } from '../support/fake-cloud.ts'

/**
 * How a call can fail for good: the host says no, it says no in a way that no other host could better, or it never says
 * anything.
 */
export type Blow = 'refusal' | 'abort' | 'silence'

/** What a saga may end as, as `sketch` tells it. Several where it depends on how far a call got before it failed. */
export type Ends = readonly string[]

export type Scenario = {
  readonly name: string
  /** The operation that is tried here. */
  readonly operation: string
  readonly hosts: readonly (string | HostPlan)[]
  readonly settings?: Partial<CloudSettings>
  /** Brings the server into position, if it is there before the operation. It is the only one. */
  readonly prepare: (cloud: FakeCloud) => Promise<unknown>
  /** Asks for the operation, and does not wait for it. */
  readonly ask: (cloud: FakeCloud) => Promise<unknown>
  /** What the operation promises when nothing goes wrong for long. */
  readonly done: string
  /** The same on another host, where it is chance that chooses. */
  readonly doneElsewhere?: string
  /** What it promises when a verb fails for good, by the verb in the field's spelling; for each blow, or for all. */
  readonly fails: Readonly<Record<string, Ends | Partial<Record<Blow, Ends>>>>
  /** What it promises when a record step fails for good, by the step's name. */
  readonly refused: Readonly<Record<string, Ends>>
  /**
   * That a verb took effect and then failed is not seen by this operation: the guest's power is found out later, by the power
   * sync.
   */
  readonly drifts?: true
}

/** Every end that is a success. */
export function successes({ done, doneElsewhere }: Scenario): Ends {
  return doneElsewhere === undefined ? [done] : [done, doneElsewhere]
}
