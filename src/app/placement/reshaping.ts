/** Moving inventories between providers together with what is held of them. */
import type { Holding } from '../../domain/placement/consumer.ts'
import type { ProviderId } from '../../domain/ids.ts'
import { problem } from '../../lib/problem.ts'
import { reshape } from '../../placement/reshape.ts'
import type { Reshaping } from '../../placement/reshape.ts'
import type { Inventories } from '../../placement/stocking.ts'
import * as providers from '../../store/placement/providers.ts'
import type { Tx } from '../../store/store.ts'
import type { PlacementContext } from './context.ts'
import { overtaken, saying, worded } from './wording.ts'

export type NewShape = {
  readonly provider: ProviderId
  readonly generation: number
  readonly inventories: Inventories
}

export async function reshapeProviders(
  { store, clock }: PlacementContext,
  shapes: readonly NewShape[],
  holdings: readonly Holding[],
): Promise<void> {
  const wording = {
    'not-found': saying('invalid', 'malformed reshaper data: '),
    'no-capacity': saying('no-capacity', 'Unable to allocate inventory: '),
    conflict: saying('conflict', 'update conflict: '),
  }
  await store.transaction(async (tx) => {
    const found: Reshaping[] = []
    for (const shape of shapes) found.push(await shapeOf(tx, shape))
    const numbers = found.map(({ provider }) => provider.number)
    await providers.lock(
      tx,
      numbers.toSorted((a, b) => a - b),
    )
    await worded(wording, async () => await reshape(tx, found, holdings, clock.now()))
  })
}

async function shapeOf(
  tx: Tx,
  { provider: id, generation, inventories }: NewShape,
): Promise<Reshaping> {
  const provider = await providers.find(tx, id)
  if (provider === null) {
    const why = `No resource provider with uuid ${id} found`
    throw problem('invalid', `Resource provider ${id} in inventories not found: ${why}`, {
      code: 'resource_provider.not_found',
    })
  }
  if (provider.generation !== generation) {
    throw overtaken(
      `resource provider generation conflict for provider ${id}: actual: ${provider.generation}, given: ${generation}`,
    )
  }
  return { provider, inventories }
}
