/** How much of an inventory is used: the sum of its allocations, and changed with them. */
import { assert } from '../../lib/problem.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Tx } from '../store.ts'

/** How much more, or less, of a class of a provider is used. */
export type UseChange = {
  readonly provider: number
  readonly classNumber: number
  readonly delta: number
}

/**
 * Changes what is used, provider by provider in the order of their numbers. Whoever calls holds these providers, or is about to
 * take nothing but what it gives back.
 */
export async function changeSums(tx: Tx, changes: readonly UseChange[]): Promise<void> {
  const byProvider = Map.groupBy(summed(changes), ({ provider }) => provider)
  for (const provider of [...byProvider.keys()].toSorted((a, b) => a - b)) {
    const here = byProvider.get(provider) ?? []
    await addToUses(tx, {
      provider,
      classes: here.map(({ classNumber }) => classNumber),
      deltas: here.map(({ delta }) => delta),
    })
  }
}

/** One change for each class of each provider; what comes to nothing is left out. */
function summed(changes: readonly UseChange[]): readonly UseChange[] {
  const sums = new Map<string, UseChange>()
  for (const change of changes) {
    const place = `${change.provider}/${change.classNumber}`
    const delta = (sums.get(place)?.delta ?? 0) + change.delta
    sums.set(place, { ...change, delta })
  }
  return [...sums.values()].filter(({ delta }) => delta !== 0)
}

type Sums = {
  readonly provider: number
  readonly classes: readonly number[]
  readonly deltas: readonly number[]
}

/** All classes of one provider in one statement. */
const addToUses = prepared((db, { provider, classes, deltas }: Sums) =>
  db
    .updateTable('inventories')
    .set((e) => {
      const [first, ...others] = classes.map((number, i) => {
        // PostgreSQL takes a value without a type for a text here.
        return { number, delta: e.cast<number>(e.val(deltas[i] ?? 0), 'bigint') }
      })
      assert(first !== undefined, 'a change is of a class')
      let choice = e.case('class').when(first.number).then(first.delta)
      for (const { number, delta } of others) choice = choice.when(number).then(delta)
      return { used: e('used', '+', choice.end()) }
    })
    .where('provider', '=', provider)
    .where('class', 'in', classes),
)
