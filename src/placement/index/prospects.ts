/**
 * Cheap proofs that a tree holds no candidate although every choice has options: too few providers for groups that must be
 * apart, or too little of a class for all that want it. Without them, one group too many for a host is found out only after
 * all permutations of the others.
 */
import type { Options } from './options.ts'
import type { Plan } from './plan.ts'
import type { ProviderIndex } from './provider-index.ts'

export function isHopeless(index: ProviderIndex, plan: Plan, options: Options): boolean {
  return (plan.isolate && areTooManyGroups(plan, options)) || wantTooMuch(index, plan, options)
}

function areTooManyGroups(plan: Plan, options: Options): boolean {
  const alone = plan.choices.flatMap(({ group }, i) => (group.alone ? [i] : []))
  return alone.length > 1 && new Set(alone.flatMap((i) => options.of(i))).size < alone.length
}

/** Too much in sum, or too many even if each wanted no more than the most modest of them. */
function wantTooMuch({ stocks }: ProviderIndex, plan: Plan, options: Options): boolean {
  for (const { resourceClass, wishes, wanted, least } of plan.rivalries) {
    let free = 0
    let places = 0
    for (const provider of new Set(wishes.flatMap((wish) => options.of(wish.choice)))) {
      const room = stocks.roomOf(stocks.find(provider, resourceClass))
      free += room
      places += Math.floor(room / least)
      if (free >= wanted && places >= wishes.length) break
    }
    if (free < wanted || places < wishes.length) return true
  }
  return false
}
