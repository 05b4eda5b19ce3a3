/**
 * A guest that runs moves. The switch-over changes both hosts in one transaction, so at no moment does the guest run on both or
 * on neither.
 */
import type { HostName, ServerId } from '../../../domain/ids.ts'
import type { Problem } from '../../../lib/problem.ts'
import { driverProblem } from '../../exceptions.ts'
import type { GuestSpec, PowerState } from '../../virt-driver.ts'
import { bodyOf, guestOf, inOrder, mustHave, removeAll } from '../place.ts'
import type { Place } from '../place.ts'

const movable: readonly PowerState[] = ['running', 'paused']

export const liveMove = {
  checkCanLiveMigrateDestination(here: Place, spec: GuestSpec, _source: HostName): void {
    if (guestOf(here, spec.server) !== null) {
      throw driverProblem('MigrationPreCheckError', {
        server: spec.server,
        host: here.host,
        reason: 'the guest is on the destination already',
      })
    }
  },

  checkCanLiveMigrateSource(here: Place, server: ServerId, _destination: HostName): void {
    const { power } = mustHave(here, server)
    if (!movable.includes(power)) {
      const reason = `the guest is ${power}`
      throw driverProblem('MigrationPreCheckError', { server, host: here.host, reason })
    }
  },

  preLiveMigration(here: Place, spec: GuestSpec): void {
    // The second of two calls may come when the guest is here already: then there is nothing to prepare.
    if (guestOf(here, spec.server) !== null) return
    here.held.put({ ...bodyOf(here, spec, { disk: '', power: 'shutdown' }), role: 'incoming' })
  },

  liveMigration(here: Place, server: ServerId, destination: HostName): void {
    const { held } = here
    if (guestOf(here, server) === null && held.body(destination, server, 'guest') !== null) return
    const guest = mustHave(here, server)
    if (destination === here.host) return
    const prepared = held.body(destination, server, 'incoming')
    if (!movable.includes(guest.power)) throw refusal(here, server, `the guest is ${guest.power}`)
    if (prepared === null) throw refusal(here, server, 'the destination is not prepared')
    held.put({ ...guest, host: destination, plugged: prepared.plugged })
    held.remove(destination, server, 'incoming')
    held.remove(here.host, server, 'guest')
    held.put({ ...guest, role: 'remains', power: 'shutdown', diskGeneration: '' })
  },

  postLiveMigrationAtSource(here: Place, server: ServerId): void {
    removeAll(here, server, ['source-copy', 'incoming', 'remains'])
  },

  postLiveMigrationAtDestination(here: Place, spec: GuestSpec): void {
    here.held.put(inOrder(mustHave(here, spec.server), spec))
  },

  rollbackLiveMigrationAtDestination(here: Place, server: ServerId): void {
    removeAll(here, server, ['incoming'])
  },
}

function refusal(here: Place, server: ServerId, reason: string): Problem {
  return driverProblem('MigrationError', { server, host: here.host, reason })
}
