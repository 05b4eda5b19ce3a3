/**
 * All ways to make the choices of a plan at one anchor, one at a time.
 *
 * Choices are made one after the other, those with the fewest options first, and a choice that breaks a rule is given up at
 * once and not when all are made: that is the difference between thousands of steps and millions. The search can be left
 * and taken up again, so that many trees can be searched in turns.
 */
import type { Options } from './options.ts'
import type { Choice, Plan } from './plan.ts'
import type { ProviderIndex } from './provider-index.ts'

/** Work that may still be done. It may fall below zero by the little that one step costs. */
export type Work = { left: number }

export class Search {
  readonly #index: ProviderIndex
  readonly #plan: Plan
  readonly #options: Options
  /** The positions of the choices in the order in which they are made. */
  readonly #order: readonly number[]
  readonly #lastTogether: number
  /** By choice: the position in its options, and the provider there (or -1 while the choice is open). */
  readonly #at: Int32Array
  readonly #taken: Int32Array
  #depth = 0
  #done = false

  constructor(index: ProviderIndex, plan: Plan, options: Options) {
    this.#index = index
    this.#plan = plan
    this.#options = options
    this.#order = options
      .map((_, i) => i)
      .toSorted((a, b) => lengthOf(options, a) - lengthOf(options, b))
    this.#lastTogether = this.#order.findLast((i) => plan.choices[i]?.group.alone === false) ?? -1
    this.#at = new Int32Array(options.length).fill(-1)
    this.#taken = new Int32Array(options.length).fill(-1)
  }

  get done(): boolean {
    return this.#done
  }

  /** The provider of each choice for the next way, or null if none was found within so many steps. Copy it to keep it. */
  next(work: Work, stepsMax: number): Int32Array | null {
    for (let steps = 0; steps < stepsMax && work.left > 0; steps += 1) {
      work.left -= 1
      const choice = this.#order[this.#depth] ?? 0
      const options = this.#options[choice] ?? []
      const at = (this.#at[choice] ?? 0) + 1
      const provider = options[at]
      if (provider === undefined) {
        this.#at[choice] = -1
        this.#taken[choice] = -1
        this.#depth -= 1
        if (this.#depth < 0) {
          this.#done = true
          return null
        }
        continue
      }
      this.#at[choice] = at
      this.#taken[choice] = provider
      if (!this.#isAllowed(choice, provider)) continue
      if (this.#depth === this.#order.length - 1) {
        // A tree with one way is done with it; so most trees need not be kept for another look.
        if (this.#options.every((list) => list.length === 1)) this.#done = true
        return this.#taken
      }
      this.#depth += 1
    }
    return null
  }

  #isAllowed(position: number, provider: number): boolean {
    const choice = this.#plan.choices[position]
    if (choice === undefined) return false
    return (
      (!this.#plan.isolate || !choice.group.alone || this.#isAlone(position, provider)) &&
      (!this.#plan.onePerTree || this.#isOnlyOneInTree(provider)) &&
      this.#hasRoomBesideOthers(position, choice, provider) &&
      choice.subtrees.every((subtree) => this.#canBeSubtree(this.#plan.subtrees[subtree] ?? [])) &&
      (position !== this.#lastTogether || this.#haveTraitsTogether(choice))
    )
  }

  #isAlone(position: number, provider: number): boolean {
    return this.#taken.every(
      (other, i) =>
        other !== provider || i === position || this.#plan.choices[i]?.group.alone === false,
    )
  }

  #isOnlyOneInTree(provider: number): boolean {
    const { forest } = this.#index
    const root = forest.rootOf(provider)
    return this.#taken.every(
      (other) => other === -1 || other === provider || forest.rootOf(other) !== root,
    )
  }

  #hasRoomBesideOthers(position: number, choice: Choice, provider: number): boolean {
    const { stocks } = this.#index
    return choice.demands.every(({ resourceClass, amount }) => {
      if (!this.#plan.isContested(resourceClass)) return true
      let sum = amount
      for (const wish of this.#plan.wishes[resourceClass] ?? []) {
        if (wish.choice !== position && this.#taken[wish.choice] === provider) sum += wish.amount
      }
      return sum === amount || sum <= stocks.roomOf(stocks.find(provider, resourceClass))
    })
  }

  /** Whether the choices made so far lie under one of themselves, or under a provider that an open choice may yet take. */
  #canBeSubtree(choices: readonly number[]): boolean {
    const { forest } = this.#index
    const made = choices.map((i) => this.#taken[i] ?? -1).filter((provider) => provider !== -1)
    for (let top = made[0] ?? -1; top !== -1; top = forest.parentOf(top)) {
      const isTop =
        made.includes(top) || choices.some((i) => this.#taken[i] === -1 && this.#couldTake(i, top))
      if (isTop && made.every((provider) => forest.isAtOrAbove(top, provider))) return true
    }
    return false
  }

  #couldTake(choice: number, provider: number): boolean {
    return this.#options[choice]?.includes(provider) ?? false
  }

  #haveTraitsTogether({ group }: Choice): boolean {
    const { traitSets } = this.#index
    return group.together.every((test) =>
      this.#plan.choices.some(
        (choice, i) => choice.group === group && test.passes(traitSets.setOf(this.#taken[i] ?? -1)),
      ),
    )
  }
}

function lengthOf(options: Options, choice: number): number {
  return options[choice]?.length ?? 0
}
