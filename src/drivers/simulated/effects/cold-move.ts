/**
 * A guest that is off moves: source, destination, then source again.
 *
 * From the first verb on there are two copies of the disk, one as source copy and one at the destination, so that either side
 * can go on alone whatever happens to the other.
 */
import type { HostName, ServerId } from '../../../domain/ids.ts'
import { driverProblem } from '../../exceptions.ts'
import type { DiskInfo, GuestSpec } from '../../virt-driver.ts'
import { bodyOf, guestOf, mustHave, noted, removeAll } from '../place.ts'
import type { Place } from '../place.ts'
import type { Body } from '../world-tables.ts'

export const coldMove = {
  migrateDiskAndPowerOff(here: Place, server: ServerId, destination: HostName): DiskInfo {
    const copy = movedBefore(here, server, destination) ?? leave(here, mustHave(here, server))
    const there = here.held.body(destination, server, 'guest')
    if (there === null || there.diskGeneration !== copy.diskGeneration) {
      // The body it had goes with the disk only as a label: the destination gives it the new one.
      const label = { ...copy, host: destination, powerBefore: null }
      here.held.put({ ...label, role: 'incoming' })
    }
    return {
      diskGb: copy.diskGb,
      diskGeneration: copy.diskGeneration,
      power: copy.powerBefore ?? 'shutdown',
    }
  },

  finishMigration(
    here: Place,
    spec: GuestSpec,
    disk: DiskInfo,
    options: { readonly powerOn: boolean },
  ): void {
    const { server } = spec
    const arrived = here.held.body(here.host, server, 'incoming') ?? guestOf(here, server)
    if (arrived?.diskGeneration !== disk.diskGeneration) {
      throw driverProblem('DiskNotFound', { server, host: here.host, reason: here.host })
    }
    const power = options.powerOn ? 'running' : 'shutdown'
    removeAll(here, server, ['incoming', 'remains'])
    here.held.put(bodyOf(here, spec, { disk: disk.diskGeneration, power, after: arrived }))
  },

  confirmMigration(here: Place, server: ServerId): void {
    removeAll(here, server, ['source-copy', 'remains'])
  },

  finishRevertMigration(
    here: Place,
    spec: GuestSpec,
    options: { readonly powerOn: boolean },
  ): void {
    const copy = here.held.body(here.host, spec.server, 'source-copy')
    if (copy === null) return
    const power = options.powerOn ? 'running' : 'shutdown'
    removeAll(here, spec.server)
    here.held.put(bodyOf(here, spec, { disk: copy.diskGeneration, power, after: copy }))
  },
}

/** The source copy of this very move, if it was made before. */
function movedBefore(here: Place, server: ServerId, destination: HostName): Body | null {
  const copy = here.held.body(here.host, server, 'source-copy')
  const guest = guestOf(here, server)
  if (copy === null || guest === null) return copy
  // Both on one host: either the guest has moved to where it was, or it is to move and the copy is left from another time.
  const arrivedHere = destination === here.host && guest.diskGeneration === copy.diskGeneration
  return arrivedHere ? copy : null
}

/** Turns the guest into its source copy. */
function leave(here: Place, guest: Body): Body {
  const copy: Body = {
    ...guest,
    role: 'source-copy',
    power: 'shutdown',
    powerBefore: guest.power,
    plugged: [],
    console: guest.power === 'running' ? noted(here, guest.console, 'off') : guest.console,
  }
  removeAll(here, guest.server, ['guest'])
  here.held.put(copy)
  return copy
}
