/** How each action is asked for over the Compute API, and what it answers when nothing is against it. */
import type { ServerAction } from '../../src/domain/server-actions.ts'
import type { Caller } from '../support/callers.ts'

export type Ask = {
  readonly method: 'DELETE' | 'POST' | 'PUT'
  /** Below the server. */
  readonly path: string
  readonly body?: object
  /** Who may do it at all. */
  readonly as?: Caller
  /** The status when it may be done now. */
  readonly ok: number
}

const act = (name: string, ok = 202, value: unknown = null): Ask => ({
  method: 'POST',
  path: '/action',
  body: { [name]: value },
  ok,
})
const byAdmin = (ask: Ask): Ask => ({ ...ask, as: 'admin' })

export type Facts = { readonly image: string; readonly flavor: string }

/** Not among them: what needs something of the server's own first, a volume or a port. */
export function asks({ image, flavor }: Facts): Partial<Record<ServerAction, Ask>> {
  return {
    delete: { method: 'DELETE', path: '', ok: 204 },
    forceDelete: act('forceDelete'),
    restore: act('restore'),
    stop: act('os-stop'),
    start: act('os-start'),
    'reboot-soft': act('reboot', 202, { type: 'SOFT' }),
    'reboot-hard': act('reboot', 202, { type: 'HARD' }),
    pause: act('pause'),
    unpause: act('unpause'),
    suspend: act('suspend'),
    resume: act('resume'),
    rescue: act('rescue', 200),
    unrescue: act('unrescue'),
    changePassword: act('changePassword', 202, { adminPass: 'new-password' }),
    createImage: act('createImage', 202, { name: 'snap' }),
    createBackup: act('createBackup', 202, { name: 'b', backup_type: 'daily', rotation: 1 }),
    rebuild: act('rebuild', 202, { imageRef: image }),
    // Its host answers.
    evacuate: byAdmin(act('evacuate', 400, {})),
    resize: act('resize', 202, { flavorRef: flavor }),
    migrate: byAdmin(act('migrate')),
    // Nothing was resized.
    confirmResize: act('confirmResize', 400),
    revertResize: act('revertResize', 400),
    'live-migrate': byAdmin(act('os-migrateLive', 202, { host: null, block_migration: 'auto' })),
    // There is no such migration.
    'force-complete': byAdmin({
      method: 'POST',
      path: '/migrations/1/action',
      body: { force_complete: null },
      ok: 404,
    }),
    'abort-migration': byAdmin({ method: 'DELETE', path: '/migrations/1', ok: 404 }),
    shelve: act('shelve'),
    shelveOffload: byAdmin(act('shelveOffload')),
    unshelve: act('unshelve'),
    'update-metadata': {
      method: 'PUT',
      path: '/metadata',
      body: { metadata: { a: 'b' } },
      ok: 200,
    },
    trigger_crash_dump: act('trigger_crash_dump'),
  }
}
