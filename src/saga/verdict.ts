/** What a failed step means for its saga: a decision on values alone. */
import type { Problem } from '../lib/problem.ts'
import type { SagaDefinition, Settlement, Step } from './definition.ts'

export type Verdict =
  | { readonly kind: 'again' }
  | { readonly kind: 'tolerate' }
  | { readonly kind: 'rewind' }
  | { readonly kind: 'unwind' }
  | { readonly kind: 'settle'; readonly settlement: Settlement }

export type Failure = {
  readonly index: number
  readonly failure: Problem
  readonly params: unknown
  readonly round: number
  readonly interrupted: boolean
  /** How long ago the step's first attempt began, in ms. */
  readonly waitedMs: number
}

/** How long `unavailable` and `stale` are tried again when a step does not say. */
export const defaultPatienceMs = 30_000

/**
 * - `unavailable` and `stale` are tried again until the step's patience ends, unless somebody wants the saga to stop.
 * - A step that can go on without its effect does.
 * - Past the point of no return everything else is settled, by a settlement from beyond that point; without one it is tried
 *   again, for ever.
 * - In a part that may begin anew, it does while rounds are left.
 * - A settlement that applies settles it; otherwise the saga unwinds.
 */
export function verdictOn(saga: SagaDefinition, failed: Failure): Verdict {
  const step = saga.steps[failed.index]
  const passing = failed.failure.kind === 'unavailable' || failed.failure.kind === 'stale'
  const patienceMs = step?.spec.patienceMs ?? defaultPatienceMs
  if (passing && !failed.interrupted && failed.waitedMs < patienceMs) return { kind: 'again' }
  if (toleratesIn(step)?.when(failed.failure) === true) return { kind: 'tolerate' }

  // The parameters are the ones this saga was started with.
  const params = failed.params as never
  const settlement = saga.settlements.findLast(
    (each) => each.after <= failed.index && each.when(params),
  )
  const pastAt = saga.pointOfNoReturn?.at ?? Number.POSITIVE_INFINITY
  if (failed.index >= pastAt) {
    const applies = settlement !== undefined && settlement.after >= pastAt
    return applies ? { kind: 'settle', settlement } : { kind: 'again' }
  }

  const segment = saga.segments.find(({ from, to }) => failed.index >= from && failed.index < to)
  const mayRewind = segment !== undefined && !failed.interrupted && segment.again(failed.failure)
  if (mayRewind && failed.round < segment.roundsMax(params)) return { kind: 'rewind' }

  return settlement === undefined ? { kind: 'unwind' } : { kind: 'settle', settlement }
}

function toleratesIn(
  step: Step | undefined,
): { readonly when: (failure: Problem) => boolean } | undefined {
  return step !== undefined && 'tolerate' in step.spec ? step.spec.tolerate : undefined
}
