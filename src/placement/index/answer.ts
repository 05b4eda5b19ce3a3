/** An answer from the ways that were found: whom to tell of, and how to look up what the numbers stand for. */
import type { CandidateAnswer } from '../../domain/placement/candidate.ts'
import { none } from './forest.ts'
import type { Plan } from './plan.ts'
import type { ProviderIndex } from './provider-index.ts'
import type { Ways } from './ways.ts'

export function answerOf(
  index: ProviderIndex,
  plan: Plan,
  { cells }: Ways,
  truncated: boolean,
): CandidateAnswer {
  return {
    groups: plan.groups.map(({ suffix }) => suffix),
    choices: plan.choices.map(({ group, demands }) => ({
      group: plan.groups.indexOf(group),
      resources: new Map(demands.map(({ name, amount }) => [name, amount])),
    })),
    ways: cells,
    providers: concerned(index, plan, cells),
    facts: index.facts,
    truncated,
  }
}

export function noAnswer(index: ProviderIndex): CandidateAnswer {
  const ways = new Int32Array(0)
  const { facts } = index
  return { groups: [], choices: [], ways, providers: [], facts, truncated: false }
}

/** All providers of every tree that gives something. Where trees are not known yet: those that give something. */
function concerned({ forest }: ProviderIndex, plan: Plan, ways: Int32Array): number[] {
  const { choices } = plan
  const isTold = new Uint8Array(forest.bound)
  const providers: number[] = []
  for (let at = 0; at < ways.length; at += choices.length) {
    for (let i = 0; i < choices.length; i += 1) {
      if (choices[i]?.demands.length === 0) continue
      const giver = ways[at + i] ?? none
      const top = plan.onePerTree ? giver : forest.rootOf(giver)
      if (isTold[top] === 1) continue
      isTold[top] = 1
      if (plan.onePerTree) providers.push(giver)
      else
        for (let each = top; each !== none; each = forest.following(each, top)) providers.push(each)
    }
  }
  return providers
}
