/** What an answer with candidates tells of each provider in them. */
import type { CandidateQuery } from '../../domain/placement/candidate-query.ts'
import type { CandidateAnswer, ProviderFacts } from '../../domain/placement/candidate.ts'
import { jsonPart } from '../../lib/json-bytes.ts'
import type { JsonBytes } from '../../lib/json-bytes.ts'
import type { Api } from './route.ts'
import type { SummaryShelf } from './summary-shelf.ts'

/** Writes the summaries of all providers in an answer, with a comma behind each. */
export function writeSummaries(
  json: JsonBytes,
  shelf: SummaryShelf,
  { facts, providers }: CandidateAnswer,
  query: CandidateQuery,
  api: Api,
): void {
  const write = summaryWriter(json, facts, query, api)
  // What was asked for differs from one query to the next, and older versions say less; what there is to say does not differ.
  const isWhole =
    api.has('candidatesShowAllClasses') &&
    api.has('candidatesShowTraits') &&
    api.has('candidatesShowTrees')
  if (!isWhole) {
    for (const provider of providers) write(provider)
    return
  }
  for (let place = 0; place < providers.length;) {
    place = shelf.copy(json, facts, providers, place)
    const provider = providers[place]
    if (provider === undefined) break
    const from = json.length
    write(provider)
    shelf.keep(json, from, facts, provider)
    place += 1
  }
}

/** Writes one summary after the other. */
function summaryWriter(
  json: JsonBytes,
  facts: ProviderFacts,
  query: CandidateQuery,
  api: Api,
): (provider: number) => void {
  const writeHead = headWriter(json, facts, query, api)
  const traits = api.has('candidatesShowTraits')
    ? remembered((set) => jsonPart(`,"traits":${JSON.stringify(facts.traitsOf(set))}`))
    : null
  const showsTrees = api.has('candidatesShowTrees')
  return (provider) => {
    writeHead(provider)
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
    json.shortText(facts.idTexts, provider)
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
    json.shortText(facts.idTexts, parent)
    json.part(parts.root)
  }
  json.shortText(facts.idTexts, facts.rootOf(provider))
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
