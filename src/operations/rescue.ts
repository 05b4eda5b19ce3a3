/**
 * Rescue a server: its guest runs from another image for a while, with its own disk beside it; and bring it back.
 *
 * When the host fails, or somebody calls it off while the host is at it, nobody knows which of the two runs, so the server is in
 * error: a hard reboot runs it from its own disk.
 */
import type { ImageId } from '../domain/ids.ts'
import { problem } from '../lib/problem.ts'
import type { Problem } from '../lib/problem.ts'
import { on, operation } from './kit.ts'
import type { Called, Recorded } from './kit.ts'
import { asIs, looks, nothingCalled, readLoneGuest, settle, settleFailed } from './settling.ts'
import type { HostedParams, Ready } from './settling.ts'

/** The image to run from; the server's own when it is null. */
export type RescueParams = HostedParams & { readonly imageId: ImageId | null }

async function failed(c: Recorded<HostedParams, Partial<Ready>>, failure: Problem): Promise<void> {
  await settleFailed(c, failure, nothingCalled(c) ? {} : { vmState: 'error' })
}

export const rescueServer = operation<RescueParams>('server.rescue')
  .step('ready', 'Read what the guest should be', {
    event: 'compute_rescue_instance',
    shows: { task: 'rescuing' },
    do: readLoneGuest,
    undo: looks,
  })
  .hostStep('rescued', 'Run the guest from the rescue image', {
    event: 'compute_rescue_instance',
    on: ({ p }) => p.host,
    do: async (c: Called<RescueParams, Ready>) =>
      await on(c, c.p.host).rescue(c.out.ready.guest, c.p.imageId),
    then: async (c) => await settle(c, { vmState: 'rescued', powerState: 'running' }),
    undo: asIs,
  })
  .end({
    failed: async (c, failure) => {
      const message = `Instance ${c.p.serverId} cannot be rescued: Driver Error: ${failure.message}`
      await failed(c, problem(failure.kind, message, failure.details, { cause: failure }))
    },
  })

export const unrescueServer = operation<HostedParams>('server.unrescue')
  .step('ready', 'Read what the guest should be', {
    event: 'compute_unrescue_instance',
    shows: { task: 'unrescuing' },
    do: readLoneGuest,
    undo: looks,
  })
  .hostStep('unrescued', 'Run the guest from its own disk again', {
    event: 'compute_unrescue_instance',
    on: ({ p }) => p.host,
    do: async (c: Called<HostedParams, Ready>) => await on(c, c.p.host).unrescue(c.out.ready.guest),
    then: async (c) => await settle(c, { vmState: 'active', powerState: 'running' }),
    undo: asIs,
  })
  .end({ failed })
