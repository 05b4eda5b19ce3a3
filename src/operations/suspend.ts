/**
 * Suspend a guest to disk, and resume it.
 *
 * A host that cannot do it leaves the server as it was. Any other failure leaves nobody knowing whether the memory is safe,
 * so the server is in error until somebody looks or reboots it hard.
 */
import { exceptionOf } from '../drivers/exceptions.ts'
import type { Problem } from '../lib/problem.ts'
import { on, operation } from './kit.ts'
import type { Called, Recorded } from './kit.ts'
import { asIs, looks, nothingCalled, readLoneGuest, settle, settleFailed } from './settling.ts'
import type { HostedParams, Ready } from './settling.ts'

async function failed(c: Recorded<HostedParams>, failure: Problem): Promise<void> {
  const untouched = c.run.interrupt !== null || exceptionOf(failure).rollsBack
  await settleFailed(c, failure, untouched ? {} : { vmState: 'error' })
}

export const suspendServer = operation<HostedParams>('server.suspend')
  .hostStep('suspended', 'Suspend the guest to disk', {
    event: 'compute_suspend_instance',
    shows: { task: 'suspending' },
    on: ({ p }) => p.host,
    do: async (c) => await on(c, c.p.host).suspend(c.p.serverId),
    then: async (c) => await settle(c, { vmState: 'suspended', powerState: 'suspended' }),
    undo: asIs,
  })
  .end({ failed })

export const resumeServer = operation<HostedParams>('server.resume')
  .step('ready', 'Read what the guest should be', {
    event: 'compute_resume_instance',
    shows: { task: 'resuming' },
    do: readLoneGuest,
    undo: looks,
  })
  .hostStep('resumed', 'Resume the guest', {
    event: 'compute_resume_instance',
    on: ({ p }) => p.host,
    do: async (c: Called<HostedParams, Ready>) => await on(c, c.p.host).resume(c.out.ready.guest),
    then: async (c) => await settle(c, { vmState: 'active', powerState: 'running' }),
    undo: asIs,
  })
  .end({
    failed: async (c, failure) => {
      if (nothingCalled(c)) await settleFailed(c, failure)
      else await failed(c, failure)
    },
  })
