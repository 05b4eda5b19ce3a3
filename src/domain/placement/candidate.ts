/**
 * The answer to a candidate query: places where the whole request fits, and what is known of the providers in them.
 *
 * A fleet has thousands of them, and to make an object of each takes longer than to find it. So an answer is in numbers:
 * a provider, a class and a set of traits have small ones, and what they stand for is asked of `facts`. Whoever gets an
 * answer reads it before waiting for anything, because the fleet goes on to change.
 */
import type { ShortTexts } from '../../lib/short-texts.ts'
import type { ProviderId } from '../ids.ts'

export type CandidateAnswer = {
  /** The suffixes of the groups, as the query had them. */
  readonly groups: readonly string[]
  readonly choices: readonly Choice[]
  /** The candidates, one after the other: for each choice the provider that takes it. */
  readonly ways: Int32Array
  /** Of whom the answer tells everything, each once. */
  readonly providers: readonly number[]
  readonly facts: ProviderFacts
  /** True when the search stopped at a bound that the query did not ask for: there may be more candidates than these. */
  readonly truncated: boolean
}

/** Something that one provider gives: a whole group, or one class of the group that a tree may meet together. */
export type Choice = {
  /** The place of its group. */
  readonly group: number
  readonly resources: ReadonlyMap<string, number>
}

/** What the numbers of an answer stand for. */
export interface ProviderFacts {
  idOf(provider: number): ProviderId
  /** The same ids as bytes. They are of letters, digits, `_` and `-`. */
  readonly idTexts: ShortTexts
  /** Changes when anything does that these facts say of it. They never have the same one for another state of it. */
  versionOf(provider: number): number
  /** Null for a root. */
  parentOf(provider: number): number | null
  rootOf(provider: number): number
  /** Providers with the same traits have the same set. */
  traitSetOf(provider: number): number
  traitsOf(set: number): readonly string[]
  /** The first stock of a provider, or null; then `nextStock`. */
  firstStock(provider: number): number | null
  nextStock(stock: number): number | null
  classOf(stock: number): number
  className(resourceClass: number): string
  capacityOf(stock: number): number
  usedOf(stock: number): number
}

/** One way to place the request, spelled out: what to claim where, and which providers meet which group. */
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
