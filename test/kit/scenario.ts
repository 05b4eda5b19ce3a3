/** How an operation is set up for the kit, and what it promises. */
import type { CloudSettings } from '../../src/app/servers/context.ts'
import type { FakeCloud, HostPlan } from '../support/fake-cloud.ts'

/**
 * How a call can fail for good: the host says no, it says that it left the guest as it was, it says no in a way that no other host
 * could better, or it never says anything.
 */
export type Blow = 'abort' | 'refusal' | 'silence' | 'untouched'

/** What a saga may end as, as `sketch` tells it. Several where it depends on how far a call got before it failed. */
export type Ends = readonly string[]

/** What comes of a call that fails, by how it does; like a refusal where nothing else is said. Some go by their name. */
export type Failing = Partial<Record<Blow, Ends>> & {
  readonly named?: Readonly<Record<string, Ends>>
}

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
  /**
   * What is waited for before everything that is broken works again: that nothing owns the server any more, or that nothing is
   * under way, where the operation owns something else.
   */
  readonly waitsFor?: 'everything'
  /** What the operation promises when nothing goes wrong for long. */
  readonly done: string
  /** The same on another host, where it is chance that chooses. */
  readonly doneElsewhere?: string
  /** What it promises when a verb fails for good, by the verb in the field's spelling; for each blow, or for all. */
  readonly fails: Readonly<Record<string, Ends | Failing>>
  /** What it promises when a record step fails for good, by the step's name. */
  readonly refused: Readonly<Record<string, Ends>>
  /** What it may come to when a control plane loses it on the way, which takes what it kept in memory only with it. */
  readonly forgotten?: Ends
  /** What else there is to tell of the end, besides `sketch`; the ends above tell it too, behind a semicolon. */
  readonly tells?: (cloud: FakeCloud) => Promise<string>
  /** Likewise when a delete came in between. Whatever it tells will do, unless this says otherwise. */
  readonly toldWhenGone?: readonly string[]
  /** That there may be contradictions at the end, because it is about them; then `tells` says which. */
  readonly leaves?: 'what it found'
  /**
   * That a verb took effect and then failed, or comes late, is not seen by this operation: the guest's power is found out later,
   * by the power sync. This is how the server may rest then.
   */
  readonly drifts?: Ends
}

/** Every end that is a success. */
export function successes({ done, doneElsewhere }: Scenario): Ends {
  return doneElsewhere === undefined ? [done] : [done, doneElsewhere]
}
