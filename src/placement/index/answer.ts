/** An answer from the ways that were found: whom to tell of, and how to look up what the numbers stand for. */
import type { ProviderId } from '../../domain/ids.ts'
import type { CandidateAnswer, ProviderFacts } from '../../domain/placement/candidate.ts'
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
    facts: factsOf(index),
    truncated,
  }
}

export function noAnswer(index: ProviderIndex): CandidateAnswer {
  const ways = new Int32Array(0)
  const facts = factsOf(index)
  return { groups: [], choices: [], ways, providers: [], facts, truncated: false }
}

/** All providers of every tree that gives something. Where trees are not known yet: those that give something. */
function concerned({ forest }: ProviderIndex, plan: Plan, ways: Int32Array): number[] {
  const { choices } = plan
  const givers = new Set<number>()
  for (let at = 0; at < ways.length; at += choices.length) {
    for (let i = 0; i < choices.length; i += 1) {
      if (choices[i]?.demands.length === 0) continue
      const giver = ways[at + i] ?? none
      givers.add(plan.onePerTree ? giver : forest.rootOf(giver))
    }
  }
  if (plan.onePerTree) return [...givers]
  const providers: number[] = []
  for (const root of givers) {
    for (let at = root; at !== none; at = forest.following(at, root)) providers.push(at)
  }
  return providers
}

function factsOf(index: ProviderIndex): ProviderFacts {
  const { forest, stocks, classes, traitSets } = index
  const orNull = (number: number): number | null => (number === none ? null : number)
  return {
    // The index holds only what was given to it as a provider's id.
    idOf: (provider) => forest.idOf(provider) as ProviderId,
    parentOf: (provider) => orNull(forest.parentOf(provider)),
    rootOf: (provider) => forest.rootOf(provider),
    traitSetOf: (provider) => traitSets.setOf(provider),
    traitsOf: (set) => index.traitNames(set),
    firstStock: (provider) => orNull(stocks.firstOf(provider)),
    nextStock: (stock) => orNull(stocks.nextOf(stock)),
    classOf: (stock) => stocks.classOf(stock),
    className: (resourceClass) => classes.nameOf(resourceClass),
    capacityOf: (stock) => stocks.capacityOf(stock),
    usedOf: (stock) => stocks.usedOf(stock),
  }
}
