/**
 * Allocation candidates: every way to place a request, straight from the index.
 *
 * Trees are looked at in the order in which they became known, and each gives one candidate in turn, so that a limited
 * answer is spread over as many trees as possible. A smaller limit gives the beginning of the answer to a larger one. Given
 * `random`, trees and providers are tried in a shuffled order instead.
 *
 * A request can have more answers than anybody can read, or hide that it has none behind more combinations than anybody can
 * try. So work is bounded; an answer that stopped at the bound says so.
 */
import { candidateWorkMax } from '../../domain/placement/candidate-query.ts'
import type { CandidateQuery } from '../../domain/placement/candidate-query.ts'
import type { CandidateAnswer } from '../../domain/placement/candidate.ts'
import type { Random } from '../../lib/random.ts'
import { anchorsOf } from './anchors.ts'
import type { Anchors } from './anchors.ts'
import { answerOf, noAnswer } from './answer.ts'
import { none } from './forest.ts'
import { Lenders } from './lenders.ts'
import type { Options } from './options.ts'
import { OptionFinder } from './options.ts'
import type { Plan } from './plan.ts'
import { planOf } from './plan.ts'
import { isHopeless } from './prospects.ts'
import type { ProviderIndex } from './provider-index.ts'
import { Search } from './search.ts'
import { Ways } from './ways.ts'
import type { Work } from './work.ts'

export type CandidateOptions = {
  /** How many steps a query may take; see `candidateWorkMax`. */
  readonly workMax?: number
  /** How many candidates there may be, whatever the query's own limit. */
  readonly countMax?: number
  /** Shuffles the order. */
  readonly random?: Random
}

/** What a line of the answer costs: a candidate has one for each choice and two besides. */
const writingCost = 4

/** What it costs to see that a candidate was found before, by each of its choices. */
const repeatCost = 1

/** How long one tree may be searched before the others have their turn. */
const turnSteps = 2_000

/** The answer reads the index when it is read itself: that is to be done before anything else is waited for. */
export function candidates(
  index: ProviderIndex,
  query: CandidateQuery,
  {
    workMax = candidateWorkMax,
    countMax = Number.POSITIVE_INFINITY,
    random,
  }: CandidateOptions = {},
): CandidateAnswer {
  const plan = planOf(index, query)
  if (plan === null) return noAnswer(index)
  const work: Work = { left: workMax }
  const wanted = query.limit ?? Number.POSITIVE_INFINITY
  const ways = findWays(index, plan, Math.min(wanted, countMax), work, random)
  const isCut = ways.count < wanted && ways.count >= countMax
  return answerOf(index, plan, ways, isCut || work.left <= 0)
}

function findWays(
  index: ProviderIndex,
  plan: Plan,
  limit: number,
  work: Work,
  random: Random | undefined,
): Ways {
  const ways = new Ways(plan.choices.length)
  const isNew = newness(index)
  const finder = new OptionFinder(index, plan)
  const lenders = new Lenders(index, (provider) => finder.hasRoomForAny(provider))
  const anchors =
    random === undefined ? anchorsOf(index, plan) : shuffled(anchorsOf(index, plan), random)
  const turn = (search: Search): void => {
    const way = search.next(work, turnSteps)
    if (way === null) return
    if (isNew(way)) {
      work.left -= writingCost * (way.length + 2)
      ways.add(way)
    } else work.left -= repeatCost * way.length
  }
  let unfinished: Search[] = []
  let search = new Search(index, plan)
  for (let i = 0; i < anchors.count && ways.count < limit && work.left > 0; i += 1) {
    const anchor = anchors.at(i)
    if (anchor === none) continue
    const { options } = search
    finder.find(anchor, lenders, options, work)
    if (!options.isComplete) continue
    work.left -= options.count
    if (isHopeless(index, plan, options)) continue
    if (random !== undefined) shuffleOptions(plan, options, random)
    search.begin()
    turn(search)
    if (search.done) continue
    unfinished.push(search)
    search = new Search(index, plan)
  }
  while (unfinished.length > 0 && ways.count < limit && work.left > 0) {
    for (const each of unfinished) {
      if (ways.count >= limit || work.left <= 0) break
      turn(each)
    }
    unfinished = unfinished.filter(({ done }) => !done)
  }
  return ways
}

/** The same lenders may be found from every tree that borrows from them. Any other provider belongs to one tree only. */
function newness({ sharing }: ProviderIndex): (way: readonly number[]) => boolean {
  if (sharing.size === 0) return () => true
  const seen = new Set<string>()
  return (way) => {
    if (!way.every((provider) => sharing.has(provider))) return true
    const key = way.join()
    if (seen.has(key)) return false
    seen.add(key)
    return true
  }
}

/** The same places in another order: from a random one on, in strides that meet every place once. */
function shuffled({ count, at }: Anchors, random: Random): Anchors {
  if (count < 2) return { count, at }
  const start = random.below(count)
  let stride = 1 + random.below(count - 1)
  while (commonDivisor(stride, count) !== 1) stride = (stride % (count - 1)) + 1
  return { count, at: (i) => at((start + i * stride) % count) }
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b)
}

function shuffleOptions(plan: Plan, options: Options, random: Random): void {
  for (let choice = 0; choice < plan.choices.length; choice += 1) {
    for (let i = options.countOf(choice) - 1; i > 0; i -= 1) {
      const j = random.below(i + 1)
      const before = options.at(choice, i)
      options.set(choice, i, options.at(choice, j))
      options.set(choice, j, before)
    }
  }
}
