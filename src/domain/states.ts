/**
 * The states of servers and migrations, by the field's names.
 *
 * A server is described by two stored words: `VmState`, where it rests, and `TaskState`, what is being done with it, or null.
 * The single word that clients read, `status`, follows from the two.
 */

export type VmState =
  | 'building'
  | 'active'
  | 'paused'
  | 'suspended'
  | 'stopped'
  | 'rescued'
  | 'resized'
  | 'soft-delete'
  | 'deleted'
  | 'error'
  | 'shelved'
  | 'shelved_offloaded'

export type TaskState =
  | 'scheduling'
  | 'networking'
  | 'block_device_mapping'
  | 'spawning'
  | 'image_snapshot_pending'
  | 'image_snapshot'
  | 'image_pending_upload'
  | 'image_uploading'
  | 'image_backup'
  | 'resize_prep'
  | 'resize_migrating'
  | 'resize_migrated'
  | 'resize_finish'
  | 'resize_reverting'
  | 'migrating'
  | 'rebuilding'
  | 'rebuild_block_device_mapping'
  | 'rebuild_spawning'
  | 'rebooting'
  | 'reboot_pending'
  | 'reboot_started'
  | 'rebooting_hard'
  | 'reboot_pending_hard'
  | 'reboot_started_hard'
  | 'powering-off'
  | 'powering-on'
  | 'pausing'
  | 'unpausing'
  | 'suspending'
  | 'resuming'
  | 'rescuing'
  | 'unrescuing'
  | 'deleting'
  | 'soft-deleting'
  | 'restoring'
  | 'shelving'
  | 'shelving_image_pending_upload'
  | 'shelving_image_uploading'
  | 'shelving_offloading'
  | 'unshelving'
  | 'updating_password'

export type ServerStatus =
  | 'ACTIVE'
  | 'BUILD'
  | 'DELETED'
  | 'ERROR'
  | 'HARD_REBOOT'
  | 'MIGRATING'
  | 'PASSWORD'
  | 'PAUSED'
  | 'REBOOT'
  | 'REBUILD'
  | 'RESCUE'
  | 'RESIZE'
  | 'REVERT_RESIZE'
  | 'SHELVED'
  | 'SHELVED_OFFLOADED'
  | 'SHUTOFF'
  | 'SOFT_DELETED'
  | 'SUSPENDED'
  | 'VERIFY_RESIZE'

type Shown = Partial<Record<TaskState, ServerStatus>>

const rebooting: Shown = {
  rebooting: 'REBOOT',
  reboot_pending: 'REBOOT',
  reboot_started: 'REBOOT',
  rebooting_hard: 'HARD_REBOOT',
  reboot_pending_hard: 'HARD_REBOOT',
  reboot_started_hard: 'HARD_REBOOT',
}
const rebuilding: Shown = {
  rebuilding: 'REBUILD',
  rebuild_block_device_mapping: 'REBUILD',
  rebuild_spawning: 'REBUILD',
}
const resizing: Shown = {
  resize_prep: 'RESIZE',
  resize_migrating: 'RESIZE',
  resize_migrated: 'RESIZE',
  resize_finish: 'RESIZE',
}

/** What a resting state is called, and the tasks that change the name. */
const statuses: Record<VmState, readonly [ServerStatus, Shown]> = {
  active: [
    'ACTIVE',
    {
      ...rebooting,
      ...rebuilding,
      ...resizing,
      updating_password: 'PASSWORD',
      migrating: 'MIGRATING',
    },
  ],
  building: ['BUILD', {}],
  stopped: ['SHUTOFF', { ...resizing, ...rebuilding }],
  resized: ['VERIFY_RESIZE', { resize_reverting: 'REVERT_RESIZE' }],
  paused: ['PAUSED', { migrating: 'MIGRATING' }],
  suspended: ['SUSPENDED', {}],
  rescued: ['RESCUE', {}],
  error: ['ERROR', rebuilding],
  deleted: ['DELETED', {}],
  'soft-delete': ['SOFT_DELETED', {}],
  shelved: ['SHELVED', {}],
  shelved_offloaded: ['SHELVED_OFFLOADED', {}],
}

/** The status that clients read. */
export function statusOf(vmState: VmState, taskState: TaskState | null): ServerStatus {
  const [resting, during] = statuses[vmState]
  return (taskState === null ? undefined : during[taskState]) ?? resting
}

/** What a resting state is called while a task changes its name: the tasks that do, with the name. */
export function shownDuring(vmState: VmState): Readonly<Shown> {
  return statuses[vmState][1]
}

/** The vm states that a status can stand for: what a filter by status looks for. */
export function vmStatesShownAs(status: string): readonly VmState[] {
  // The keys of a total record are its key type.
  const all = Object.keys(statuses) as VmState[]
  return all.filter((vmState) => {
    const [resting, during] = statuses[vmState]
    return resting === status || Object.values(during).some((shown) => shown === status)
  })
}

export type MigrationKind = 'migration' | 'resize' | 'live-migration' | 'evacuation'

export type MigrationStatus =
  | 'accepted'
  | 'pre-migrating'
  | 'queued'
  | 'preparing'
  | 'running'
  | 'running (post-copy)'
  | 'migrating'
  | 'post-migrating'
  | 'finished'
  | 'confirming'
  | 'reverting'
  | 'confirmed'
  | 'reverted'
  | 'done'
  | 'completed'
  | 'cancelled'
  | 'failed'
  | 'error'

/**
 * Whether nothing is owed any more. There is one definition: an evacuation that is `done` still owes the source its clean-up
 * and is open.
 */
const ended: Record<MigrationStatus, boolean> = {
  accepted: false,
  'pre-migrating': false,
  queued: false,
  preparing: false,
  running: false,
  'running (post-copy)': false,
  migrating: false,
  'post-migrating': false,
  finished: false,
  confirming: false,
  reverting: false,
  confirmed: true,
  reverted: true,
  done: false,
  completed: true,
  cancelled: true,
  failed: true,
  error: true,
}

export function hasEnded(status: MigrationStatus): boolean {
  return ended[status]
}

export type PowerState = 'nostate' | 'running' | 'paused' | 'shutdown' | 'crashed' | 'suspended'
