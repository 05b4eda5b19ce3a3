/**
 * The one error class of Berth.
 *
 * A problem says what is wrong in words for the user, and of which kind it is. The kind decides everything that follows:
 * which HTTP status it becomes, whether a saga tries again, whether anybody is woken up. The cause, if any, is for the log
 * only: a message never repeats it, so nothing internal leaks into an answer.
 */

/**
 * - `invalid`: the request can never be right as it stands.
 * - `unauthenticated`: nobody known is asking.
 * - `forbidden`: somebody known may not.
 * - `not-found`: the thing does not exist, or not for this caller.
 * - `conflict`: the state of the thing does not allow it now.
 * - `stale`: it was decided on something that has changed since; deciding again may succeed.
 * - `over-quota`: the project may not have that much.
 * - `no-capacity`: nothing has room for it.
 * - `failed`: it was tried where it had to be tried, and it did not work there.
 * - `unavailable`: somebody did not answer; the outcome is unknown and asking again is right.
 * - `bug`: an assertion failed; a person must look.
 */
export type ProblemKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'stale'
  | 'over-quota'
  | 'no-capacity'
  | 'failed'
  | 'unavailable'
  | 'bug'

export type Details = Readonly<Record<string, unknown>>

/** A problem as it is stored and sent: everything but the cause. */
export type ProblemRecord = {
  readonly kind: ProblemKind
  readonly message: string
  readonly details: Details
}

export class Problem extends Error {
  readonly kind: ProblemKind
  readonly details: Details

  constructor(kind: ProblemKind, message: string, details: Details, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'Problem'
    this.kind = kind
    this.details = details
  }

  toRecord(): ProblemRecord {
    return { kind: this.kind, message: this.message, details: this.details }
  }
}

/** Makes a problem to throw. `details` are data for logs and fault bodies: ids, amounts, names; never secrets. */
export function problem(
  kind: ProblemKind,
  message: string,
  details: Details = {},
  options?: { cause?: unknown },
): Problem {
  return new Problem(kind, message, details, options)
}

/** The problem that a record was made from, without its cause. */
export function problemOf(record: ProblemRecord): Problem {
  return new Problem(record.kind, record.message, record.details)
}

/**
 * Turns anything thrown into a problem. What is not one already is a bug: it keeps its text only as a cause, because the
 * message of an unexpected error may hold anything.
 */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown
  return new Problem('bug', 'Something unexpected went wrong', {}, { cause: thrown })
}

export function isProblem(thrown: unknown, kind?: ProblemKind): thrown is Problem {
  return thrown instanceof Problem && (kind === undefined || thrown.kind === kind)
}

/** States what must be true here. Its failure is a bug, never a user's mistake. */
export function assert(
  condition: unknown,
  message: string,
  details: Details = {},
): asserts condition {
  if (!condition) throw new Problem('bug', message, details)
}

/** The end of an exhaustive switch: the compiler proves that it is never reached. */
export function never(value: never): never {
  throw new Problem('bug', `Unexpected value ${JSON.stringify(value)}`, {})
}
