/** How much is used. */
import * as usages from '../../../app/placement/usages.ts'
import type { UsageOfType } from '../../../app/placement/usages.ts'
import { unknownConsumerType } from '../../../domain/placement/consumer.ts'
import type { Wire } from '../change.ts'
import { route } from '../route.ts'
import { usages as querySchema } from '../schemas/queries.ts'

/** The type that asks for all types in one sum. */
const everyType = 'all'

export const usageRoutes = [
  route({
    name: 'usages.ofProvider',
    method: 'GET',
    path: '/resource_providers/{uuid}/usages',
    rule: 'placement:resource_providers:usages',
    handler: async ({ ctx, params }) => {
      const { provider, stocks } = await usages.ofProvider(ctx, params['uuid'] ?? '')
      return {
        status: 200,
        body: {
          resource_provider_generation: provider.generation,
          usages: Object.fromEntries(
            stocks.map(({ resourceClass, used }) => [resourceClass, used]),
          ),
        },
        modifiedAt: 'now',
      }
    },
  }),
  route({
    name: 'usages.ofProject',
    method: 'GET',
    path: '/usages',
    rule: 'placement:usages',
    target: (who, query) => ({ projectId: query.get('project_id'), userId: who.userId }),
    query: querySchema,
    handler: async ({ ctx, query, api }) => {
      const type = query.get('consumer_type')
      const found = await usages.ofProject(ctx, {
        projectId: query.get('project_id') ?? '',
        userId: query.get('user_id'),
        type:
          type === unknownConsumerType
            ? null
            : type === everyType
              ? undefined
              : (type ?? undefined),
      })
      const shown = type === everyType ? [[everyType, together(found)] as const] : byType(found)
      const usagesShown = Object.fromEntries(shown.filter(() => found.length > 0))
      return { status: 200, body: api.show('usages', { usages: usagesShown }), modifiedAt: 'now' }
    },
  }),
]

function byType(found: readonly UsageOfType[]): (readonly [string, Wire])[] {
  return found.map(({ type, consumers, amounts }) => [
    type ?? unknownConsumerType,
    { consumer_count: consumers, ...Object.fromEntries(amounts) },
  ])
}

function together(found: readonly UsageOfType[]): Wire {
  const sum: Record<string, number> = {}
  for (const { amounts } of found) {
    for (const [name, amount] of amounts) sum[name] = (sum[name] ?? 0) + amount
  }
  return { consumer_count: found.reduce((count, { consumers }) => count + consumers, 0), ...sum }
}
