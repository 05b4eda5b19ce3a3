/**
 * What is expected of every action in every state, written down by itself: the table in `src/domain/server-actions.ts` is what
 * is judged by it.
 *
 * An action is looked at in this order: whether the server is locked for who asks, its resting state, its task, whether it has
 * ever run, and whether it is on a host. The first that is against it is what the refusal speaks of.
 */
import type { ServerAction } from '../../src/domain/server-actions.ts'
import type { TaskState, VmState } from '../../src/domain/states.ts'

export type Expected = {
  /** Resting states in which it may be done. */
  readonly rests: readonly VmState[] | 'any'
  /** Tasks in which it may be done; null is none. */
  readonly tasks: readonly (TaskState | null)[] | 'any'
  /** Whether the server must have run once. */
  readonly launched: boolean
  /** Whether a lock keeps everybody out who is no admin. */
  readonly locks: boolean
  /** Whether it must be on a host. */
  readonly host: boolean
  /** How a refusal calls it. */
  readonly word: string
}

const usual = { tasks: [null], launched: true, locks: true, host: false } as const
const removing = { rests: 'any', tasks: 'any', launched: false, locks: true, host: false } as const
const imaging = {
  ...usual,
  locks: false,
  rests: ['active', 'stopped', 'paused', 'suspended'],
} as const
const attaching = {
  ...usual,
  rests: ['active', 'paused', 'stopped', 'resized', 'soft-delete', 'shelved', 'shelved_offloaded'],
} as const
const plugging = { ...usual, rests: ['active', 'paused', 'stopped'] } as const

/** A reboot may follow a reboot, and what may be stuck in its memory. */
const rebootable: readonly (TaskState | null)[] = [
  null,
  'rebooting',
  'reboot_pending',
  'reboot_started',
  'rebooting_hard',
  'resuming',
  'unpausing',
  'pausing',
  'suspending',
]

export const expected: Readonly<Record<ServerAction, Expected>> = {
  delete: { ...removing, word: 'delete' },
  'soft-delete': { ...removing, word: 'delete' },
  forceDelete: { ...removing, word: 'forceDelete' },
  restore: { ...usual, rests: ['soft-delete'], word: 'restore' },
  stop: { ...usual, rests: ['active', 'error'], host: true, word: 'stop' },
  start: { ...usual, rests: ['stopped'], host: true, word: 'start' },
  'reboot-soft': { ...usual, rests: ['active'], word: 'reboot' },
  'reboot-hard': {
    ...usual,
    rests: ['active', 'stopped', 'paused', 'suspended', 'error'],
    tasks: rebootable,
    word: 'reboot',
  },
  pause: { ...usual, rests: ['active'], word: 'pause' },
  unpause: { ...usual, rests: ['paused'], word: 'unpause' },
  suspend: { ...usual, rests: ['active'], word: 'suspend' },
  resume: { ...usual, rests: ['suspended'], word: 'resume' },
  rescue: { ...usual, rests: ['active', 'stopped', 'error'], word: 'rescue' },
  unrescue: { ...usual, rests: ['rescued'], word: 'unrescue' },
  changePassword: { ...usual, rests: ['active'], word: 'changePassword' },
  createImage: { ...imaging, word: 'createImage' },
  createBackup: { ...imaging, word: 'createBackup' },
  rebuild: { ...usual, rests: ['active', 'stopped', 'error'], word: 'rebuild' },
  evacuate: {
    ...usual,
    rests: ['active', 'stopped', 'error'],
    tasks: 'any',
    locks: false,
    word: 'evacuate',
  },
  resize: { ...usual, rests: ['active', 'stopped'], word: 'resize' },
  migrate: { ...usual, rests: ['active', 'stopped'], word: 'migrate' },
  confirmResize: { ...usual, rests: ['resized'], word: 'confirmResize' },
  revertResize: { ...usual, rests: ['resized'], word: 'revertResize' },
  'live-migrate': { ...usual, rests: ['active', 'paused'], word: 'os-migrateLive' },
  'force-complete': { ...usual, rests: ['active'], tasks: ['migrating'], word: 'force_complete' },
  'abort-migration': { ...usual, rests: 'any', tasks: ['migrating'], word: 'abort live migration' },
  shelve: { ...usual, rests: ['active', 'stopped', 'paused', 'suspended'], word: 'shelve' },
  shelveOffload: { ...usual, rests: ['shelved'], word: 'shelveOffload' },
  unshelve: { ...usual, rests: ['shelved', 'shelved_offloaded'], word: 'unshelve' },
  attach_volume: { ...attaching, word: 'attach_volume' },
  detach_volume: { ...attaching, word: 'detach_volume' },
  swap_volume: { ...usual, rests: ['active', 'paused', 'resized'], word: 'swap_volume' },
  attach_interface: { ...plugging, word: 'attach_interface' },
  detach_interface: { ...plugging, word: 'detach_interface' },
  'update-metadata': {
    ...usual,
    rests: ['active', 'paused', 'suspended', 'stopped'],
    tasks: 'any',
    word: 'update metadata',
  },
  'inject-network-info': {
    ...usual,
    rests: 'any',
    launched: false,
    host: true,
    word: 'inject_network_info',
  },
  trigger_crash_dump: {
    ...usual,
    rests: ['active', 'paused', 'rescued', 'resized', 'error'],
    host: true,
    word: 'trigger_crash_dump',
  },
}

