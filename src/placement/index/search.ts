/**
 * All ways to make the choices of a plan at one anchor, one at a time.
 *
 * Choices are made one after the other, those with the fewest options first, and a choice that breaks a rule is given up at
 * once and not when all are made: that is the difference between thousands of steps and millions. The search can be left
 * and taken up again, so that many trees can be searched in turns; and one that is done with can begin anew elsewhere.
 */
import { none } from './forest.ts'
import { Options, zeros } from './options.ts'
import type { Choice, Plan } from './plan.ts'
import type { ProviderIndex } from './provider-index.ts'
import { stepsFor } from './work.ts'
import type { Work } from './work.ts'

/** As a power of two: how often one may go from a provider to its parent in what trying another one takes. */
const hopsPerStep = 3

export class Search {
  /** What is searched: filled by whoever begins. */
  readonly options: Options
  readonly #index: ProviderIndex
  readonly #plan: Plan
  /** The positions of the choices in the order in which they are made. */
  readonly #order: number[]
  /** By choice: the position in its options, and the provider there (or `none` while the choice is open). */
  readonly #at: number[]
  readonly #taken: number[]
  /** For choices that lie in a subtree: who could take them, once it was asked. */
  readonly #couldTake = new Map<number, ReadonlySet<number>>()
  /** The last choice of the group that is judged as a whole. */
  #lastTogether = none
  #depth = 0
  /** There is one way, and nothing to be tried. */
  #isPlain = false
  #done = false

  constructor(index: ProviderIndex, plan: Plan) {
    this.#index = index
    this.#plan = plan
    const { length } = plan.choices
    this.options = new Options(length)
    this.#order = zeros(length)
    this.#at = zeros(length)
    this.#taken = zeros(length)
  }

  get done(): boolean {
    return this.#done
  }

