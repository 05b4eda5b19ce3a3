/**
 * Writing allocation candidates.
 *
 * An answer has thousands of candidates that are alike but for the ids in them, and of providers that are alike but for their
 * numbers. So what is alike is made into bytes once, and the body is put together from that, never from objects. What older
 * versions do not show is left out.
 */
import type { CandidateQuery } from '../../domain/placement/candidate-query.ts'
import type { CandidateAnswer } from '../../domain/placement/candidate.ts'
import { jsonPart } from '../../lib/json-bytes.ts'
import type { JsonBytes } from '../../lib/json-bytes.ts'
import { candidateShapes } from './candidate-shapes.ts'
import type { Api } from './route.ts'

export function writeCandidates(
  json: JsonBytes,
  answer: CandidateAnswer,
  query: CandidateQuery,
  api: Api,
): void {
  const { choices, ways, providers } = answer
  json.part(jsonPart('{"allocation_requests":['))
  const shapeOf = candidateShapes(answer, api)
  for (let at = 0; at < ways.length; at += choices.length) {
    if (at > 0) json.part(comma)
    const { parts, gaps } = shapeOf(at)
    for (let i = 0; i < parts.length; i += 1) {
      const part = parts[i]
      const choice = gaps[i]
      if (part !== undefined) json.part(part)
      if (choice !== undefined) json.plain(answer.facts.idOf(ways[at + choice] ?? 0))
    }
  }
  json.part(jsonPart('],"provider_summaries":{'))
  const summarize = summaryWriter(json, answer, query, api)
  for (const [i, provider] of providers.entries()) {
    if (i > 0) json.part(comma)
    summarize(provider)
  }
  json.part(jsonPart('}}'))
}

function summaryWriter(
  json: JsonBytes,
  { facts }: CandidateAnswer,
  query: CandidateQuery,
  api: Api,
): (provider: number) => void {
  const traits = remembered((set) =>
    jsonPart(
      api.has('candidatesShowTraits') ? `},"traits":${JSON.stringify(facts.traitsOf(set))}` : '}',
    ),
  )
  const asked = new Set(query.groups.flatMap(({ resources }) => [...resources.keys()]))
  const showsAll = api.has('candidatesShowAllClasses')
  const classes = remembered((resourceClass) => {
    const name = facts.className(resourceClass)
    const shown = `${JSON.stringify(name)}:{"capacity":`
    return showsAll || asked.has(name)
      ? { first: jsonPart(shown), next: jsonPart(`,${shown}`) }
      : null
  })
  const showsTrees = api.has('candidatesShowTrees')
  return (provider) => {
    const id = facts.idOf(provider)
    json.part(parts.quote)
    json.plain(id)
    json.part(parts.resources)
    let isFirst = true
    for (let at = facts.firstStock(provider); at !== null; at = facts.nextStock(at)) {
      const part = classes(facts.classOf(at))
      if (part === null) continue
      json.part(isFirst ? part.first : part.next)
      json.number(facts.capacityOf(at))
      json.part(parts.used)
      json.number(facts.usedOf(at))
      json.part(parts.end)
      isFirst = false
    }
    json.part(traits(facts.traitSetOf(provider)))
    if (showsTrees) {
      const parent = facts.parentOf(provider)
      json.part(parent === null ? parts.noParent : parts.parent)
      if (parent !== null) {
        json.plain(facts.idOf(parent))
        json.part(parts.root)
      }
      json.plain(parent === null ? id : facts.idOf(facts.rootOf(provider)))
      json.part(parts.quote)
    }
    json.part(parts.end)
  }
}

const comma = jsonPart(',')
const parts = {
  quote: jsonPart('"'),
  resources: jsonPart('":{"resources":{'),
  used: jsonPart(',"used":'),
  end: jsonPart('}'),
  noParent: jsonPart(',"parent_provider_uuid":null,"root_provider_uuid":"'),
  parent: jsonPart(',"parent_provider_uuid":"'),
  root: jsonPart('","root_provider_uuid":"'),
} as const

/** Makes each once. The numbers are small. */
function remembered<T>(make: (number: number) => T): (number: number) => T {
  const known: T[] = []
  return (number) => (known[number] ??= make(number))
}
