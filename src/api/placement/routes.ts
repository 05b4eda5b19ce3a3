/** Every route of Placement. */
import type { Route } from './route.ts'
import { allocationRoutes } from './routes/allocations.ts'
import { candidateRoutes } from './routes/candidates.ts'
import { inventoryRoutes } from './routes/inventories.ts'
import { providerAggregateRoutes } from './routes/provider-aggregates.ts'
import { providerTraitRoutes } from './routes/provider-traits.ts'
import { providerRoutes } from './routes/providers.ts'
import { reshaperRoutes } from './routes/reshaper.ts'
import { resourceClassRoutes } from './routes/resource-classes.ts'
import { rootRoutes } from './routes/root.ts'
import { traitRoutes } from './routes/traits.ts'
import { usageRoutes } from './routes/usages.ts'

export const placementRoutes: readonly Route[] = [
  ...rootRoutes,
  ...providerRoutes,
  ...inventoryRoutes,
  ...providerTraitRoutes,
  ...providerAggregateRoutes,
  ...traitRoutes,
  ...resourceClassRoutes,
  ...allocationRoutes,
  ...candidateRoutes,
  ...usageRoutes,
  ...reshaperRoutes,
]
