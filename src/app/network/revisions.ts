/**
 * Changes that are meant for a record as its caller last saw it.
 *
 * Every change counts the record's revision up. Who says which one they saw is refused when somebody else was faster; asked
 * inside of the transaction that changes the record, so that nobody comes in between.
 */
import type { Kept } from '../../domain/network/network.ts'
import { problem } from '../../lib/problem.ts'

/** The revision that the caller saw; null for whichever it is by now. */
export type Seen = number | null

/** @throws `stale` when the record has another revision. */
export function requireRevision({ revision }: Pick<Kept, 'revision'>, seen: Seen): void {
  if (seen === null || seen === revision) return
  throw problem('stale', `Constrained to ${seen}, but current revision is ${revision}`, {
    type: 'RevisionNumberConstraintFailed',
  })
}
