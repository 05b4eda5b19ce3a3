/**
 * What an answer with candidates says of each of them: what to claim where, and which providers meet which group.
 *
 * It is the same for all of them but for the ids, and for which choices fall on the same provider: what a provider gives is
 * written once for each such combination.
 */
import type { CandidateAnswer } from '../../domain/placement/candidate.ts'
import { jsonPart } from '../../lib/json-bytes.ts'
import type { JsonBytes } from '../../lib/json-bytes.ts'
import type { Api } from './route.ts'

/** Writes the candidate that begins at a place among the ways, with a comma behind it. */
export function requestWriter(
  json: JsonBytes,
  answer: CandidateAnswer,
  api: Api,
): (at: number) => void {
  const { choices, facts, ways } = answer
  const form = api.has('candidatesAreKeyedByProvider') ? keyed : listed
  const mappings = api.has('candidatesShowMappings') ? mappingWriter(json, answer) : null
  const amounts = amountsByChoices(answer, form.id)
  // For each choice the first one that falls on the same provider.
  const leaders = new Int32Array(choices.length)
  return (at) => {
    for (let i = 0; i < leaders.length; i += 1) {
      let leader = 0
      while (ways[at + leader] !== ways[at + i]) leader += 1
      leaders[i] = leader
    }
    let isFirst = true
    for (let i = 0; i < leaders.length; i += 1) {
      const given = leaders[i] === i ? amounts(leaders, i) : null
      // A provider that is merely near to others gives nothing.
      if (given === null) continue
      json.part(isFirst ? form.first : form.next)
      json.plain(facts.idOf(ways[at + i] ?? 0))
      json.part(given)
      isFirst = false
    }
    if (isFirst) json.part(form.none)
    if (mappings === null) json.part(form.end)
    else mappings(at)
  }
}

const keyed = {
  none: jsonPart('{"allocations":{'),
  first: jsonPart('{"allocations":{"'),
  next: jsonPart(',"'),
  id: '":{"resources":',
  end: jsonPart('}},'),
} as const

/** Before allocations were keyed by provider. */
const listed = {
  none: jsonPart('{"allocations":['),
  first: jsonPart('{"allocations":[{"resource_provider":{"uuid":"'),
  next: jsonPart(',{"resource_provider":{"uuid":"'),
  id: '"},"resources":',
  end: jsonPart(']},'),
} as const

/** As many choices as a number has bits that can be used. */
const numberedMax = 30

/** What stands behind the id of the provider of some choice, being that of others as well; null if it gives nothing. */
function amountsByChoices(
  { choices }: CandidateAnswer,
  behindId: string,
): (leaders: Int32Array, leader: number) => Uint8Array | null {
  const known = new Map<number | string, Uint8Array | null>()
  return (leaders, leader) => {
    const key = leaders.length <= numberedMax ? numberOf(leaders, leader) : textOf(leaders, leader)
    const before = known.get(key)
    if (before !== undefined) return before
    const resources: Record<string, number> = {}
    for (const [i, choice] of choices.entries()) {
      if (leaders[i] !== leader) continue
      for (const [name, amount] of choice.resources) {
        resources[name] = (resources[name] ?? 0) + amount
      }
    }
    const isNothing = Object.keys(resources).length === 0
    const given = isNothing ? null : jsonPart(`${behindId}${JSON.stringify(resources)}}`)
    known.set(key, given)
    return given
  }
}

function numberOf(leaders: Int32Array, leader: number): number {
  let key = 0
  for (let i = 0; i < leaders.length; i += 1) if (leaders[i] === leader) key |= 1 << i
  return key
}

function textOf(leaders: Int32Array, leader: number): string {
  let key = ''
  for (let i = 0; i < leaders.length; i += 1) if (leaders[i] === leader) key += `${i},`
  return key
}

function mappingWriter(
  json: JsonBytes,
  { choices, groups, facts, ways }: CandidateAnswer,
): (at: number) => void {
  const mapped = groups.map((suffix, group) => ({
    name: jsonPart(`${group === 0 ? '},"mappings":{' : ','}${JSON.stringify(suffix)}:["`),
    end: jsonPart(group === groups.length - 1 ? '"]}},' : '"]'),
    members: choices.flatMap((choice, i) => (choice.group === group ? [i] : [])),
  }))
  const isMet = (members: readonly number[], count: number, at: number): boolean => {
    const provider = ways[at + (members[count] ?? 0)]
    for (let i = 0; i < count; i += 1) if (ways[at + (members[i] ?? 0)] === provider) return true
    return false
  }
  return (at) => {
    for (const { name, members, end } of mapped) {
      json.part(name)
      for (let i = 0; i < members.length; i += 1) {
        if (isMet(members, i, at)) continue
        if (i > 0) json.part(nextMember)
        json.plain(facts.idOf(ways[at + (members[i] ?? 0)] ?? 0))
      }
      json.part(end)
    }
  }
}

const nextMember = jsonPart('","')