/** Every resting state of a server that lives. */
export const rests: readonly VmState[] = [
  'building',
  'active',
  'paused',
  'suspended',
  'stopped',
  'rescued',
  'resized',
  'soft-delete',
  'error',
  'shelved',
  'shelved_offloaded',
]

/** Every task, by what it belongs to. */
export const tasks: readonly (TaskState | null)[] = [
  null,
  ...(['scheduling', 'networking', 'block_device_mapping', 'spawning'] as const),
  ...(['image_snapshot_pending', 'image_snapshot', 'image_pending_upload'] as const),
  ...(['image_uploading', 'image_backup'] as const),
  ...(['resize_prep', 'resize_migrating', 'resize_migrated', 'resize_finish'] as const),
  ...(['resize_reverting', 'migrating'] as const),
  ...(['rebuilding', 'rebuild_block_device_mapping', 'rebuild_spawning'] as const),
  ...(['rebooting', 'reboot_pending', 'reboot_started'] as const),
  ...(['rebooting_hard', 'reboot_pending_hard', 'reboot_started_hard'] as const),
  ...(['powering-off', 'powering-on', 'pausing', 'unpausing', 'suspending', 'resuming'] as const),
  ...(['rescuing', 'unrescuing', 'deleting', 'soft-deleting', 'restoring'] as const),
  ...(['shelving', 'shelving_image_pending_upload', 'shelving_image_uploading'] as const),
  ...(['shelving_offloading', 'unshelving', 'updating_password'] as const),
]

export type Situation = {
  readonly id: string
  readonly vmState: VmState
  readonly taskState: TaskState | null
  readonly locked: boolean
  readonly launched: boolean
  readonly hosted: boolean
  readonly isAdmin: boolean
}

/** What a refusal says, or null when nothing is against it. */
export function refusalOf(action: ServerAction, now: Situation): string | null {
  const { rests: allowed, tasks: during, word, ...needs } = expected[action]
  const cannot = (attribute: string, value: string): string =>
    `Cannot '${word}' instance ${now.id} while it is in ${attribute} ${value}`
  const unsaid = `Instance ${now.id} is in an invalid state for '${word}'`
  if (needs.locks && now.locked && !now.isAdmin) return `Instance ${now.id} is locked`
  if (allowed !== 'any' && !allowed.includes(now.vmState)) return cannot('vm_state', now.vmState)
  if (during !== 'any' && !during.includes(now.taskState)) {
    return now.taskState === null ? unsaid : cannot('task_state', now.taskState)
  }
  if (needs.launched && !now.launched) return unsaid
  if (needs.host && !now.hosted) return `Instance ${now.id} is not ready`
  return null
}
