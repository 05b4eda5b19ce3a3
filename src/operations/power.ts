/**
 * Stop, start and reboot a server: one call to its host, and the record of what came of it.
 *
 * There is nothing to undo: the verbs make it so or leave it, and what a guest really does is seen by the power state
 * reconciler. A failure leaves the server where it rested, with a fault; only a reboot that leaves no running guest is an
 * error of the server.
 */
import type { HostName } from '../domain/ids.ts'
import type { Problem } from '../lib/problem.ts'
import { nothing } from '../saga/nothing.ts'
import type { GuestSpec } from '../drivers/virt-driver.ts'
import * as servers from '../store/compute/servers.ts'
import type { ServerPatch } from '../store/compute/servers.ts'
import { addFault } from './faults.ts'
import { guestOf } from './guests.ts'
import { on, operation } from './kit.ts'
import type { Called, Recorded, ServerParams } from './kit.ts'
import { rebootOn } from './rebooting.ts'

export type PowerParams = ServerParams & { readonly host: HostName }
export type RebootParams = PowerParams & { readonly type: 'SOFT' | 'HARD' }

type Ready = { readonly ready: { readonly guest: GuestSpec } }

/** The guest as it should be, read before the host is called. */
async function readGuest(c: Recorded<PowerParams>): Promise<Ready['ready']> {
  const server = await servers.get(c.tx, c.p.serverId)
  return { guest: await guestOf(c.tx, server) }
}

async function settle(c: Recorded<PowerParams>, patch: ServerPatch): Promise<void> {
  const server = await servers.hold(c.tx, c.p.serverId)
  await servers.change(c.tx, server, { taskState: null, ...patch }, c.now)
}

async function failed(
  c: Recorded<PowerParams>,
  failure: Problem,
  patch: ServerPatch = {},
): Promise<void> {
  await addFault(c.tx, c.p.serverId, failure, c.now)
  await settle(c, patch)
}

const looks = nothing('it only looks')
const asIs = nothing('the verb makes it so or leaves it as it was')

export const stopServer = operation<PowerParams>('server.stop')
  .hostStep('poweredOff', 'Power the guest off', {
    event: 'compute_stop_instance',
    shows: { task: 'powering-off' },
    on: ({ p }) => p.host,
    do: async (c) => await on(c, c.p.host).powerOff(c.p.serverId),
    then: async (c) => await settle(c, { vmState: 'stopped', powerState: 'shutdown' }),
    undo: asIs,
  })
  .end({ failed: async (c, failure) => await failed(c, failure) })

export const startServer = operation<PowerParams>('server.start')
  .step('ready', 'Read what the guest should be', {
    event: 'compute_start_instance',
    shows: { task: 'powering-on' },
    do: readGuest,
    undo: looks,
  })
  .hostStep('poweredOn', 'Power the guest on', {
    event: 'compute_start_instance',
    on: ({ p }) => p.host,
    do: async (c: Called<PowerParams, Ready>) => await on(c, c.p.host).powerOn(c.out.ready.guest),
    then: async (c) => await settle(c, { vmState: 'active', powerState: 'running' }),
    undo: asIs,
  })
  .end({ failed: async (c, failure) => await failed(c, failure) })

export const rebootServer = operation<RebootParams>('server.reboot')
  .step('ready', 'Read what the guest should be', {
    event: 'compute_reboot_instance',
    do: readGuest,
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
      if (runs) await settle(c, { vmState: 'active', powerState: 'running' })
      else await failed(c, failure, { vmState: 'error' })
    },
  })
