/**
 * Calling a host.
 *
 * A call may be made any number of times and has one effect. It carries a key (which step of which operation it is, so that
 * the agent can remember its answer) and an epoch (whose turn it is, so that a late caller is refused). An agent refuses an
 * epoch lower than the highest it has seen for the same subject, and while a call for a subject is under way it lets a
 * higher epoch supersede it: the earlier one is aborted before the later one begins.
 */
import type { HostName } from '../domain/ids.ts'
import type { VirtDriver } from '../drivers/virt-driver.ts'
import type { ProblemRecord } from '../lib/problem.ts'

export type Call = {
  /**
   * Which part of which operation this is: operation, step, direction and round. Within it calls are told apart by verb and
   * arguments, so that a step may make several. Once a call has succeeded it gets the same answer again. A failure is not
   * kept: whoever asks again after one wants it tried again, as undo does until it succeeds.
   */
  readonly key: string
  /** Which operation this belongs to; when another operation of the same subject calls, older answers are forgotten. */
  readonly operation: string
  /** What the call is about, usually one server: epochs are compared within it, and its calls run one at a time. */
  readonly subject: string
  readonly epoch: number
  /** Aborts the wait. What happens on the host after that is unknown until asked. */
  readonly signal: AbortSignal
  /** How long the caller is ready to wait, in ms. Afterwards the call raises `unavailable`. */
  readonly deadlineMs: number
}

/** The driver's verbs as seen from the control plane: the patience is part of the call. */
export type HostVerbs = {
  readonly [V in keyof VirtDriver]: VirtDriver[V] extends (
    ...args: [...infer A, infer _P]
  ) => infer R
    ? (...args: A) => R
    : never
}

export interface Hosts {
  /** The verbs of one host. An unknown or unreachable host raises `unavailable` when a verb is called. */
  on(host: HostName, call: Call): HostVerbs
  /** Whether the host answered lately. Only a hint: a call may still fail. */
  isUp(host: HostName): boolean
}

/** What came of a call, as it is sent and stored. The value is what JSON can say; null where the verb has none. */
export type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: ProblemRecord }
