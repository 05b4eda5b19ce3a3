/**
 * Writing allocation candidates.
 *
 * An answer has thousands of candidates that are alike but for the ids in them, and of providers of which few have changed
 * since the last answer. So what is alike is made into bytes once, and the body is put together from that, never from objects.
 * What older versions do not show is left out.
 */
import type { CandidateQuery } from '../../domain/placement/candidate-query.ts'
import type { CandidateAnswer } from '../../domain/placement/candidate.ts'
import { JsonBytes, SpareMemory, jsonPart } from '../../lib/json-bytes.ts'
import { requestWriter } from './candidate-requests.ts'
import { summaryWriter } from './provider-summaries.ts'
import type { Api } from './route.ts'
import { SummaryHeads } from './summary-heads.ts'

export class CandidateWriter {
  readonly #memory = new SpareMemory()
  readonly #heads = new SummaryHeads()

  /** The body. Whoever has sent it releases it. */
  write(answer: CandidateAnswer, query: CandidateQuery, api: Api): JsonBytes {
    const json = new JsonBytes(this.#memory)
    json.part(begin)
    const { choices, providers, ways } = answer
    const write = requestWriter(json, answer, api)
    for (let at = 0; at < ways.length; at += choices.length) write(at)
    if (ways.length > 0) json.dropLast()
    json.part(between)
    const summarize = summaryWriter(json, this.#heads, answer.facts, query, api)
    for (const provider of providers) summarize(provider)
    if (providers.length > 0) json.dropLast()
    json.part(end)
    return json
  }
}

const begin = jsonPart('{"allocation_requests":[')
const between = jsonPart('],"provider_summaries":{')
const end = jsonPart('}}')
