/**
 * From slots back to ids: candidates with their mappings, and the summaries of the providers concerned.
 *
 * Equal parts are the same object: the resources that one provider gives are determined by which choices it takes, and
 * traits by the set. An answer has thousands of them, and whoever writes it out can do so once for each.
 */
import type { ProviderId } from '../../domain/ids.ts'
import { compareTraits } from '../../domain/placement/names.ts'
import type {
  Candidate,
  CandidateAnswer,
  GroupMapping,
  ProviderAmounts,
  ProviderSummary,
} from '../../domain/placement/candidate.ts'
import type { Way } from './candidates.ts'
import { none } from './forest.ts'
import type { Plan } from './plan.ts'
import type { ProviderIndex } from './provider-index.ts'

export function answerOf(
  index: ProviderIndex,
  plan: Plan,
  ways: readonly Way[],
  truncated: boolean,
): CandidateAnswer {
  const amounts = amountsByChoices(plan)
  const used = new Set<number>()
  const candidates = ways.map((way): Candidate => {
    const allocations: ProviderAmounts[] = []
    for (const [i, provider] of way.entries()) {
      if (way.indexOf(provider) !== i) continue
      const resources = amounts(way, provider)
      if (resources === null) continue
      used.add(provider)
      allocations.push({ provider: idOf(index, provider), resources })
    }
    return { allocations, mappings: mappingsOf(index, plan, way) }
  })
  return { candidates, summaries: summariesOf(index, plan, used), truncated }
}

type Amounts = Readonly<Record<string, number>>

/** What a provider gives in a way; null if it only lends its presence to a group without resources. */
function amountsByChoices(plan: Plan): (way: Way, provider: number) => Amounts | null {
  const known = new Map<string, Amounts | null>()
  return (way, provider) => {
    let key = ''
    for (let i = 0; i < way.length; i += 1) if (way[i] === provider) key += `${i},`
    const before = known.get(key)
    if (before !== undefined) return before
    const resources: Record<string, number> = {}
    for (const [i, { demands }] of plan.choices.entries()) {
      if (way[i] !== provider) continue
      for (const { name, amount } of demands) resources[name] = (resources[name] ?? 0) + amount
    }
    const amounts = Object.keys(resources).length === 0 ? null : resources
    known.set(key, amounts)
    return amounts
  }
}

function mappingsOf(index: ProviderIndex, plan: Plan, way: Way): GroupMapping[] {
  return plan.groups.map((group) => {
    const providers: ProviderId[] = []
    for (const [i, choice] of plan.choices.entries()) {
      if (choice.group !== group) continue
      const provider = idOf(index, way[i] ?? none)
      if (!providers.includes(provider)) providers.push(provider)
    }
    return { suffix: group.suffix, providers }
  })
}

/** All providers of every tree that gives something. Where trees are not known yet: those that give something. */
function summariesOf(
  index: ProviderIndex,
  plan: Plan,
  used: ReadonlySet<number>,
): ProviderSummary[] {
  const summary = summaryMaker(index)
  if (plan.onePerTree) return Array.from(used, summary)
  const { forest } = index
  const summaries: ProviderSummary[] = []
  for (const root of new Set(Array.from(used, (provider) => forest.rootOf(provider)))) {
    for (let at = root; at !== none; at = forest.following(at, root)) summaries.push(summary(at))
  }
  return summaries
}

function summaryMaker(index: ProviderIndex): (provider: number) => ProviderSummary {
  const { forest, stocks, classes } = index
  const traitNames = traitNamesBySet(index)
  return (provider) => {
    const parent = forest.parentOf(provider)
    const resources: Record<string, { capacity: number; used: number }> = {}
    for (let stock = stocks.firstOf(provider); stock !== none; stock = stocks.nextOf(stock)) {
      resources[classes.nameOf(stocks.classOf(stock))] = {
        capacity: stocks.capacityOf(stock),
        used: stocks.usedOf(stock),
      }
    }
    return {
      provider: idOf(index, provider),
      parent: parent === none ? null : idOf(index, parent),
      root: idOf(index, forest.rootOf(provider)),
      traits: traitNames(index.traitSets.setOf(provider)),
      resources,
    }
  }
}

function traitNamesBySet({ traitSets, traits }: ProviderIndex): (set: number) => readonly string[] {
  const known = new Map<number, readonly string[]>()
  return (set) => {
    const before = known.get(set)
    if (before !== undefined) return before
    const names = Array.from(traitSets.itemsOf(set), (trait) => traits.nameOf(trait)).toSorted(
      compareTraits,
    )
    known.set(set, names)
    return names
  }
}

function idOf({ forest }: ProviderIndex, provider: number): ProviderId {
  // The index holds only what was given to it as a provider's id.
  return forest.idOf(provider) as ProviderId
}
