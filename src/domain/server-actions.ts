/**
 * What may be done with a server in which state: total tables, read by the API, the dashboard, the documentation and tests.
 *
 * Nobody asks for a state elsewhere. Adding a state or an action makes the compiler list every decision still to take.
 */
import { problem } from '../lib/problem.ts'
import { isAdmin } from './identity.ts'
import type { Identity } from './identity.ts'
import type { Server } from './server.ts'
import type { TaskState, VmState } from './states.ts'

export type ServerAction =
  | 'delete'
  | 'soft-delete'
  | 'forceDelete'
  | 'restore'
  | 'stop'
  | 'start'
  | 'reboot-soft'
  | 'reboot-hard'
  | 'pause'
  | 'unpause'
  | 'suspend'
  | 'resume'
  | 'rescue'
  | 'unrescue'
  | 'changePassword'
  | 'createImage'
  | 'createBackup'
  | 'rebuild'
  | 'evacuate'
  | 'resize'
  | 'migrate'
  | 'confirmResize'
  | 'revertResize'
  | 'live-migrate'
  | 'force-complete'
  | 'abort-migration'
  | 'shelve'
  | 'shelveOffload'
  | 'unshelve'
  | 'attach_volume'
  | 'detach_volume'
  | 'swap_volume'
  | 'attach_interface'
  | 'detach_interface'
  | 'update-metadata'
  | 'trigger_crash_dump'
  | 'inject-network-info'

/** What an action needs besides the right resting state. */
type Conditions = {
  /** Task states in which it is allowed; `idle` is none. */
  readonly tasks: readonly (TaskState | 'idle')[] | 'any'
  /** Whether the server must have run at least once. */
  readonly launched: boolean
  /** Whether a lock keeps everybody but admins out. */
  readonly lockable: boolean
  /** Whether it must be on a host. */
  readonly hosted: boolean
  /** What the refusal calls it. */
  readonly word: string
}

const idle = { tasks: ['idle'], launched: true, lockable: true, hosted: false } as const
const always = { tasks: 'any', launched: false, lockable: true, hosted: false } as const

export const conditions: Record<ServerAction, Conditions> = {
  delete: { ...always, word: 'delete' },
  'soft-delete': { ...always, word: 'delete' },
  forceDelete: { ...always, word: 'forceDelete' },
  restore: { ...idle, word: 'restore' },
  stop: { ...idle, hosted: true, word: 'stop' },
  start: { ...idle, hosted: true, word: 'start' },
  'reboot-soft': { ...idle, word: 'reboot' },
  'reboot-hard': {
    ...idle,
    tasks: [
      'idle',
      'rebooting',
      'reboot_pending',
      'reboot_started',
      'rebooting_hard',
      'resuming',
      'unpausing',
      'pausing',
      'suspending',
    ],
    word: 'reboot',
  },
  pause: { ...idle, word: 'pause' },
  unpause: { ...idle, word: 'unpause' },
  suspend: { ...idle, word: 'suspend' },
  resume: { ...idle, word: 'resume' },
  rescue: { ...idle, word: 'rescue' },
  unrescue: { ...idle, word: 'unrescue' },
  changePassword: { ...idle, word: 'changePassword' },
  createImage: { ...idle, lockable: false, word: 'createImage' },
  createBackup: { ...idle, lockable: false, word: 'createBackup' },
  rebuild: { ...idle, word: 'rebuild' },
  evacuate: { ...idle, tasks: 'any', lockable: false, word: 'evacuate' },
  resize: { ...idle, word: 'resize' },
  migrate: { ...idle, word: 'migrate' },
  confirmResize: { ...idle, word: 'confirmResize' },
  revertResize: { ...idle, word: 'revertResize' },
  'live-migrate': { ...idle, word: 'os-migrateLive' },
  'force-complete': { ...idle, tasks: ['migrating'], word: 'force_complete' },
  'abort-migration': { ...idle, tasks: ['migrating'], word: 'abort live migration' },
  shelve: { ...idle, word: 'shelve' },
  shelveOffload: { ...idle, word: 'shelveOffload' },
  unshelve: { ...idle, word: 'unshelve' },
  attach_volume: { ...idle, word: 'attach_volume' },
  detach_volume: { ...idle, word: 'detach_volume' },
  swap_volume: { ...idle, word: 'swap_volume' },
  attach_interface: { ...idle, word: 'attach_interface' },
  detach_interface: { ...idle, word: 'detach_interface' },
  'update-metadata': { ...idle, tasks: 'any', word: 'update metadata' },
  'inject-network-info': { ...idle, launched: false, hosted: true, word: 'inject_network_info' },
  trigger_crash_dump: { ...idle, hosted: true, word: 'trigger_crash_dump' },
}

