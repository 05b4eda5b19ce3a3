/** The traits of one provider. */
import * as providerTraits from '../../../app/placement/provider-traits.ts'
import type { ProviderTraits } from '../../../app/placement/provider-traits.ts'
import { newest } from '../newest.ts'
import { noContent, route } from '../route.ts'
import type { Reply } from '../route.ts'
import { providerTraits as bodySchema } from '../schemas/others.ts'

type Body = { readonly traits: readonly string[]; readonly resource_provider_generation: number }

const path = '/resource_providers/{uuid}/traits'

export const providerTraitRoutes = [
  route({
    name: 'providerTraits.list',
    method: 'GET',
    path,
    rule: 'placement:resource_providers:traits:list',
    handler: async ({ ctx, params }) => shown(await providerTraits.list(ctx, params['uuid'] ?? '')),
  }),
  route<Body>({
    name: 'providerTraits.replace',
    method: 'PUT',
    path,
    rule: 'placement:resource_providers:traits:update',
    body: bodySchema,
    handler: async ({ ctx, params, body }) => {
      const { traits, resource_provider_generation: generation } = body
      return shown(await providerTraits.replace(ctx, params['uuid'] ?? '', generation, traits))
    },
  }),
  route({
    name: 'providerTraits.clear',
    method: 'DELETE',
    path,
    rule: 'placement:resource_providers:traits:delete',
    handler: async ({ ctx, params }) => {
      await providerTraits.clear(ctx, params['uuid'] ?? '')
      return noContent()
    },
  }),
]

function shown({ provider, traits }: ProviderTraits): Reply {
  return {
    status: 200,
    body: {
      traits: traits.map(({ name }) => name),
      resource_provider_generation: provider.generation,
    },
    modifiedAt: newest(traits.map(({ createdAt }) => createdAt)),
  }
}
