/** Make a guest write down what is in its memory. It leaves no trace in the records, whatever comes of it, but a fault. */
import { on, operation } from './kit.ts'
import { asIs, settleFailed } from './settling.ts'
import type { HostedParams } from './settling.ts'

export const triggerCrashDump = operation<HostedParams>('server.trigger-crash-dump')
  .hostStep('interrupted', 'Interrupt the guest so that it dumps its memory', {
    event: 'compute_trigger_crash_dump',
    on: ({ p }) => p.host,
    do: async (c) => await on(c, c.p.host).triggerCrashDump(c.p.serverId),
    undo: asIs,
  })
  .end({ failed: async (c, failure) => await settleFailed(c, failure) })
