/** Resource classes: list, show, make, rename, delete. */
import { isStandardResourceClass } from '../../domain/placement/names.ts'
import { problem } from '../../lib/problem.ts'
import * as classes from '../../store/placement/classes.ts'
import type { ResourceClass } from '../../store/placement/classes.ts'
import type { PlacementContext } from './context.ts'

export async function list({ store }: PlacementContext): Promise<readonly ResourceClass[]> {
  return await store.read(classes.all)
}

export async function show({ store }: PlacementContext, name: string): Promise<ResourceClass> {
  return await store.read(async (reader) => await classes.get(reader, name))
}

export async function create({ store, clock }: PlacementContext, name: string): Promise<void> {
  await store.transaction(async (tx) => {
    if (await classes.ensure(tx, name, clock.now())) return
    throw problem('conflict', `Conflicting resource class already exists: ${name}`)
  })
}

/** Makes sure that it exists. @returns whether it was made. */
export async function ensure({ store, clock }: PlacementContext, name: string): Promise<boolean> {
  return await store.transaction(async (tx) => await classes.ensure(tx, name, clock.now()))
}

export async function rename(
  { store, clock }: PlacementContext,
  name: string,
  newName: string,
): Promise<ResourceClass> {
  return await store.transaction(async (tx) => {
    const found = await classes.get(tx, name)
    if (isStandardResourceClass(name)) {
      throw problem('invalid', `Cannot update standard resource class ${name}`)
    }
    if (newName !== name && (await classes.find(tx, newName)) !== null) {
      throw problem('conflict', `Resource class already exists: ${newName}`)
    }
    await classes.rename(tx, found, newName, clock.now())
    return await classes.get(tx, newName)
  })
}

export async function remove({ store, clock }: PlacementContext, name: string): Promise<void> {
  await store.transaction(async (tx) => {
    const found = await classes.get(tx, name)
    if (isStandardResourceClass(name)) {
      const why = `Cannot delete standard resource class ${name}.`
      throw problem('invalid', `Error in delete resource class: ${why}`)
    }
    if (await classes.isUsed(tx, found)) {
      const why = `Cannot delete resource class ${name}. Class is in use in inventory.`
      throw problem('conflict', `Error in delete resource class: ${why}`)
    }
    await classes.remove(tx, found, clock.now())
  })
}
