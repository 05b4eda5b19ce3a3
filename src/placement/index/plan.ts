/**
 * A query in terms of the index: names become numbers, and the request becomes a list of choices.
 *
 * A choice is one thing to find a provider for. A group with a suffix is one choice, because one provider meets it alone.
 * The group without a suffix is one choice for each of its resource classes, because a tree may meet it together; what is
 * asked of it as a whole (its required traits) is checked when all of its choices are made.
 */
import type { CandidateQuery, RequestGroup } from '../../domain/placement/candidate-query.ts'
import { none } from './forest.ts'
import { unknownName } from './names.ts'
import type { ProviderIndex } from './provider-index.ts'
import { SetTest } from './set-test.ts'
import { stepsFor } from './work.ts'

export type Demand = {
  readonly resourceClass: number
  readonly name: string
  readonly amount: number
}

export type Choice = {
  readonly group: GroupPlan
  readonly demands: readonly Demand[]
  /** Those of its demands that another choice has as well, so that the two may compete for one provider. */
  readonly contested: readonly Demand[]
  /** The positions, among the subtree conditions, of those that name this choice. */
  readonly subtrees: readonly number[]
  /** How many steps of work it is to try one provider for it. */
  readonly tryCost: number
}

export type GroupPlan = {
  readonly suffix: string
  /** One provider alone meets the group. */
  readonly alone: boolean
  /** What each provider of the group must pass by itself. */
  readonly traits: SetTest
  /** Each of these must be passed by some provider of the group; only the group without suffix has any. */
  readonly together: readonly SetTest[]
  readonly memberOf: SetTest
  readonly outside: SetTest
  /** The root of the only tree to use, or `none` for any. */
  readonly tree: number
}

/** A wish for one class: which choice has it, and how much it wants. */
export type Wish = { readonly choice: number; readonly amount: number }

/** A class that several choices want: how much in all, and how much the most modest of them. */
export type Rivalry = {
  readonly resourceClass: number
  readonly wishes: readonly Wish[]
  readonly wanted: number
  readonly least: number
}

export type Plan = {
  readonly groups: readonly GroupPlan[]
  readonly choices: readonly Choice[]
  /** By the number of a class: who wants it. */
  readonly wishes: readonly (readonly Wish[] | undefined)[]
  /** The classes that more than one choice wants. */
  readonly rivalries: readonly Rivalry[]
  readonly isolate: boolean
  readonly onePerTree: boolean
  readonly root: SetTest
  /** Each: the choices whose providers must lie under one of themselves. */
  readonly subtrees: readonly (readonly number[])[]
  /** True if any provider that could take a choice can, whoever takes the others. */
  readonly isFree: boolean
  /** How many steps of work it is to look at one provider: at all choices, and at all wishes for what it has. */
  readonly lookCost: number
}

/** The plan for a query, or null if no provider that exists can meet it. */
export function planOf(index: ProviderIndex, query: CandidateQuery): Plan | null {
  const uncompared: Omit<Choice, 'contested' | 'tryCost'>[] = []
  const groups: GroupPlan[] = []
  for (const request of query.groups) {
    const group = groupPlanOf(index, request)
    if (group === null) return null
    groups.push(group)
    const demands = demandsOf(index, request)
    const subtrees = positions(query.sameSubtree, (suffixes) => suffixes.includes(request.suffix))
    if (group.alone) uncompared.push({ group, demands, subtrees })
    else uncompared.push(...demands.map((demand) => ({ group, demands: [demand], subtrees: [] })))
  }
  const wishes = wishesOf(uncompared)
  if (wishes === null || uncompared.length === 0) return null
  const isContested = ({ resourceClass }: Demand): boolean =>
    (wishes[resourceClass]?.length ?? 0) > 1
  const choices = uncompared.map((choice) => {
    const contested = choice.demands.filter(isContested)
    // All choices are looked at, and for each class that is contested all that want it.
    const rivals = contested.map(({ resourceClass }) => wishes[resourceClass]?.length ?? 0)
    return { ...choice, contested, tryCost: stepsFor(uncompared.length + sum(rivals)) }
  })
  const subtrees = query.sameSubtree.map((_, i) =>
    positions(choices, (choice) => choice.subtrees.includes(i)),
  )
  const isolate = query.groupPolicy === 'isolate'
  const onePerTree = !query.nested
  const rivalries = rivalriesOf(wishes)
  return {
    groups,
    choices,
    wishes,
    rivalries,
    isolate,
    onePerTree,
    root: new SetTest(index.traitSets, index.traits, each(query.rootRequired), query.rootForbidden),
    subtrees,
    isFree:
      !isolate &&
      !onePerTree &&
      rivalries.length === 0 &&
      subtrees.length === 0 &&
      groups.every(({ together }) => together.length === 0),
    lookCost: stepsFor(choices.length + sum(choices.map(({ demands }) => demands.length))),
  }
}

function groupPlanOf(index: ProviderIndex, request: RequestGroup): GroupPlan | null {
  const alone = request.suffix !== ''
  const inTree = request.inTree === null ? none : index.forest.find(request.inTree)
  if (request.inTree !== null && inTree === none) return null
  const traits = (all: readonly (readonly string[])[], without: readonly string[]): SetTest =>
    new SetTest(index.traitSets, index.traits, all, without)
  const aggregates = (all: readonly (readonly string[])[]): SetTest =>
    new SetTest(index.aggregateSets, index.aggregates, all, [])
  return {
    suffix: request.suffix,
    alone,
    traits: traits(alone ? request.required : [], request.forbidden),
    together: alone ? [] : request.required.map((anyOf) => traits([anyOf], [])),
    memberOf: aggregates(request.memberOf),
    outside: new SetTest(index.aggregateSets, index.aggregates, [], request.forbiddenAggregates),
    tree: inTree === none ? none : index.forest.rootOf(inTree),
  }
}

function demandsOf(index: ProviderIndex, request: RequestGroup): Demand[] {
  return Array.from(request.resources, ([name, amount]) => {
    return { resourceClass: index.classes.find(name), name, amount }
  })
}

/** Null if a class is wanted that no provider has ever had. */
function wishesOf(choices: readonly Pick<Choice, 'demands'>[]): Wish[][] | null {
  const wishes: Wish[][] = []
  for (const [choice, { demands }] of choices.entries()) {
    for (const { resourceClass, amount } of demands) {
      if (resourceClass === unknownName) return null
      const known = (wishes[resourceClass] ??= [])
      known.push({ choice, amount })
    }
  }
  return wishes
}

function rivalriesOf(wishes: readonly (readonly Wish[] | undefined)[]): Rivalry[] {
  return wishes.flatMap((rivals, resourceClass) => {
    if (rivals === undefined || rivals.length < 2) return []
    const amounts = rivals.map(({ amount }) => amount)
    return [{ resourceClass, wishes: rivals, wanted: sum(amounts), least: Math.min(...amounts) }]
  })
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function each(names: readonly string[]): string[][] {
  return names.map((name) => [name])
}

function positions<T>(list: readonly T[], holds: (item: T) => boolean): number[] {
  return list.flatMap((item, i) => (holds(item) ? [i] : []))
}
