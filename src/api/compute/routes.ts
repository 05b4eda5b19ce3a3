/** Every route, the ones that clients ask for most first. */
import type { Route } from './route.ts'
import { aggregateRoutes } from './routes/aggregates.ts'
import { eventRoutes } from './routes/events.ts'
import { extensionRoutes } from './routes/extensions.ts'
import { flavorRoutes } from './routes/flavors.ts'
import { goneRoutes } from './routes/gone.ts'
import { baremetalDoorRoutes, hostDoorRoutes } from './routes/host-doors.ts'
import { hypervisorRoutes, serviceRoutes, zoneRoutes } from './routes/hosts.ts'
import { imageDoorRoutes } from './routes/image-doors.ts'
import { keypairRoutes } from './routes/keypairs.ts'
import { migrationRoutes } from './routes/moves.ts'
import { networkDoorRoutes } from './routes/network-doors.ts'
import { quotaRoutes } from './routes/quotas.ts'
import { securityGroupDoorRoutes } from './routes/security-group-doors.ts'
import { serverActionRoutes } from './routes/server-actions.ts'
import { serverFactRoutes } from './routes/server-facts.ts'
import { serverGuestRoutes } from './routes/server-guests.ts'
import { serverGroupRoutes } from './routes/server-groups.ts'
import {
  addressRoutes,
  instanceActionRoutes,
  metadataRoutes,
  tagRoutes,
} from './routes/server-parts.ts'
import { serverImageRoutes } from './routes/server-images.ts'
import { serverNetworkRoutes } from './routes/server-network.ts'
import { serverRoutes } from './routes/servers.ts'
import { assistedSnapshotRoutes } from './routes/assisted-snapshots.ts'
import { volumeDoorRoutes } from './routes/volume-doors.ts'
import { volumeRoutes } from './routes/volumes.ts'
import { serverShareRoutes } from './routes/server-shares.ts'
import { usageAuditRoutes } from './routes/usage-audit.ts'
import { volumesBootRoutes } from './routes/volumes-boot.ts'

/** Routes that do what they say. */
const working: readonly Route[] = [
  ...serverRoutes,
  ...serverActionRoutes,
  ...serverImageRoutes,
  ...metadataRoutes,
  ...tagRoutes,
  ...addressRoutes,
  ...instanceActionRoutes,
  ...migrationRoutes,
  ...serverFactRoutes,
  ...volumeRoutes,
  ...volumeDoorRoutes,
  ...assistedSnapshotRoutes,
  ...serverGuestRoutes,
  ...serverNetworkRoutes,
  ...serverShareRoutes,
  ...flavorRoutes,
  ...keypairRoutes,
  ...serverGroupRoutes,
  ...zoneRoutes,
  ...aggregateRoutes,
  ...hypervisorRoutes,
  ...serviceRoutes,
  ...quotaRoutes,
  ...eventRoutes,
  ...extensionRoutes,
  ...usageAuditRoutes,
  ...imageDoorRoutes,
  ...networkDoorRoutes,
  ...securityGroupDoorRoutes,
  ...hostDoorRoutes,
  ...baremetalDoorRoutes,
]

export const routes: readonly Route[] = [...working, ...goneRoutes, ...volumesBootRoutes(working)]

type RouteState = 'works' | 'gone'

/** Whether a route does what it says. */
export function stateOf(route: Route): RouteState {
  return goneRoutes.includes(route) ? 'gone' : 'works'
}