/** What is allowed in every state, as long as the server is there. */
const everywhere = ['delete', 'soft-delete', 'forceDelete', 'inject-network-info'] as const
const attachments = ['attach_volume', 'detach_volume'] as const
const snapshots = ['createImage', 'createBackup'] as const
const interfaces = ['attach_interface', 'detach_interface'] as const

/** What each resting state allows. */
export const allowed: Record<VmState, ReadonlySet<ServerAction>> = {
  building: new Set([...everywhere, 'abort-migration']),
  active: new Set([
    ...everywhere,
    ...attachments,
    ...snapshots,
    ...interfaces,
    'stop',
    'reboot-soft',
    'reboot-hard',
    'pause',
    'suspend',
    'rescue',
    'changePassword',
    'rebuild',
    'evacuate',
    'resize',
    'migrate',
    'live-migrate',
    'force-complete',
    'abort-migration',
    'shelve',
    'swap_volume',
    'update-metadata',
    'trigger_crash_dump',
  ]),
  paused: new Set([
    ...everywhere,
    ...attachments,
    ...snapshots,
    ...interfaces,
    'reboot-hard',
    'unpause',
    'live-migrate',
    'abort-migration',
    'shelve',
    'swap_volume',
    'update-metadata',
    'trigger_crash_dump',
  ]),
  suspended: new Set([
    ...everywhere,
    ...snapshots,
    'reboot-hard',
    'resume',
    'abort-migration',
    'shelve',
    'update-metadata',
  ]),
  stopped: new Set([
    ...everywhere,
    ...attachments,
    ...snapshots,
    ...interfaces,
    'start',
    'reboot-hard',
    'rescue',
    'rebuild',
    'evacuate',
    'resize',
    'migrate',
    'abort-migration',
    'shelve',
    'update-metadata',
  ]),
  rescued: new Set([...everywhere, 'unrescue', 'abort-migration', 'trigger_crash_dump']),
  resized: new Set([
    ...everywhere,
    ...attachments,
    'confirmResize',
    'revertResize',
    'abort-migration',
    'swap_volume',
    'trigger_crash_dump',
  ]),
  'soft-delete': new Set([...everywhere, ...attachments, 'restore', 'abort-migration']),
  deleted: new Set(),
  error: new Set([
    ...everywhere,
    'stop',
    'reboot-hard',
    'rescue',
    'rebuild',
    'evacuate',
    'abort-migration',
    'trigger_crash_dump',
  ]),
  shelved: new Set([...everywhere, ...attachments, 'shelveOffload', 'unshelve', 'abort-migration']),
  shelved_offloaded: new Set([...everywhere, ...attachments, 'unshelve', 'abort-migration']),
}

/**
 * Lets pass what may be done now. Checks in the order that clients see: lock, resting state, task, launched, host.
 * @throws `conflict` in Nova's words.
 */
export function allow(who: Identity, server: Server, action: ServerAction): void {
  const needs = conditions[action]
  if (needs.lockable && server.locked && !isAdmin(who)) {
    throw problem('conflict', `Instance ${server.id} is locked`, { action })
  }
  if (!allowed[server.vmState].has(action)) {
    throw refusal(server, needs.word, 'vm_state', server.vmState)
  }
  if (needs.tasks !== 'any' && !needs.tasks.includes(server.taskState ?? 'idle')) {
    throw refusal(server, needs.word, 'task_state', server.taskState)
  }
  if (needs.launched && server.launchedAt === null) {
    throw refusal(server, needs.word, 'launched_at', null)
  }
  if (needs.hosted && server.host === null) {
    throw problem('conflict', `Instance ${server.id} is not ready`, { action })
  }
}

/** Refuses what cannot be done while one of these tasks is under way. @throws `conflict` in Nova's words. */
export function refuseWhile(server: Server, word: string, tasks: readonly TaskState[]): void {
  if (server.taskState === null || !tasks.includes(server.taskState)) return
  throw refusal(server, word, 'task_state', server.taskState)
}

function refusal(server: Server, word: string, attribute: string, value: string | null): Error {
  const message =
    value === null
      ? `Instance ${server.id} is in an invalid state for '${word}'`
      : `Cannot '${word}' instance ${server.id} while it is in ${attribute} ${value}`
  return problem('conflict', message, { action: word, [attribute]: value })
}
