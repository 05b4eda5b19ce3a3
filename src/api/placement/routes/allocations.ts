/** What consumers hold. */
import * as allocations from '../../../app/placement/allocations.ts'
import type { ConsumerId } from '../../../domain/ids.ts'
import { unknownConsumerType } from '../../../domain/placement/consumer.ts'
import { canonicalUuid } from '../../../lib/ids.ts'
import { problem } from '../../../lib/problem.ts'
import { holdingOf, holdingsOf } from '../holdings.ts'
import type { AllocationsBody } from '../holdings.ts'
import { newest } from '../newest.ts'
import { noContent, route } from '../route.ts'
import { allocationsOfMany, allocationsOfOne } from '../schemas/allocations.ts'

const one = '/allocations/{consumer_uuid}'

export const allocationRoutes = [
  route({
    name: 'allocations.onProvider',
    method: 'GET',
    path: '/resource_providers/{uuid}/allocations',
    rule: 'placement:resource_providers:allocations:list',
    handler: async ({ ctx, params, api }) => {
      const held = await allocations.onProvider(ctx, params['uuid'] ?? '')
      const byConsumer = Map.groupBy(held.allocations, ({ consumer }) => consumer)
      const shown = Array.from(byConsumer, ([consumer, list]) => [
        consumer,
        { resources: resourcesOf(list), consumer_generation: list[0]?.consumerGeneration },
      ])
      return {
        status: 200,
        body: api.show('allocationsOfProvider', {
          allocations: Object.fromEntries(shown),
          resource_provider_generation: held.provider.generation,
        }),
        modifiedAt: newest(held.allocations.map(({ updatedAt }) => updatedAt)),
      }
    },
  }),
  route({
    name: 'allocations.ofConsumer',
    method: 'GET',
    path: one,
    rule: 'placement:allocations:list',
    handler: async ({ ctx, params, api }) => {
      const { consumer, allocations: held } = await allocations.ofConsumer(
        ctx,
        params['consumer_uuid'] ?? '',
      )
      const byProvider = Map.groupBy(held, ({ provider }) => provider)
      const shown = Array.from(byProvider, ([provider, list]) => [
        provider,
        { generation: list[0]?.providerGeneration, resources: resourcesOf(list) },
      ])
      return {
        status: 200,
        body: api.show('allocationsOfConsumer', {
          allocations: Object.fromEntries(shown),
          ...(consumer === null
            ? {}
            : {
                project_id: consumer.projectId,
                user_id: consumer.userId,
                consumer_generation: consumer.generation,
                consumer_type: consumer.type ?? unknownConsumerType,
              }),
        }),
        modifiedAt: newest(held.map(({ updatedAt }) => updatedAt)),
      }
    },
  }),
  route<AllocationsBody>({
    name: 'allocations.replace',
    method: 'PUT',
    path: one,
    rule: 'placement:allocations:update',
    body: allocationsOfOne,
    handler: async ({ ctx, params, body, api }) => {
      const given = params['consumer_uuid'] ?? ''
      const consumer = canonicalUuid(given)
      if (consumer === null) throw problem('invalid', `Malformed consumer_uuid: ${given}`)
      await allocations.replaceOne(ctx, holdingOf(consumer, body, api))
      return noContent()
    },
  }),
  route<Readonly<Record<string, AllocationsBody>>>({
    name: 'allocations.replaceMany',
    method: 'POST',
    path: '/allocations',
    rule: 'placement:allocations:manage',
    body: allocationsOfMany,
    handler: async ({ ctx, body, api }) => {
      await allocations.replaceMany(ctx, holdingsOf(body, api))
      return noContent()
    },
  }),
  route({
    name: 'allocations.drop',
    method: 'DELETE',
    path: one,
    rule: 'placement:allocations:delete',
    handler: async ({ ctx, params }) => {
      // Compared as text with what was stored.
      await allocations.drop(ctx, (params['consumer_uuid'] ?? '') as ConsumerId)
      return noContent()
    },
  }),
]

function resourcesOf(
  list: readonly { readonly resourceClass: string; readonly amount: number }[],
): Readonly<Record<string, number>> {
  return Object.fromEntries(list.map(({ resourceClass, amount }) => [resourceClass, amount]))
}
