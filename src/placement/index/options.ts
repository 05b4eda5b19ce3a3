/**
 * Which providers each choice of a plan could take, for one tree.
 *
 * A candidate hangs on an anchor: the root of a tree. What it uses lies in that tree or is lent to it. Looking at one tree
 * costs one pass over its providers and what they have, and nothing is made for it: most trees fail, or have one way only,
 * and then their options are overwritten by those of the next.
 */
import { none } from './forest.ts'
import type { Lenders } from './lenders.ts'
import type { Choice, Plan } from './plan.ts'
import type { ProviderIndex } from './provider-index.ts'
import type { Work } from './work.ts'

/** Short lists are made by the thousand, and an array is made much faster than a typed one. */
export function zeros(length: number): number[] {
  const list: number[] = []
  for (let i = 0; i < length; i += 1) list.push(0)
  return list
}

/** By choice: the providers that could take it. Loops here are plain: there are few choices, and many trees. */
export class Options {
  readonly #lists: readonly number[][]
  readonly #counts: number[]

  constructor(choices: number) {
    this.#lists = Array.from({ length: choices }, () => [])
    this.#counts = zeros(choices)
  }

  clear(): void {
    for (let i = 0; i < this.#counts.length; i += 1) this.#counts[i] = 0
  }

  add(choice: number, provider: number): void {
    const count = this.countOf(choice)
    const list = this.#lists[choice]
    if (list !== undefined) list[count] = provider
    this.#counts[choice] = count + 1
  }

  countOf(choice: number): number {
    return this.#counts[choice] ?? 0
  }

  /** The provider at a place in the list of a choice. */
  at(choice: number, place: number): number {
    return this.#lists[choice]?.[place] ?? none
  }

  set(choice: number, place: number, provider: number): void {
    const list = this.#lists[choice]
    if (list !== undefined) list[place] = provider
  }

  /** How many there are of all choices together. */
  get count(): number {
    let sum = 0
    for (let i = 0; i < this.#counts.length; i += 1) sum += this.#counts[i] ?? 0
    return sum
  }

  of(choice: number): number[] {
    return this.#lists[choice]?.slice(0, this.countOf(choice)) ?? []
  }

  /** True if no choice is without, so that there may be a way. */
  get isComplete(): boolean {
    for (let i = 0; i < this.#counts.length; i += 1) if (this.#counts[i] === 0) return false
    return true
  }

  /** True if no choice has two. */
  get isOnlyOne(): boolean {
    for (let i = 0; i < this.#counts.length; i += 1) if (this.#counts[i] !== 1) return false
    return true
  }
}

export class OptionFinder {
  readonly #index: ProviderIndex
  readonly #plan: Plan
  /** By choice: how many of its demands the provider at hand has room for. */
  readonly #met: Int32Array

  constructor(index: ProviderIndex, plan: Plan) {
    this.#index = index
    this.#plan = plan
    this.#met = new Int32Array(plan.choices.length)
  }

  /** True if the provider has room for some choice of the plan, whatever else is asked. */
  hasRoomForAny(provider: number): boolean {
    this.#meet(provider)
    return this.#plan.choices.some((choice, i) => this.#met[i] === choice.demands.length)
  }

  /** Finds them for one tree. What that costs is taken from `work.left`, which may become a debt. */
  find(anchor: number, lenders: Lenders, options: Options, work: Work): void {
    const { forest } = this.#index
    options.clear()
    for (let at = anchor; at !== none; at = forest.following(at, anchor)) {
      this.#consider(at, anchor, false, options)
      work.left -= this.#plan.lookCost
    }
    if (lenders.isEmpty) return
    for (const lender of lenders.to(anchor, work)) {
      this.#consider(lender, anchor, true, options)
      work.left -= this.#plan.lookCost
    }
  }

  #consider(provider: number, anchor: number, lent: boolean, options: Options): void {
    this.#meet(provider)
    const { choices } = this.#plan
    for (let i = 0; i < choices.length; i += 1) {
      const choice = choices[i]
      if (choice === undefined || this.#met[i] !== choice.demands.length) continue
      if (this.#isAllowed(choice, provider, anchor, lent)) options.add(i, provider)
    }
  }

  #meet(provider: number): void {
    const { stocks } = this.#index
    for (let i = 0; i < this.#met.length; i += 1) this.#met[i] = 0
    for (let stock = stocks.firstOf(provider); stock !== none; stock = stocks.nextOf(stock)) {
      const wishes = this.#plan.wishes[stocks.classOf(stock)]
      if (wishes === undefined) continue
      for (let i = 0; i < wishes.length; i += 1) {
        const wish = wishes[i]
        if (wish === undefined || !stocks.hasRoom(stock, wish.amount)) continue
        this.#met[wish.choice] = (this.#met[wish.choice] ?? 0) + 1
      }
    }
  }

  #isAllowed({ group }: Choice, provider: number, anchor: number, lent: boolean): boolean {
    const { forest, traitSets, aggregateSets } = this.#index
    if (group.tree !== none && group.tree !== forest.rootOf(provider)) return false
    if (!group.traits.passes(traitSets.setOf(provider))) return false
    const own = aggregateSets.setOf(provider)
    if (!group.outside.passes(own)) return false
    if (group.alone) return group.memberOf.passes(own)
    // For the group without suffix the aggregates of a root are those of its whole tree. That does not make a lender from
    // elsewhere a member, and it lends nothing to a group that is bound to one tree.
    const roots = aggregateSets.setOf(anchor)
    if (!group.outside.passes(roots)) return false
    if (lent) return group.tree === none && group.memberOf.passes(own)
    return group.memberOf.passes(own) || group.memberOf.passes(roots)
  }
}
