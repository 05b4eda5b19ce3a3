/** What bodies say that consumers shall hold. */
import type { ConsumerId, ProjectId, ProviderId, UserId } from '../../domain/ids.ts'
import { nobody } from '../../domain/placement/consumer.ts'
import type { Holding } from '../../domain/placement/consumer.ts'
import type { Api } from './route.ts'

/** The newest form. What older versions did not say is absent. */
export type AllocationsBody = {
  readonly allocations: Readonly<
    Record<string, { readonly resources: Readonly<Record<string, number>> }>
  >
  readonly project_id?: string
  readonly user_id?: string
  readonly consumer_generation?: number | null
  readonly consumer_type?: string
}

export function holdingOf(consumer: string, body: AllocationsBody, api: Api): Holding {
  return {
    // The route or the schema has seen that it is a UUID.
    consumer: consumer as ConsumerId,
    amounts: Object.entries(body.allocations).flatMap(([provider, { resources }]) =>
      Object.entries(resources).map(([resourceClass, amount]) => ({
        // Compared as text with what was stored.
        provider: provider as ProviderId,
        resourceClass,
        amount,
      })),
    ),
    // Nobody checks whose these are: Placement takes the caller's word.
    projectId: (body.project_id ?? nobody) as ProjectId,
    userId: (body.user_id ?? nobody) as UserId,
    type: api.has('consumersHaveTypes') ? body.consumer_type : undefined,
    generation: api.has('consumersHaveGenerations')
      ? (body.consumer_generation ?? null)
      : undefined,
  }
}

export function holdingsOf(
  bodies: Readonly<Record<string, AllocationsBody>>,
  api: Api,
): readonly Holding[] {
  return Object.entries(bodies).map(([consumer, body]) => holdingOf(consumer, body, api))
}
