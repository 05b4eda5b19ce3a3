/**
 * A condition on a provider's traits or aggregates, decided once for each set that is met and remembered for the query.
 */
import type { Names } from './names.ts'
import { unknownName } from './names.ts'
import type { ProviderSets } from './provider-sets.ts'
import { holds } from './provider-sets.ts'

const undecided = 0
const yes = 1
const no = 2

/** Passes sets that hold something of every one of `all`, and nothing of `without`. */
export class SetTest {
  readonly #sets: ProviderSets
  readonly #all: readonly (readonly number[])[]
  readonly #without: readonly number[]
  readonly #verdicts: Uint8Array
  /** True if everything passes. */
  readonly isTrivial: boolean

  constructor(
    sets: ProviderSets,
    names: Names,
    all: readonly (readonly string[])[],
    without: readonly string[],
  ) {
    this.#sets = sets
    this.#all = all.map((anyOf) => known(names, anyOf))
    this.#without = known(names, without)
    this.isTrivial = this.#all.length === 0 && this.#without.length === 0
    this.#verdicts = new Uint8Array(this.isTrivial ? 0 : sets.bound)
  }

  /** True if only sets with something in them can pass, so that those who have such sets can be listed. */
  get isSelective(): boolean {
    return this.#all.length > 0
  }

  passes(set: number): boolean {
    if (this.isTrivial) return true
    const verdict = this.#verdicts[set] ?? undecided
    if (verdict !== undecided) return verdict === yes
    const items = this.#sets.itemsOf(set)
    const passes =
      this.#all.every((anyOf) => anyOf.some((item) => holds(items, item))) &&
      !this.#without.some((item) => holds(items, item))
    this.#verdicts[set] = passes ? yes : no
    return passes
  }
}

/** Names that nobody has used are in no set: as one of several they add nothing, and alone they cannot be had. */
function known(names: Names, wanted: readonly string[]): number[] {
  return wanted.map((name) => names.find(name)).filter((number) => number !== unknownName)
}
