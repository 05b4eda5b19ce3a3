/**
 * Set the password of the guest's administrator.
 *
 * The password itself is nowhere in the records. A guest that does not run, or cannot be told, leaves the server as it was.
 */
import { exceptionOf } from '../drivers/exceptions.ts'
import { problem } from '../lib/problem.ts'
import { on, operation } from './kit.ts'
import { asIs, settle, settleFailed } from './settling.ts'
import type { HostedParams } from './settling.ts'

const harmless: ReadonlySet<string> = new Set(['InstancePasswordSetFailed', 'NotImplementedError'])

export const changePassword = operation<HostedParams>('server.change-password')
  .hostStep('passwordSet', 'Tell the guest its new password', {
    event: 'compute_set_admin_password',
    shows: { task: 'updating_password' },
    on: ({ p }) => p.host,
    do: async (c) => {
      const password = c.tools.secrets.reveal(c.run.sagaId)
      if (password === null) {
        const message = 'The password was lost when the control plane restarted: set it again'
        throw problem('failed', message, { exception: 'InstancePasswordSetFailed' })
      }
      await on(c, c.p.host).setAdminPassword(c.p.serverId, password)
    },
    then: async (c) => {
      await settle(c)
      c.tools.secrets.forget(c.run.sagaId)
    },
    undo: asIs,
  })
  .end({
    failed: async (c, failure) => {
      const asBefore =
        c.run.interrupt !== null ||
        failure.kind === 'unavailable' ||
        harmless.has(exceptionOf(failure).name)
      await settleFailed(c, failure, asBefore ? {} : { vmState: 'error' })
      c.tools.secrets.forget(c.run.sagaId)
    },
  })