  /** Goes back to before the first way through the options as they are now. */
  begin(): void {
    // On most hosts everything is to be had in one place.
    this.#isPlain = this.#plan.isFree && this.options.isOnlyOne
    this.#done = false
    if (!this.#isPlain) this.#beginTrying()
  }

  #beginTrying(): void {
    for (let i = 0; i < this.#taken.length; i += 1) {
      this.#at[i] = -1
      this.#taken[i] = none
    }
    this.#depth = 0
    this.#lastTogether = none
    this.#putInOrder()
    if (this.#couldTake.size > 0) this.#couldTake.clear()
    for (const i of this.#order) {
      if (this.#plan.choices[i]?.group.alone === false) this.#lastTogether = i
    }
  }

  /** Those with fewer options first. There are few choices, and they are mostly in order already. */
  #putInOrder(): void {
    const { options } = this
    for (let i = 0; i < this.#order.length; i += 1) {
      const count = options.countOf(i)
      let place = i
      for (; place > 0; place -= 1) {
        const before = this.#order[place - 1] ?? 0
        if (options.countOf(before) <= count) break
        this.#order[place] = before
      }
      this.#order[place] = i
    }
  }

  /** The provider of each choice for the next way, or null if none was found within so many steps. Copy it to keep it. */
  next(work: Work, stepsMax: number): readonly number[] | null {
    return this.#isPlain ? this.#onlyWay(work) : this.#nextTried(work, stepsMax)
  }

  #onlyWay(work: Work): readonly number[] {
    for (let i = 0; i < this.#taken.length; i += 1) this.#taken[i] = this.options.at(i, 0)
    work.left -= this.#taken.length
    this.#done = true
    return this.#taken
  }

  #nextTried(work: Work, stepsMax: number): readonly number[] | null {
    for (let steps = 0; steps < stepsMax && work.left > 0; steps += 1) {
      const choice = this.#order[this.#depth] ?? 0
      work.left -= this.#plan.choices[choice]?.tryCost ?? 1
      const at = (this.#at[choice] ?? 0) + 1
      if (at >= this.options.countOf(choice)) {
        this.#at[choice] = -1
        this.#taken[choice] = none
        this.#depth -= 1
        if (this.#depth < 0) {
          this.#done = true
          return null
        }
        continue
      }
      const provider = this.options.at(choice, at)
      this.#at[choice] = at
      this.#taken[choice] = provider
      if (!this.#isAllowed(choice, provider, work)) continue
      if (this.#depth === this.#order.length - 1) {
        // A tree with one way is done with it; so most trees need not be kept for another look.
        if (this.options.isOnlyOne) this.#done = true
        return this.#taken
      }
      this.#depth += 1
    }
    return null
  }

  #isAllowed(position: number, provider: number, work: Work): boolean {
    const choice = this.#plan.choices[position]
    if (choice === undefined) return false
    if (this.#plan.isolate && choice.group.alone && !this.#isAlone(position, provider)) return false
    if (this.#plan.onePerTree && !this.#isOnlyOneInTree(provider)) return false
    if (!this.#hasRoomBesideOthers(position, choice, provider)) return false
    for (const subtree of choice.subtrees) {
      if (!this.#canBeSubtree(this.#plan.subtrees[subtree] ?? [], work)) return false
    }
    return position !== this.#lastTogether || this.#haveTraitsTogether(choice, work)
  }

  #isAlone(position: number, provider: number): boolean {
    for (let i = 0; i < this.#taken.length; i += 1) {
      if (this.#taken[i] !== provider || i === position) continue
      if (this.#plan.choices[i]?.group.alone === true) return false
    }
    return true
  }

  #isOnlyOneInTree(provider: number): boolean {
    const { forest } = this.#index
    const root = forest.rootOf(provider)
    for (const other of this.#taken) {
      if (other !== none && other !== provider && forest.rootOf(other) === root) return false
    }
    return true
  }

  #hasRoomBesideOthers(position: number, { contested }: Choice, provider: number): boolean {
    const { stocks } = this.#index
    for (const { resourceClass, amount } of contested) {
      let sum = amount
      for (const wish of this.#plan.wishes[resourceClass] ?? []) {
        if (wish.choice !== position && this.#taken[wish.choice] === provider) sum += wish.amount
      }
      if (sum !== amount && sum > stocks.roomOf(stocks.find(provider, resourceClass))) return false
    }
    return true
  }

  /** Whether the choices made so far lie under one of themselves, or under a provider that an open choice may yet take. */
  #canBeSubtree(choices: readonly number[], work: Work): boolean {
    const { forest } = this.#index
    let top = none
    let isOneOfThem = false
    let open = 0
    for (const i of choices) {
      const provider = this.#taken[i] ?? none
      work.left -= 1 + (forest.depthOf(provider) >> hopsPerStep)
      if (provider === none) {
        open += 1
        continue
      }
      const above = top === none ? provider : forest.commonAncestor(top, provider)
      if (above === none) return false
      isOneOfThem = above === provider || (above === top && isOneOfThem)
      top = above
    }
    if (isOneOfThem || open === 0) return isOneOfThem
    for (; top !== none; top = forest.parentOf(top)) {
      work.left -= choices.length / 2 ** hopsPerStep
      for (const i of choices) {
        if (this.#taken[i] === none && this.#canTake(i, top)) return true
      }
    }
    return false
  }

  #canTake(choice: number, provider: number): boolean {
    let could = this.#couldTake.get(choice)
    if (could === undefined) {
      could = new Set(this.options.of(choice))
      this.#couldTake.set(choice, could)
    }
    return could.has(provider)
  }

  #haveTraitsTogether({ group }: Choice, work: Work): boolean {
    const { traitSets } = this.#index
    work.left -= stepsFor(group.together.length * this.#plan.choices.length)
    return group.together.every((test) =>
      this.#plan.choices.some(
        (choice, i) =>
          choice.group === group && test.passes(traitSets.setOf(this.#taken[i] ?? none)),
      ),
    )
  }
}
