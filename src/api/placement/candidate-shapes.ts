/**
 * The text of a candidate but for its ids.
 *
 * It depends on nothing else than on which choices are met by the same provider. There are few such shapes in an answer, and
 * mostly one: the text of each is made when it is first met.
 */
import type { CandidateAnswer } from '../../domain/placement/candidate.ts'
import { jsonPart } from '../../lib/json-bytes.ts'
import type { Api } from './route.ts'

/**
 * The first part, the id of the provider that takes the choice of the first gap, the second part, and so on; then the last,
 * which ends with a comma.
 */
export type Shape = {
  readonly parts: readonly Uint8Array[]
  readonly gaps: readonly number[]
  readonly last: Uint8Array
}

/** @returns the shape of the candidate that begins at a place among the ways. */
export function candidateShapes(answer: CandidateAnswer, api: Api): (at: number) => Shape {
  const { choices, ways } = answer
  const write = api.has('candidatesAreKeyedByProvider')
    ? keyed(answer, api.has('candidatesShowMappings'))
    : listed(answer)
  const root: Node = { next: [], shape: null }
  return (at) => {
    // The way down this tree says for each choice which is the first one with the same provider.
    let node = root
    for (let i = 0; i < choices.length; i += 1) {
      let first = 0
      while (ways[at + first] !== ways[at + i]) first += 1
      node = node.next[first] ??= { next: [], shape: null }
    }
    return (node.shape ??= shapeOf(write(ways.subarray(at, at + choices.length))))
  }
}

type Node = { readonly next: Node[]; shape: Shape | null }

/** Text, and where an id belongs the choice whose provider it is of. */
type Piece = string | number

type Write = (way: Int32Array) => readonly Piece[]

function keyed(answer: CandidateAnswer, withMappings: boolean): Write {
  return (way) => {
    const allocations = givers(answer, way).map(({ giver, amounts }): Piece[] => {
      return ['"', giver, `":{"resources":${JSON.stringify(amounts)}}`]
    })
    const mappings = answer.groups.map((suffix, group): Piece[] => [
      `${JSON.stringify(suffix)}:[`,
      ...separated(membersOf(answer, group, way).map((member) => ['"', member, '"'])),
      ']',
    ])
    return [
      '{"allocations":{',
      ...separated(allocations),
      ...(withMappings ? ['},"mappings":{', ...separated(mappings), '}}'] : ['}}']),
    ]
  }
}

/** Before allocations were keyed by provider. */
function listed(answer: CandidateAnswer): Write {
  return (way) => {
    const allocations = givers(answer, way).map(({ giver, amounts }): Piece[] => {
      const resources = `"},"resources":${JSON.stringify(amounts)}}`
      return ['{"resource_provider":{"uuid":"', giver, resources]
    })
    return ['{"allocations":[', ...separated(allocations), ']}']
  }
}

/** Who gives something, and what. A provider that is merely near to others gives nothing. */
function givers(
  { choices }: CandidateAnswer,
  way: Int32Array,
): readonly { readonly giver: number; readonly amounts: Readonly<Record<string, number>> }[] {
  return Array.from(way.keys()).flatMap((giver) => {
    if (way.indexOf(way[giver] ?? 0) !== giver) return []
    const amounts: Record<string, number> = {}
    for (const [i, { resources }] of choices.entries()) {
      if (way[i] !== way[giver]) continue
      for (const [name, amount] of resources) amounts[name] = (amounts[name] ?? 0) + amount
    }
    return Object.keys(amounts).length === 0 ? [] : [{ giver, amounts }]
  })
}

function membersOf({ choices }: CandidateAnswer, group: number, way: Int32Array): number[] {
  const members = Array.from(way.keys()).filter((i) => choices[i]?.group === group)
  return members.filter((i) => members.find((other) => way[other] === way[i]) === i)
}

function separated(lists: readonly (readonly Piece[])[]): Piece[] {
  return lists.flatMap((list, i) => (i === 0 ? list : [',', ...list]))
}

function shapeOf(pieces: readonly Piece[]): Shape {
  const texts = ['']
  const gaps: number[] = []
  for (const piece of pieces) {
    if (typeof piece === 'number') {
      gaps.push(piece)
      texts.push('')
    } else texts.push((texts.pop() ?? '') + piece)
  }
  const last = jsonPart(`${texts.pop() ?? ''},`)
  return { parts: texts.map(jsonPart), gaps, last }
}
