/** Pause a guest in memory, and let it go on. A failure leaves the server as it was, with a fault to read. */
import { on, operation } from './kit.ts'
import { asIs, settle, settleFailed } from './settling.ts'
import type { HostedParams } from './settling.ts'

export const pauseServer = operation<HostedParams>('server.pause')
  .hostStep('paused', 'Pause the guest', {
    event: 'compute_pause_instance',
    shows: { task: 'pausing' },
    on: ({ p }) => p.host,
    do: async (c) => await on(c, c.p.host).pause(c.p.serverId),
    then: async (c) => await settle(c, { vmState: 'paused', powerState: 'paused' }),
    undo: asIs,
  })
  .end({ failed: async (c, failure) => await settleFailed(c, failure) })

export const unpauseServer = operation<HostedParams>('server.unpause')
  .hostStep('unpaused', 'Let the guest go on', {
    event: 'compute_unpause_instance',
    shows: { task: 'unpausing' },
    on: ({ p }) => p.host,
    do: async (c) => await on(c, c.p.host).unpause(c.p.serverId),
    then: async (c) => await settle(c, { vmState: 'active', powerState: 'running' }),
    undo: asIs,
  })
  .end({ failed: async (c, failure) => await settleFailed(c, failure) })
