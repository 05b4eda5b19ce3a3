/** Actions on servers. */
import { remove } from '../../../app/servers/delete.ts'
import * as locks from '../../../app/servers/lock.ts'
import * as pausing from '../../../app/servers/pause.ts'
import * as power from '../../../app/servers/power.ts'
import * as rescuing from '../../../app/servers/rescue.ts'
import { resetState } from '../../../app/servers/reset-state.ts'
import * as resizing from '../../../app/servers/resize.ts'
import * as shelving from '../../../app/servers/shelve.ts'
import { restore } from '../../../app/servers/soft-delete.ts'
import type { RequestContext } from '../../../app/context.ts'
import type { ServerContext } from '../../../app/servers/context.ts'
import type { Identity } from '../../../domain/identity.ts'
import type { Rule } from '../../../domain/policy.ts'
import { accepted, noContent } from '../replies.ts'
import { action } from '../route.ts'
import type { Route } from '../route.ts'
import * as schemas from '../schemas/server-actions.ts'

const path = '/servers/{id}/action'

export const serverActionRoutes: readonly Route[] = [
  plain('os-start', 'server.start', 'servers:start', power.start),
  plain('os-stop', 'server.stop', 'servers:stop', power.stop),
  plain('revertResize', 'server.revertResize', 'servers:revert_resize', resizing.revertResize),
  plain('pause', 'server.pause', 'os-pause-server:pause', pausing.pause),
  plain('unpause', 'server.unpause', 'os-pause-server:unpause', pausing.unpause),
  plain('suspend', 'server.suspend', 'os-suspend-server:suspend', pausing.suspend),
  plain('resume', 'server.resume', 'os-suspend-server:resume', pausing.resume),
  plain('unrescue', 'server.unrescue', 'os-unrescue', rescuing.unrescue),
  plain('restore', 'server.restore', 'os-deferred-delete:restore', restore),
  plain('shelve', 'server.shelve', 'os-shelve:shelve', shelving.shelve),
  plain(
    'shelveOffload',
    'server.shelveOffload',
    'os-shelve:shelve_offload',
    shelving.shelveOffload,
  ),
  plain('unlock', 'server.unlock', 'os-lock-server:unlock', locks.unlock),
  plain('forceDelete', 'server.forceDelete', 'os-deferred-delete:force', async (...to) => {
    await remove(...to, 'forceDelete')
  }),
  action('confirmResize', {
    name: 'server.confirmResize',
    path,
    policyWithin: 'servers:confirm_resize',
    request: schemas.bare('confirmResize'),
    handler: async ({ ctx, who, request, params: { id = '' } }) => {
      await resizing.confirmResize(ctx, who, request, id)
      return noContent()
    },
  }),
  action('reboot', {
    name: 'server.reboot',
    path,
    policyWithin: 'servers:reboot',
    request: schemas.reboot,
    handler: async ({ ctx, who, request, params: { id = '' }, body }) => {
      const isHard = body.reboot.type.toUpperCase() === 'HARD'
      await power.reboot(ctx, who, request, id, isHard ? 'HARD' : 'SOFT')
      return accepted()
    },
  }),
  action('resize', {
    name: 'server.resize',
    path,
    policyWithin: 'servers:resize',
    request: schemas.resize,
    handler: async ({ ctx, who, request, params: { id = '' }, body: { resize: wish } }) => {
      const diskConfig = wish['OS-DCF:diskConfig']
      const flavorRef = String(wish.flavorRef)
      const given = diskConfig === undefined ? { flavorRef } : { flavorRef, diskConfig }
      await resizing.resize(ctx, who, request, id, given)
      return accepted()
    },
  }),
  action('migrate', {
    name: 'server.migrate',
    path,
    policyWithin: 'os-migrate-server:migrate',
    request: schemas.migrate,
    handler: async ({ ctx, who, request, params: { id = '' }, body, api }) => {
      // Before a host could be chosen, what was said here was overlooked.
      const host = api.has('coldMigrationToHost') ? (body.migrate?.host ?? null) : null
      await resizing.migrate(ctx, who, request, id, { host })
      return accepted()
    },
  }),
  action('lock', {
    name: 'server.lock',
    path,
    policyWithin: 'os-lock-server:lock',
    request: schemas.lock,
    handler: async ({ ctx, who, request, params: { id = '' }, body, api }) => {
      const reason = api.has('locksHaveReasons') ? (body.lock?.locked_reason ?? null) : null
      await locks.lock(ctx, who, request, id, reason)
      return accepted()
    },
  }),
  action('os-resetState', {
    name: 'server.resetState',
    path,
    policyWithin: 'os-admin-actions:reset_state',
    request: schemas.resetState,
    handler: async ({ ctx, who, request, params: { id = '' }, body }) => {
      await resetState(ctx, who, request, id, body['os-resetState'].state)
      return accepted()
    },
  }),
]

/** An action that takes nothing and is accepted. */
function plain(
  key: string,
  name: string,
  rule: Rule,
  useCase: (
    ctx: ServerContext,
    who: Identity,
    request: RequestContext,
    id: string,
  ) => Promise<void>,
): Route {
  return action(key, {
    name,
    path,
    policyWithin: rule,
    request: schemas.bare(key),
    handler: async ({ ctx, who, request, params: { id = '' } }) => {
      await useCase(ctx, who, request, id)
      return accepted()
    },
  })
}
