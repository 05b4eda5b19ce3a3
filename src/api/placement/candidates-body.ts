/**
 * Writing allocation candidates.
 *
 * An answer has thousands of candidates made of few different parts: the same amounts, the same traits. So it is written as
 * text here and not by way of objects, and each part is written once. What older versions do not show is left out.
 */
import type {
  Candidate,
  CandidateAnswer,
  ProviderSummary,
} from '../../domain/placement/candidate.ts'
import type { CandidateQuery } from '../../domain/placement/candidate-query.ts'
import type { Api } from './route.ts'

export function candidatesBody(answer: CandidateAnswer, query: CandidateQuery, api: Api): Buffer {
  const amounts = written<object>()
  const request = api.has('candidatesAreKeyedByProvider')
    ? keyedRequests(api.has('candidatesShowMappings'), amounts)
    : listedRequest(amounts)
  const requests = answer.candidates.map(request).join(',')
  const summaries = answer.summaries.map(summaryWriter(query, api)).join(',')
  return Buffer.from(`{"allocation_requests":[${requests}],"provider_summaries":{${summaries}}}`)
}

type Write<T> = (value: T) => string

/** Writes each value once. */
function written<T extends object>(): Write<T> {
  const known = new Map<T, string>()
  return (value) => {
    const before = known.get(value)
    if (before !== undefined) return before
    const text = JSON.stringify(value)
    known.set(value, text)
    return text
  }
}

/** Ids and names are plain nearly always; quoting whatever else there may be costs more. */
function name(text: string): string {
  return /^[\w-]*$/.test(text) ? `"${text}"` : JSON.stringify(text)
}

function keyedRequests(withMappings: boolean, amounts: Write<object>): Write<Candidate> {
  return ({ allocations, mappings }) => {
    const each = allocations.map(
      ({ provider, resources }) => `${name(provider)}:{"resources":${amounts(resources)}}`,
    )
    const mapped = withMappings
      ? `,"mappings":{${mappings.map(({ suffix, providers }) => `${name(suffix)}:[${providers.map(name).join(',')}]`).join(',')}}`
      : ''
    return `{"allocations":{${each.join(',')}}${mapped}}`
  }
}

/** Before allocations were keyed by provider. */
function listedRequest(amounts: Write<object>): Write<Candidate> {
  return ({ allocations }) => {
    const each = allocations.map(
      ({ provider, resources }) =>
        `{"resource_provider":{"uuid":${name(provider)}},"resources":${amounts(resources)}}`,
    )
    return `{"allocations":[${each.join(',')}]}`
  }
}

function summaryWriter(query: CandidateQuery, api: Api): Write<ProviderSummary> {
  const traits = written<readonly string[]>()
  const asked = new Set(query.groups.flatMap(({ resources }) => [...resources.keys()]))
  const showsAll = api.has('candidatesShowAllClasses')
  const showsTraits = api.has('candidatesShowTraits')
  const showsTrees = api.has('candidatesShowTrees')
  return (summary) => {
    const resources = Object.entries(summary.resources)
      .filter(([resourceClass]) => showsAll || asked.has(resourceClass))
      .map(
        ([resourceClass, { capacity, used }]) =>
          `${name(resourceClass)}:{"capacity":${capacity},"used":${used}}`,
      )
    const rest =
      (showsTraits ? `,"traits":${traits(summary.traits)}` : '') +
      (showsTrees
        ? `,"parent_provider_uuid":${JSON.stringify(summary.parent)},"root_provider_uuid":${name(summary.root)}`
        : '')
    return `${name(summary.provider)}:{"resources":{${resources.join(',')}}${rest}}`
  }
}
