/** Resource providers. */
import * as providers from '../../../app/placement/providers.ts'
import type { ProviderId } from '../../../domain/ids.ts'
import type { Provider } from '../../../domain/placement/provider.ts'
import { canonicalUuid } from '../../../lib/ids.ts'
import type { Wire } from '../change.ts'
import { providerFilterIn } from '../grammar/provider-filter.ts'
import { noContent, route } from '../route.ts'
import type { Api } from '../route.ts'
import { changedProvider, newProvider } from '../schemas/others.ts'
import { providerList } from '../schemas/queries.ts'
import { newest } from '../newest.ts'

type NewBody = {
  readonly name: string
  readonly uuid?: string
  readonly parent_provider_uuid?: string | null
}
type ChangedBody = Pick<NewBody, 'name' | 'parent_provider_uuid'>

export const providerRoutes = [
  route({
    name: 'providers.list',
    method: 'GET',
    path: '/resource_providers',
    rule: 'placement:resource_providers:list',
    query: providerList,
    handler: async ({ ctx, query, api, mount }) => {
      const found = await providers.list(ctx, providerFilterIn(query, api))
      return {
        status: 200,
        body: { resource_providers: found.map((provider) => shown(provider, mount, api)) },
        modifiedAt: newest(found.map(({ updatedAt }) => updatedAt)),
      }
    },
  }),
  route<NewBody>({
    name: 'providers.create',
    method: 'POST',
    path: '/resource_providers',
    rule: 'placement:resource_providers:create',
    body: newProvider,
    handler: async ({ ctx, body, api, mount }) => {
      const made = await providers.create(ctx, {
        // The schema has seen that what is given is a UUID.
        id: ((body.uuid && canonicalUuid(body.uuid)) || ctx.ids.uuid()) as ProviderId,
        name: body.name,
        parent: (body.parent_provider_uuid ?? null) as ProviderId | null,
      })
      const location = `/resource_providers/${made.id}`
      return api.has('newProvidersAreShown')
        ? { status: 200, body: shown(made, mount, api), location, modifiedAt: made.updatedAt }
        : { status: 201, location }
    },
  }),
  route({
    name: 'providers.show',
    method: 'GET',
    path: '/resource_providers/{uuid}',
    rule: 'placement:resource_providers:show',
    handler: async ({ ctx, params, api, mount }) => {
      const found = await providers.show(ctx, params['uuid'] ?? '')
      return { status: 200, body: shown(found, mount, api), modifiedAt: found.updatedAt }
    },
  }),
  route<ChangedBody>({
    name: 'providers.change',
    method: 'PUT',
    path: '/resource_providers/{uuid}',
    rule: 'placement:resource_providers:update',
    body: changedProvider,
    subject: async (ctx, params) => await providers.show(ctx, params['uuid'] ?? ''),
    handler: async ({ ctx, params, body, api, mount }) => {
      const changed = await providers.change(ctx, params['uuid'] ?? '', {
        name: body.name,
        // Compared as text with what was stored.
        parent: body.parent_provider_uuid as ProviderId | null | undefined,
        mayMove: api.has('providersMayMove'),
      })
      return { status: 200, body: shown(changed, mount, api), modifiedAt: changed.updatedAt }
    },
  }),
  route({
    name: 'providers.delete',
    method: 'DELETE',
    path: '/resource_providers/{uuid}',
    rule: 'placement:resource_providers:delete',
    handler: async ({ ctx, params }) => {
      await providers.remove(ctx, params['uuid'] ?? '')
      return noContent()
    },
  }),
]

function shown(provider: Provider, mount: string, api: Api): Wire {
  const self = `${mount}/resource_providers/${provider.id}`
  const kinds = ['inventories', 'usages', 'aggregates', 'traits', 'allocations']
  return api.show('provider', {
    uuid: provider.id,
    name: provider.name,
    generation: provider.generation,
    links: [
      { rel: 'self', href: self },
      ...kinds.map((kind) => ({ rel: kind, href: `${self}/${kind}` })),
    ],
    parent_provider_uuid: provider.parent,
    root_provider_uuid: provider.root,
  })
}
