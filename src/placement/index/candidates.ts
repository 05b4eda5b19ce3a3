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
import type { CandidateQuery } from '../../domain/placement/candidate-query.ts'
import type { CandidateAnswer } from '../../domain/placement/candidate.ts'
import type { Random } from '../../lib/random.ts'
import { anchorsOf } from './anchors.ts'
import type { Anchors } from './anchors.ts'
import { answerOf } from './answer.ts'
import { none } from './forest.ts'
import { Lenders } from './lenders.ts'
import type { Options } from './options.ts'
import { OptionFinder } from './options.ts'
import type { Plan } from './plan.ts'
import { planOf } from './plan.ts'
import { isHopeless } from './prospects.ts'
import type { ProviderIndex } from './provider-index.ts'
import type { Work } from './search.ts'
import { Search } from './search.ts'

export type CandidateOptions = {
  /** How many steps a query may take: a provider looked at, a choice tried, a line of the answer. */
  readonly workMax?: number
  /** Shuffles the order. */
  readonly random?: Random
}

/** Some tenths of a second on the machines of today. */
export const workMaxDefault = 4_000_000

/** How long one tree may be searched before the others have their turn. */
const turnSteps = 2_000

export function candidates(
  index: ProviderIndex,
  query: CandidateQuery,
  { workMax = workMaxDefault, random }: CandidateOptions = {},
): CandidateAnswer {
  const plan = planOf(index, query)
  if (plan === null) return { candidates: [], summaries: [], truncated: false }
  const work: Work = { left: workMax }
  const ways = findWays(index, plan, query.limit ?? Number.POSITIVE_INFINITY, work, random)
  return answerOf(index, plan, ways, work.left <= 0)
}

/** By choice: the provider that takes it. */
export type Way = Int32Array

function findWays(
  index: ProviderIndex,
  plan: Plan,
  limit: number,
  work: Work,
  random: Random | undefined,
): Way[] {
  const ways: Way[] = []
  const seen = new Set<string>()
  const keep = (way: Way): void => {
    // The same lenders may be found from every tree that borrows from them. Any other provider belongs to one tree only.
    if (index.sharing.size > 0 && way.every((provider) => index.sharing.has(provider))) {
      const key = way.join()
      if (seen.has(key)) return
      seen.add(key)
    }
    work.left -= way.length
    ways.push(way.slice())
  }
  let unfinished: Search[] = []
  const turn = (search: Search): void => {
    const way = search.next(work, turnSteps)
    if (way !== null) keep(way)
    if (!search.done) unfinished.push(search)
  }
  const finder = new OptionFinder(index, plan)
  const lenders = new Lenders(index, (provider) => finder.hasRoomForAny(provider))
  const anchors =
    random === undefined ? anchorsOf(index, plan) : shuffled(anchorsOf(index, plan), random)
  for (let i = 0; i < anchors.count && ways.length < limit && work.left > 0; i += 1) {
    const anchor = anchors.at(i)
    if (anchor === none) continue
    const options = finder.at(anchor, lenders, work)
    if (options === null || isHopeless(index, plan, options)) continue
    turn(new Search(index, plan, random === undefined ? options : shuffledOptions(options, random)))
  }
  while (unfinished.length > 0 && ways.length < limit && work.left > 0) {
    const searches = unfinished
    unfinished = []
    for (const search of searches) {
      if (ways.length >= limit || work.left <= 0) break
      turn(search)
    }
  }
  return ways
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

function shuffledOptions(options: Options, random: Random): Options {
  return options.map((list) => {
    const shuffledList = [...list]
    for (let i = shuffledList.length - 1; i > 0; i -= 1) {
      const j = random.below(i + 1)
      const [a, b] = [shuffledList[i] ?? none, shuffledList[j] ?? none]
      shuffledList[i] = b
      shuffledList[j] = a
    }
    return shuffledList
  })
}
