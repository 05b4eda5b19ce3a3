/**
 * The answer to a candidate query: places where the whole request fits, and what is known of the providers in them.
 */
import type { ProviderId } from '../ids.ts'

/** One way to place the request: what to claim where, and which providers meet which group. */
export type Candidate = {
  readonly allocations: readonly ProviderAmounts[]
  readonly mappings: readonly GroupMapping[]
}

export type ProviderAmounts = {
  readonly provider: ProviderId
  readonly resources: Readonly<Record<string, number>>
}

export type GroupMapping = { readonly suffix: string; readonly providers: readonly ProviderId[] }

export type ProviderSummary = {
  readonly provider: ProviderId
  readonly parent: ProviderId | null
  readonly root: ProviderId
  readonly traits: readonly string[]
  readonly resources: Readonly<Record<string, { readonly capacity: number; readonly used: number }>>
}

export type CandidateAnswer = {
  readonly candidates: readonly Candidate[]
  readonly summaries: readonly ProviderSummary[]
  /** True when the search stopped at its bound on work: there may be more candidates than these. */
  readonly truncated: boolean
}
