/**
 * Which providers each choice of a plan could take, for one tree.
 *
 * A candidate hangs on an anchor: the root of a tree. What it uses lies in that tree or is lent to it. Looking at one tree
 * costs one pass over its providers and what they have. Most trees fail, so the lists are scratch until all are filled.
 */
import { none } from './forest.ts'
import type { Lenders } from './lenders.ts'
import type { Choice, Plan } from './plan.ts'
import type { ProviderIndex } from './provider-index.ts'

/** By choice: the providers that could take it. */
export type Options = readonly (readonly number[])[]

export class OptionFinder {
  readonly #index: ProviderIndex
  readonly #plan: Plan
  readonly #found: number[][]
  readonly #counts: Int32Array
  /** By choice: how many of its demands the provider at hand has room for. */
  readonly #met: Int32Array

  constructor(index: ProviderIndex, plan: Plan) {
    this.#index = index
    this.#plan = plan
    this.#found = plan.choices.map(() => [])
    this.#counts = new Int32Array(plan.choices.length)
    this.#met = new Int32Array(plan.choices.length)
  }

  /** True if the provider has room for some choice of the plan, whatever else is asked. */
  hasRoomForAny(provider: number): boolean {
    this.#meet(provider)
    return this.#plan.choices.some((choice, i) => this.#met[i] === choice.demands.length)
  }

  /** How many providers were looked at is added to `work.left` as a debt. Null if some choice has none to take. */
  at(anchor: number, lenders: Lenders, work: { left: number }): Options | null {
    const { forest } = this.#index
    this.#counts.fill(0)
    for (let at = anchor; at !== none; at = forest.following(at, anchor)) {
      this.#consider(at, anchor, false)
      work.left -= 1
    }
    if (!lenders.isEmpty) {
      for (const lender of lenders.to(anchor)) {
        this.#consider(lender, anchor, true)
        work.left -= 1
      }
    }
    if (this.#counts.includes(0)) return null
    return this.#found.map((options, i) => options.slice(0, this.#counts[i]))
  }

  #consider(provider: number, anchor: number, lent: boolean): void {
    this.#meet(provider)
    const { choices } = this.#plan
    for (let i = 0; i < choices.length; i += 1) {
      const choice = choices[i]
      if (choice === undefined || this.#met[i] !== choice.demands.length) continue
      if (this.#isAllowed(choice, provider, anchor, lent)) this.#take(i, provider)
    }
  }

  #meet(provider: number): void {
    const { stocks } = this.#index
    this.#met.fill(0)
    for (let stock = stocks.firstOf(provider); stock !== none; stock = stocks.nextOf(stock)) {
      const wishes = this.#plan.wishes[stocks.classOf(stock)]
      if (wishes === undefined) continue
      for (const { choice, amount } of wishes) {
        if (stocks.hasRoom(stock, amount)) this.#met[choice] = (this.#met[choice] ?? 0) + 1
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

  #take(choice: number, provider: number): void {
    const count = this.#counts[choice] ?? 0
    const found = this.#found[choice]
    if (found !== undefined) found[count] = provider
    this.#counts[choice] = count + 1
  }
}
