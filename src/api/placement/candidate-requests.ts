/**
 * What an answer with candidates says of each of them: what to claim where, and which providers meet which group.
 *
 * It is the same for all of them but for the ids, and for which choices fall on the same provider. So a candidate has one of a
 * few shapes, with holes for ids: each shape is put together once, copied for as many candidates in a row as have it, and the
 * holes are filled.
 */
import type { CandidateAnswer } from '../../domain/placement/candidate.ts'
import { jsonPart } from '../../lib/json-bytes.ts'
import type { JsonBytes } from '../../lib/json-bytes.ts'
import type { Api } from './route.ts'

/** Writes all candidates, with a comma behind each. */
export function writeRequests(json: JsonBytes, answer: CandidateAnswer, api: Api): void {
  const { choices, facts, ways } = answer
  const width = choices.length
  const shapes = new Map<string, Shape>()
  for (let at = 0; at < ways.length;) {
    const key = keyOf(answer, at)
    let shape = shapes.get(key)
    if (shape === undefined) shapes.set(key, (shape = shapeOf(answer, api, at)))
    let end = at + width
    while (end < ways.length && isOfShape(answer, shape, end)) end += width
    const { bytes, holes } = shape
    let from = json.repeat(bytes, (end - at) / width)
    for (; at < end; at += width) {
      for (let i = 0; i < holes.length; i += 2) {
        json.put(facts.idTexts, ways[at + (holes[i + 1] ?? 0)] ?? 0, from + (holes[i] ?? 0))
      }
      from += bytes.length
    }
  }
}

type Shape = {
  readonly bytes: Uint8Array
  /** In turns: where a hole is, and the choice whose provider's id belongs there. */
  readonly holes: Int32Array
  /** By choice: the first one that falls on the same provider. */
  readonly leaders: Int32Array
  /** By choice: how long the id of its provider is. */
  readonly idLengths: Int32Array
}

function isOfShape(
  { facts, ways }: CandidateAnswer,
  { leaders, idLengths }: Shape,
  at: number,
): boolean {
  for (let i = 0; i < leaders.length; i += 1) {
    const provider = ways[at + i] ?? 0
    if (facts.idTexts.lengthOf(provider) !== idLengths[i]) return false
    const leader = leaders[i] ?? 0
    if (ways[at + leader] !== provider) return false
    if (leader === i) for (let j = 0; j < i; j += 1) if (ways[at + j] === provider) return false
  }
  return true
}

function keyOf(answer: CandidateAnswer, at: number): string {
  return `${leadersAt(answer, at).join()} ${idLengthsAt(answer, at).join()}`
}

function leadersAt({ choices, ways }: CandidateAnswer, at: number): Int32Array {
  const way = ways.subarray(at, at + choices.length)
  return way.map((provider) => way.indexOf(provider))
}

function idLengthsAt({ choices, facts, ways }: CandidateAnswer, at: number): Int32Array {
  return ways.subarray(at, at + choices.length).map((provider) => facts.idTexts.lengthOf(provider))
}

function shapeOf(answer: CandidateAnswer, api: Api, at: number): Shape {
  const leaders = leadersAt(answer, at)
  const idLengths = idLengthsAt(answer, at)
  const pieces: Uint8Array[] = []
  const holes: number[] = []
  let length = 0
  const add = (piece: Uint8Array): void => {
    pieces.push(piece)
    length += piece.length
  }
  const text = (json: string): void => add(jsonPart(json))
  const id = (choice: number): void => {
    holes.push(length, choice)
    add(new Uint8Array(idLengths[choice] ?? 0))
  }
  const form = api.has('candidatesAreKeyedByProvider') ? keyed : listed
  text(form.begin)
  const givers = amountsByGiver(answer, leaders)
  for (const [place, [giver, resources]] of givers.entries()) {
    text(place === 0 ? form.first : form.next)
    id(giver)
    text(`${form.id}${JSON.stringify(resources)}}`)
  }
  text(form.end)
  if (api.has('candidatesShowMappings')) {
    for (const [group, suffix] of answer.groups.entries()) {
      text(`${group === 0 ? ',"mappings":{' : ','}${JSON.stringify(suffix)}:[`)
      for (const [place, member] of membersOf(answer, group, leaders).entries()) {
        text(place === 0 ? '"' : ',"')
        id(member)
        text('"')
      }
      text(']')
    }
    text('}')
  }
  text('},')
  return { bytes: Buffer.concat(pieces), holes: Int32Array.from(holes), leaders, idLengths }
}

const keyed = { begin: '{"allocations":{', first: '"', next: ',"', id: '":{"resources":', end: '}' }

/** Before allocations were keyed by provider. */
const listed = {
  begin: '{"allocations":[',
  first: '{"resource_provider":{"uuid":"',
  next: ',{"resource_provider":{"uuid":"',
  id: '"},"resources":',
  end: ']',
}

/** What each provider gives, by the first choice that falls on it. One that is merely near to others gives nothing. */
function amountsByGiver(
  { choices }: CandidateAnswer,
  leaders: Int32Array,
): (readonly [giver: number, resources: Record<string, number>])[] {
  const givers = new Map<number, Record<string, number>>()
  for (const [i, choice] of choices.entries()) {
    const giver = leaders[i] ?? 0
    const resources = givers.get(giver) ?? {}
    for (const [name, amount] of choice.resources) {
      resources[name] = (resources[name] ?? 0) + amount
    }
    givers.set(giver, resources)
  }
  return [...givers].filter(([, resources]) => Object.keys(resources).length > 0)
}

/** A choice for each provider that meets something of the group. */
function membersOf(
  { choices }: CandidateAnswer,
  group: number,
  leaders: Int32Array,
): readonly number[] {
  const members = choices.flatMap((choice, i) => (choice.group === group ? [leaders[i] ?? 0] : []))
  return [...new Set(members)]
}
