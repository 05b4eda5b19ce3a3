/** An answer spelled out: objects and ids instead of numbers, written to be read. */
import type {
  Candidate,
  CandidateAnswer,
  ProviderAmounts,
  ProviderSummary,
} from '../../domain/placement/candidate.ts'

export type SpelledAnswer = {
  readonly candidates: readonly Candidate[]
  readonly summaries: readonly ProviderSummary[]
  readonly truncated: boolean
}

export function spelled(answer: CandidateAnswer): SpelledAnswer {
  const width = answer.choices.length
  const count = width === 0 ? 0 : answer.ways.length / width
  return {
    candidates: Array.from({ length: count }, (_, i) =>
      candidateOf(answer, Array.from(answer.ways.subarray(i * width, (i + 1) * width))),
    ),
    summaries: answer.providers.map((provider) => summaryOf(answer, provider)),
    truncated: answer.truncated,
  }
}

function candidateOf(
  { choices, groups, facts }: CandidateAnswer,
  way: readonly number[],
): Candidate {
  const allocations = [...new Set(way)].flatMap((provider): ProviderAmounts[] => {
    const resources: Record<string, number> = {}
    for (const [i, choice] of choices.entries()) {
      if (way[i] !== provider) continue
      for (const [name, amount] of choice.resources)
        resources[name] = (resources[name] ?? 0) + amount
    }
    const gives = Object.keys(resources).length > 0
    return gives ? [{ provider: facts.idOf(provider), resources }] : []
  })
  const mappings = groups.map((suffix, group) => {
    const members = way.filter((_, i) => choices[i]?.group === group)
    return { suffix, providers: [...new Set(members)].map((member) => facts.idOf(member)) }
  })
  return { allocations, mappings }
}

function summaryOf({ facts }: CandidateAnswer, provider: number): ProviderSummary {
  const parent = facts.parentOf(provider)
  const resources: Record<string, { capacity: number; used: number }> = {}
  for (let at = facts.firstStock(provider); at !== null; at = facts.nextStock(at)) {
    const name = facts.className(facts.classOf(at))
    resources[name] = { capacity: facts.capacityOf(at), used: facts.usedOf(at) }
  }
  return {
    provider: facts.idOf(provider),
    parent: parent === null ? null : facts.idOf(parent),
    root: facts.idOf(facts.rootOf(provider)),
    traits: facts.traitsOf(facts.traitSetOf(provider)),
    resources,
  }
}
