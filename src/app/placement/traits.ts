/** Traits: list, show, make, delete. */
import { isCustomName } from '../../domain/placement/names.ts'
import { problem } from '../../lib/problem.ts'
import * as traits from '../../store/placement/traits.ts'
import type { Trait, TraitFilter } from '../../store/placement/traits.ts'
import type { PlacementContext } from './context.ts'

export async function list(
  { store }: PlacementContext,
  filter: TraitFilter,
): Promise<readonly Trait[]> {
  return await store.read(async (reader) => await traits.list(reader, filter))
}

export async function show({ store }: PlacementContext, name: string): Promise<Trait> {
  return await store.read(async (reader) => await traits.get(reader, name))
}

/** Makes sure that it exists. */
export async function ensure(
  { store, clock }: PlacementContext,
  name: string,
): Promise<{ readonly trait: Trait; readonly made: boolean }> {
  if (!isCustomName(name)) {
    throw problem(
      'invalid',
      'The trait is invalid. A valid trait must be no longer than 255 characters, start with the prefix "CUSTOM_" ' +
        'and use following characters: "A"-"Z", "0"-"9" and "_"',
    )
  }
  return await store.transaction(async (tx) => await traits.ensure(tx, name, clock.now()))
}

export async function remove({ store, clock }: PlacementContext, name: string): Promise<void> {
  await store.transaction(async (tx) => {
    const trait = await traits.get(tx, name)
    if (!name.startsWith('CUSTOM_')) {
      throw problem('invalid', `Cannot delete standard trait ${name}.`)
    }
    if (await traits.isUsed(tx, trait)) {
      throw problem('conflict', `The trait ${name} is in use by a resource provider.`)
    }
    await traits.remove(tx, trait, clock.now())
  })
}
