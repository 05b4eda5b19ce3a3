/**
 * What can be asked of allocation candidates, as values: the query string of every API version becomes one of these, and so
 * does the request of the scheduler.
 *
 * Traits and aggregates are asked for as an AND of ORs: `[['A'], ['B', 'C']]` means A and (B or C).
 */
import type { AggregateId, ProviderId } from '../ids.ts'

export type RequestGroup = {
  /** The empty suffix is the group that a whole tree may satisfy together; any other must be met by one provider alone. */
  readonly suffix: string
  readonly resources: ReadonlyMap<string, number>
  readonly required: readonly (readonly string[])[]
  readonly forbidden: readonly string[]
  readonly memberOf: readonly (readonly AggregateId[])[]
  readonly forbiddenAggregates: readonly AggregateId[]
  /** Any provider of the only tree whose providers may be used. */
  readonly inTree: ProviderId | null
}

/** `isolate`: groups with a suffix are met by different providers. */
export type GroupPolicy = 'none' | 'isolate'

export type CandidateQuery = {
  readonly groups: readonly RequestGroup[]
  readonly groupPolicy: GroupPolicy
  /** Traits that the root of the tree has, or has not. */
  readonly rootRequired: readonly string[]
  readonly rootForbidden: readonly string[]
  /** In each of these, the providers of the named groups lie under one of themselves. */
  readonly sameSubtree: readonly (readonly string[])[]
  readonly limit: number | null
  /** False: as before trees were known, nothing is taken from two providers of one tree. */
  readonly nested: boolean
}

/** What can be asked of the list of providers. Everything given must hold, and on the provider itself. */
export type ProviderQuery = {
  readonly resources: ReadonlyMap<string, number>
  readonly required: readonly (readonly string[])[]
  readonly forbidden: readonly string[]
  readonly memberOf: readonly (readonly AggregateId[])[]
  readonly forbiddenAggregates: readonly AggregateId[]
  readonly inTree: ProviderId | null
  readonly id: ProviderId | null
}

/**
 * How many steps a query may take unless a cloud is configured otherwise: a provider looked at or tried, a line of the answer.
 * That is some tenths of a second, and an answer of some ten megabytes.
 */
export const candidateWorkMax = 4_000_000

/** A group that asks for nothing but these resources. */
export function plainGroup(resources: Readonly<Record<string, number>>, suffix = ''): RequestGroup {
  return {
    suffix,
    resources: new Map(Object.entries(resources)),
    required: [],
    forbidden: [],
    memberOf: [],
    forbiddenAggregates: [],
    inTree: null,
  }
}

/** A query for these groups without further conditions, in the newest grammar. */
export function plainQuery(groups: readonly RequestGroup[]): CandidateQuery {
  return {
    groups,
    groupPolicy: 'none',
    rootRequired: [],
    rootForbidden: [],
    sameSubtree: [],
    limit: null,
    nested: true,
  }
}
