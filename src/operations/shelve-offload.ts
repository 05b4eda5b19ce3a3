/**
 * Take a shelved server off its host: what it was is in its image.
 *
 * The guest goes first, then everything it held is given back in one commit with the record, so that nothing is free that is
 * still in use, and nothing in use that is free.
 */
import { nothing } from '../saga/nothing.ts'
import * as servers from '../store/compute/servers.ts'
import * as holdings from '../store/placement/holdings.ts'
import { chargeNoSize } from './charging.ts'
import { asLongAsItTakes, destroyOrFindIntact } from './destroying.ts'
import { operation } from './kit.ts'
import { takeAlong } from './belongings.ts'
import { settleFailed } from './settling.ts'
import type { HostedParams } from './settling.ts'

export const offloadServer = operation<HostedParams>('server.shelve-offload')
  .hostStep('guestDestroyed', 'Destroy the guest', {
    event: 'compute_shelve_offload_instance',
    shows: { task: 'shelving_offloading' },
    on: ({ p }) => p.host,
    patienceMs: asLongAsItTakes,
    do: async (c) => await destroyOrFindIntact(c, c.p.host),
    undo: nothing('its disk is in the image, and offloading again finishes it'),
  })

  .pointOfNoReturn('the guest is gone: its place must be given back')

  .step('offloaded', 'Give back everything it held on the host', {
    event: 'compute_shelve_offload_instance',
    do: async ({ tx, p, now }) => {
      const server = await servers.hold(tx, p.serverId)
      await holdings.release(tx, p.serverId, now)
      await chargeNoSize(tx, server)
      await takeAlong(tx, p.serverId, null, now)
      const nowhere = { host: null, zone: server.pinnedZone } as const
      const rests = { vmState: 'shelved_offloaded', taskState: null } as const
      // One that boots from a volume was not on the shelf before.
      const shelved = server.shelved ?? { at: now, imageId: null, host: p.host }
      const off = { ...rests, powerState: 'shutdown', shelved } as const
      await servers.change(tx, server, { ...nowhere, ...off }, now)
    },
    undo: nothing('after the point of no return'),
  })
  .end({
    failed: async (c, failure) => {
      // Whoever calls it off does not wait for the host to say whether the guest is still there.
      const calledOff = c.run.interrupt !== null
      await settleFailed(c, failure, calledOff ? { vmState: 'error' } : {})
    },
  })
