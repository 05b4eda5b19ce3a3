/** Resource providers: list, show, make, change, delete. */
import type { ProviderId } from '../../domain/ids.ts'
import type { ProviderQuery } from '../../domain/placement/candidate-query.ts'
import type { Provider } from '../../domain/placement/provider.ts'
import { isProblem, problem } from '../../lib/problem.ts'
import { matchingProviders } from '../../placement/index/matching-providers.ts'
import * as allocations from '../../store/placement/allocations.ts'
import * as providers from '../../store/placement/providers.ts'
import type { Tx } from '../../store/store.ts'
import type { PlacementContext } from './context.ts'
import { refuseUnknown } from './vocabulary.ts'

/** What can be asked of the list: what the index knows, and the name. */
export type ProviderFilter = ProviderQuery & { readonly name: string | null }

export async function list(
  { store, live }: PlacementContext,
  filter: ProviderFilter,
): Promise<readonly Provider[]> {
  const view = await live.current()
  refuseUnknown(view, filter, 'Invalid trait(s) in "required" parameter: ')
  if (filter.name === null) {
    if (!isFiltered(filter)) return await store.read(providers.all)
    const ids = matchingProviders(view.index, filter)
    return await store.read(async (reader) => await providers.named(reader, ids))
  }
  const { name } = filter
  const found = await store.read(async (reader) => await providers.findByName(reader, name))
  if (found === null || (filter.id !== null && filter.id !== found.id)) return []
  return matchingProviders(view.index, { ...filter, id: found.id }).length > 0 ? [found] : []
}

export async function show({ store }: PlacementContext, id: string): Promise<Provider> {
  return await store.read(async (reader) => await providers.get(reader, id))
}

export type NewProvider = {
  readonly id: ProviderId
  readonly name: string
  readonly parent: ProviderId | null
}

export async function create(
  { store, clock }: PlacementContext,
  { id, name, parent: parentId }: NewProvider,
): Promise<Provider> {
  const refuse = (why: string): Error =>
    problem(
      'invalid',
      `Unable to create resource provider "${name}", ${id}: Object action create failed because: ${why}`,
    )
  if (parentId === id) {
    throw refuse(
      'parent provider UUID cannot be same as UUID. Please set parent provider UUID to None if there is no parent.',
    )
  }
  if (name === '') throw refuse('name is required')
  return await store.transaction(async (tx) => {
    const parent = parentId === null ? null : await providers.find(tx, parentId)
    if (parentId !== null && parent === null) throw refuse('parent provider UUID does not exist.')
    return await unlessTaken({ id, name }, async () => {
      return await providers.insert(tx, { id, name, parent }, clock.now())
    })
  })
}

export type ProviderChange = {
  readonly name: string
  /** Undefined leaves it where it is, null makes it a root. */
  readonly parent: ProviderId | null | undefined
  /** Whether a provider that has a parent may get another one, or none. */
  readonly mayMove: boolean
}

export async function change(
  { store, clock }: PlacementContext,
  id: string,
  wanted: ProviderChange,
): Promise<Provider> {
  return await store.transaction(async (tx) => {
    const provider = await providers.get(tx, id)
    await unlessTaken({ id: null, name: wanted.name }, async () => {
      await providers.rename(tx, provider, wanted.name, clock.now())
    })
    if (wanted.parent !== undefined) await settle(tx, provider, wanted, clock.now())
    return await providers.get(tx, id)
  })
}

export async function remove({ store, clock }: PlacementContext, id: string): Promise<void> {
  await store.transaction(async (tx) => {
    const provider = await providers.find(tx, id)
    if (provider === null) {
      throw problem('not-found', `No resource provider with uuid ${id} found for delete`)
    }
    await providers.lock(tx, [provider.number])
    if (await providers.hasChildren(tx, provider)) {
      throw problem(
        'conflict',
        `Unable to delete parent resource provider ${id}: It has child resource providers.`,
        { code: 'resource_provider.cannot_delete_parent' },
      )
    }
    if (await allocations.areOn(tx, provider)) {
      throw problem(
        'conflict',
        `Unable to delete resource provider ${id}: Resource provider has allocations.`,
        { code: 'resource_provider.inuse' },
      )
    }
    await providers.remove(tx, provider, clock.now())
  })
}

async function settle(
  tx: Tx,
  provider: Provider,
  { parent: parentId, mayMove }: ProviderChange,
  now: number,
): Promise<void> {
  const refuse = (action: string, why: string): Error =>
    problem(
      'invalid',
      `Unable to save resource provider ${provider.id}: Object action ${action} failed because: ${why}`,
    )
  const parent = parentId == null ? null : await providers.find(tx, parentId)
  if (parentId != null && parent === null) {
    throw refuse('create', 'parent provider UUID does not exist.')
  }
  if (provider.parent !== null && provider.parent !== (parent?.id ?? null) && !mayMove) {
    const what = parent === null ? 'un-parenting' : 're-parenting'
    throw refuse('update', `${what} a provider is not currently allowed.`)
  }
  const below = await providers.subtree(tx, provider)
  if (parent !== null && below.some(({ id }) => id === parent.id)) {
    throw refuse('update', 'creating loop in the provider tree is not allowed.')
  }
  if (provider.parent !== (parent?.id ?? null)) await providers.move(tx, below, parent, now)
}

async function unlessTaken<T>(
  wanted: { readonly id: string | null; readonly name: string },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    if (!isProblem(thrown, 'conflict')) throw thrown
    const taken =
      wanted.id === null
        ? wanted.name
        : [
            ...(thrown.details['id'] === true ? [`uuid: ${wanted.id}`] : []),
            ...(thrown.details['name'] === true ? [`name: ${wanted.name}`] : []),
          ].join(', ')
    throw problem('conflict', `Conflicting resource provider ${taken} already exists.`, {
      code: 'duplicate_name',
    })
  }
}

function isFiltered(filter: ProviderQuery): boolean {
  return (
    filter.resources.size > 0 ||
    filter.required.length > 0 ||
    filter.forbidden.length > 0 ||
    filter.memberOf.length > 0 ||
    filter.forbiddenAggregates.length > 0 ||
    filter.inTree !== null ||
    filter.id !== null
  )
}
