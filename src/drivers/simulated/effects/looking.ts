/** What can be seen of a host. */
import type { ServerId } from '../../../domain/ids.ts'
import type { Guest, HostResources } from '../../virt-driver.ts'
import { consoleOf } from '../machine.ts'
import { guestOf, mustHave } from '../place.ts'
import type { Place } from '../place.ts'
import { seen } from '../world-tables.ts'

export const looking = {
  getAvailableResource(here: Place): HostResources {
    return here.resources
  },

  listGuests(here: Place): readonly Guest[] {
    return here.held.bodies(here.host).map(seen)
  },

  getInfo(here: Place, server: ServerId): Guest | null {
    const guest = guestOf(here, server)
    return guest === null ? null : seen(guest)
  },

  getConsoleOutput(here: Place, server: ServerId): string {
    return consoleOf(seen(mustHave(here, server)))
  },
}
