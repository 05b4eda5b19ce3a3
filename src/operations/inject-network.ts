/** Put the network of a guest in order, as its records say: after its addresses were changed, or because an operator asks. */
import { on, operation } from './kit.ts'
import type { Called } from './kit.ts'
import { asIs, looks, readGuest } from './settling.ts'
import type { HostedParams, Ready } from './settling.ts'

export const injectNetwork = operation<HostedParams>('server.inject-network')
  .step('ready', 'Read what the guest should be', {
    event: 'compute_inject_network_info',
    do: readGuest,
    undo: looks,
  })
  .hostStep('plugged', 'Plug the ports as they should be', {
    event: 'compute_inject_network_info',
    on: ({ p }) => p.host,
    do: async (c: Called<HostedParams, Ready>) => await on(c, c.p.host).plugVifs(c.out.ready.guest),
    undo: asIs,
  })
  // The next hard reboot makes the guest with the ports that it should have.
  .end({ failed: async () => {} })
