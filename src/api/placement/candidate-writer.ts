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
import { writeRequests } from './candidate-requests.ts'
import { writeSummaries } from './provider-summaries.ts'
import type { Api } from './route.ts'
import { SummaryShelf } from './summary-shelf.ts'

export class CandidateWriter {
  readonly #memory = new SpareMemory()
  readonly #shelf: SummaryShelf

  constructor(shelf: SummaryShelf = new SummaryShelf()) {
    this.#shelf = shelf
  }

  /** The body. Whoever has sent it releases it. */
  write(answer: CandidateAnswer, query: CandidateQuery, api: Api): JsonBytes {
    const json = new JsonBytes(this.#memory)
    json.part(begin)
    writeRequests(json, answer, api)
    if (answer.ways.length > 0) json.dropLast()
    json.part(between)
    writeSummaries(json, this.#shelf, answer, query, api)
    if (answer.providers.length > 0) json.dropLast()
    json.part(end)
    return json
  }
}

const begin = jsonPart('{"allocation_requests":[')
const between = jsonPart('],"provider_summaries":{')
const end = jsonPart('}}')
