/** The query string of the list of providers, as a filter. */
import type { ProviderFilter } from '../../../app/placement/providers.ts'
import type { ProviderId } from '../../../domain/ids.ts'
import type { Api } from '../route.ts'
import { membershipIn, resourcesIn, traitsIn } from './values.ts'

export function providerFilterIn(query: URLSearchParams, api: Api): ProviderFilter {
  const last = (name: string): string | null => query.getAll(name).at(-1) || null
  const resources = query.getAll('resources').at(-1)
  return {
    ...membershipIn(query.getAll('member_of'), '', api),
    ...traitsIn(query.getAll('required'), api),
    resources: resources === undefined ? new Map() : resourcesIn(resources),
    // The schema has seen that they are UUIDs; they are compared as text with what was stored.
    inTree: last('in_tree') as ProviderId | null,
    id: last('uuid') as ProviderId | null,
    name: last('name'),
  }
}
