/** What an answer with candidates tells of each provider in them. */
import type { CandidateQuery } from '../../domain/placement/candidate-query.ts'
import type { ProviderFacts } from '../../domain/placement/candidate.ts'
import { jsonPart } from '../../lib/json-bytes.ts'
import type { JsonBytes } from '../../lib/json-bytes.ts'
import type { Api } from './route.ts'
import type { SummaryHeads } from './summary-heads.ts'

/** Writes one summary after the other, with a comma behind each. */
export function summaryWriter(
  json: JsonBytes,
  heads: SummaryHeads,
  facts: ProviderFacts,
  query: CandidateQuery,
  api: Api,
): (provider: number) => void {
  const writeHead = headWriter(json, facts, query, api)
  // What was asked for differs from one query to the next; what there is does not.
  const mayBeKept = api.has('candidatesShowAllClasses')
  const traits = api.has('candidatesShowTraits')
    ? remembered((set) => jsonPart(`,"traits":${JSON.stringify(facts.traitsOf(set))}`))
    : null
  const showsTrees = api.has('candidatesShowTrees')
  return (provider) => {
    if (!mayBeKept) writeHead(provider)
    else if (!heads.copy(json, facts, provider)) {
      const from = json.length
      writeHead(provider)
      heads.keep(json, from, facts, provider)
    }
    if (traits !== null) json.part(traits(facts.traitSetOf(provider)))
    if (showsTrees) writePlace(json, facts, provider)
    json.part(parts.end)
  }
}

/** Who it is, and what it has of which class. */
function headWriter(
  json: JsonBytes,
  facts: ProviderFacts,
  query: CandidateQuery,
  api: Api,
): (provider: number) => void {
  const asked = new Set(query.groups.flatMap(({ resources }) => [...resources.keys()]))
  const showsAll = api.has('candidatesShowAllClasses')
  const classes = remembered((resourceClass) => {
    const name = facts.className(resourceClass)
    if (!showsAll && !asked.has(name)) return null
    const shown = `${JSON.stringify(name)}:{"capacity":`
    return { first: jsonPart(shown), next: jsonPart(`,${shown}`) }
  })
  return (provider) => {
    json.part(parts.quote)
    json.plain(facts.idOf(provider))
    json.part(parts.resources)
    let isFirst = true
    for (let at = facts.firstStock(provider); at !== null; at = facts.nextStock(at)) {
      const part = classes(facts.classOf(at))
      if (part === null) continue
      json.part(isFirst ? part.first : part.next)
      json.number(facts.capacityOf(at))
      json.part(parts.used)
      json.number(facts.usedOf(at))
      json.part(parts.close)
      isFirst = false
    }
    json.part(parts.close)
  }
}

function writePlace(json: JsonBytes, facts: ProviderFacts, provider: number): void {
  const parent = facts.parentOf(provider)
  if (parent === null) json.part(parts.noParent)
  else {
    json.part(parts.parent)
    json.plain(facts.idOf(parent))
    json.part(parts.root)
  }
  json.plain(facts.idOf(facts.rootOf(provider)))
  json.part(parts.quote)
}

const parts = {
  quote: jsonPart('"'),
  resources: jsonPart('":{"resources":{'),
  used: jsonPart(',"used":'),
  close: jsonPart('}'),
  noParent: jsonPart(',"parent_provider_uuid":null,"root_provider_uuid":"'),
  parent: jsonPart(',"parent_provider_uuid":"'),
  root: jsonPart('","root_provider_uuid":"'),
  end: jsonPart('},'),
} as const

/** Makes each once. The numbers are small. */
function remembered<T>(make: (number: number) => T): (number: number) => T {
  const known: T[] = []
  return (number) => (known[number] ??= make(number))
}
