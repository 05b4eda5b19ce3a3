/** Moving inventories and what is held of them in one step. */
import { reshapeProviders } from '../../../app/placement/reshaping.ts'
import type { ProviderId } from '../../../domain/ids.ts'
import { holdingsOf } from '../holdings.ts'
import type { AllocationsBody } from '../holdings.ts'
import { inventoriesOf } from '../inventory-records.ts'
import type { InventoryBody } from '../inventory-records.ts'
import { noContent, route } from '../route.ts'
import { reshaping } from '../schemas/allocations.ts'

type Body = {
  readonly inventories: Readonly<
    Record<
      string,
      {
        readonly resource_provider_generation: number
        readonly inventories: Readonly<Record<string, InventoryBody>>
      }
    >
  >
  readonly allocations: Readonly<Record<string, AllocationsBody>>
}

export const reshaperRoutes = [
  route<Body>({
    name: 'reshape',
    method: 'POST',
    path: '/reshaper',
    rule: 'placement:reshaper:reshape',
    body: reshaping,
    handler: async ({ ctx, body, api }) => {
      const shapes = Object.entries(body.inventories).map(([provider, shape]) => ({
        // Compared as text with what was stored.
        provider: provider as ProviderId,
        generation: shape.resource_provider_generation,
        inventories: inventoriesOf(shape.inventories),
      }))
      await reshapeProviders(ctx, shapes, holdingsOf(body.allocations, api))
      return noContent()
    },
  }),
]
