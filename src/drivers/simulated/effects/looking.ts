/** What can be seen of a host. */
import type { ConsoleKind, ConsolePlace } from '../../../domain/console.ts'
import type { GuestCounts } from '../../../domain/diagnostics.ts'
import type { ServerId } from '../../../domain/ids.ts'
import type { Guest, HostResources } from '../../virt-driver.ts'
import { derivedUuid } from '../../../lib/ids.ts'
import { consoleOf } from '../console.ts'
import { countsOf } from '../counts.ts'
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
    return consoleOf(mustHave(here, server))
  },

  /** Nothing listens there; what is true of it is that it is always the same for the same guest. */
  getConsole(here: Place, server: ServerId, kind: ConsoleKind): ConsolePlace {
    mustHave(here, server)
    const { hostIp: host } = here.resources
    const number = Number.parseInt(derivedUuid(here.host, server).slice(0, 4), 16) % 1000
    const port = firstPorts[kind] + number
    const tlsPort = kind === 'spice-direct' ? port + 1000 : null
    return { host, port, tlsPort, path: kind === 'webmks' ? derivedUuid(kind, server) : null }
  },

  getDiagnostics(here: Place, server: ServerId): GuestCounts {
    return countsOf(mustHave(here, server), here.now)
  },
}

/** Where the ports of each kind begin: far enough from each other. */
const firstPorts: Readonly<Record<ConsoleKind, number>> = {
  novnc: 5900,
  'spice-html5': 7900,
  'spice-direct': 9900,
  serial: 11_900,
  webmks: 13_900,
}
