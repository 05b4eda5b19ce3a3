/**
 * Stop, start and reboot a server: one call to its host, and the record of what came of it.
 *
 * There is nothing to undo: the verbs make it so or leave it, and what a guest really does is seen by the power state
 * reconciler. A failure leaves the server where it rested, with a fault; only a reboot that leaves no running guest is an
 * error of the server.
 */
import * as servers from '../store/compute/servers.ts'
import { on, operation } from './kit.ts'
import type { Called } from './kit.ts'
import { rebootOn } from './rebooting.ts'
import { asIs, looks, nothingCalled, readLoneGuest, settle, settleFailed } from './settling.ts'
import type { HostedParams, Ready } from './settling.ts'

export type PowerParams = HostedParams
export type RebootParams = PowerParams & { readonly type: 'SOFT' | 'HARD' }

export const stopServer = operation<PowerParams>('server.stop')
  .hostStep('poweredOff', 'Power the guest off', {
    event: 'compute_stop_instance',
    shows: { task: 'powering-off' },
    on: ({ p }) => p.host,
    do: async (c) => await on(c, c.p.host).powerOff(c.p.serverId),
    then: async (c) => {
      const { vmState } = await servers.get(c.tx, c.p.serverId)
      // A host that gave no answer when the server was put aside, or brought back, is asked again by the power sync; that brings nothing back.
      const rests = vmState === 'soft-delete' || vmState === 'shelved' ? vmState : 'stopped'
      await settle(c, { vmState: rests, powerState: 'shutdown' })
    },
    undo: asIs,
  })
  .end({ failed: async (c, failure) => await settleFailed(c, failure) })

export const startServer = operation<PowerParams>('server.start')
  .step('ready', 'Read what the guest should be', {
    event: 'compute_start_instance',
    shows: { task: 'powering-on' },
    do: readLoneGuest,
    undo: looks,
  })
  .hostStep('poweredOn', 'Power the guest on', {
    event: 'compute_start_instance',
    on: ({ p }) => p.host,
    do: async (c: Called<PowerParams, Ready>) => await on(c, c.p.host).powerOn(c.out.ready.guest),
    then: async (c) => await settle(c, { vmState: 'active', powerState: 'running' }),
    undo: asIs,
  })
  .end({ failed: async (c, failure) => await settleFailed(c, failure) })

export const rebootServer = operation<RebootParams>('server.reboot')
  .step('ready', 'Read what the guest should be', {
    event: 'compute_reboot_instance',
    do: readLoneGuest,
    undo: looks,
  })
  .hostStep('rebooted', 'Reboot the guest', {
    event: 'compute_reboot_instance',
    on: ({ p }) => p.host,
    do: async (c: Called<RebootParams, Ready>) => await rebootOn(c, c.out.ready.guest),
    then: async (c) => {
      const { vmState } = await servers.get(c.tx, c.p.serverId)
      const rests = vmState === 'rescued' ? 'rescued' : 'active'
      await settle(c, { vmState: rests, powerState: 'running' })
    },
    undo: asIs,
  })
  .end({
    failed: async (c, failure) => {
      // What no longer runs is in error; what still runs goes on, and the failure is in the action.
      const runs = failure.details['power'] === 'running'
      if (nothingCalled(c)) await settleFailed(c, failure)
      else if (runs) await settle(c, { vmState: 'active', powerState: 'running' })
      else await settleFailed(c, failure, { vmState: 'error' })
    },
  })
