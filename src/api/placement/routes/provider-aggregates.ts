/** The aggregates that one provider is in. */
import * as providerAggregates from '../../../app/placement/provider-aggregates.ts'
import type { ProviderAggregates } from '../../../app/placement/provider-aggregates.ts'
import * as providers from '../../../app/placement/providers.ts'
import type { AggregateId } from '../../../domain/ids.ts'
import { route } from '../route.ts'
import type { Api, Reply } from '../route.ts'
import { providerAggregates as bodySchema } from '../schemas/others.ts'

type Body = {
  readonly aggregates: readonly AggregateId[]
  readonly resource_provider_generation?: number
}

const path = '/resource_providers/{uuid}/aggregates'

export const providerAggregateRoutes = [
  route({
    name: 'providerAggregates.list',
    method: 'GET',
    path,
    rule: 'placement:resource_providers:aggregates:list',
    handler: async ({ ctx, params, api }) =>
      shown(await providerAggregates.list(ctx, params['uuid'] ?? ''), api),
  }),
  route<Body>({
    name: 'providerAggregates.replace',
    method: 'PUT',
    path,
    rule: 'placement:resource_providers:aggregates:update',
    body: bodySchema,
    subject: async (ctx, params) => await providers.show(ctx, params['uuid'] ?? ''),
    handler: async ({ ctx, params, body, api }) => {
      const given = body.resource_provider_generation ?? null
      const generation = api.has('aggregatesAreCounted') ? given : null
      const id = params['uuid'] ?? ''
      return shown(await providerAggregates.replace(ctx, id, generation, body.aggregates), api)
    },
  }),
]

function shown({ provider, aggregates }: ProviderAggregates, api: Api): Reply {
  return {
    status: 200,
    body: api.show('aggregates', {
      aggregates,
      resource_provider_generation: provider.generation,
    }),
    // Nobody notes when a provider came into an aggregate.
    modifiedAt: 'now',
  }
}
