/**
 * What can go wrong on a host, by the names that the field gives it.
 *
 * A driver's problem carries its name in `details.exception`; the name decides what an operation does next. Drivers may raise
 * names that are not listed here: those are taken for an ordinary failure, after which another host may be tried.
 */
import type { ServerId } from '../domain/ids.ts'
import { problem } from '../lib/problem.ts'
import type { Details, Problem, ProblemKind } from '../lib/problem.ts'

/** What an operation does about it. */
export type Consequences = {
  /** Where a host is still being sought, another one may be tried with better luck. */
  readonly reschedules: boolean
  /** The guest was not touched: the server stays what it was, and is not put into error. */
  readonly rollsBack: boolean
  /** The operation itself is pointless: no other host is tried, nothing is tried again. */
  readonly aborts: boolean
}

export type DriverException = Consequences & { readonly name: string }

type Entry = Consequences & {
  readonly kind: ProblemKind
  readonly says: (about: About) => string
}

/** What a message may speak of. */
type About = { readonly server: string; readonly reason: string }

const retried: Consequences = { reschedules: true, rollsBack: false, aborts: false }
const untouched: Consequences = { reschedules: true, rollsBack: true, aborts: false }
const aborting: Consequences = { reschedules: false, rollsBack: false, aborts: true }

const failed = (then: Consequences, says: Entry['says']): Entry => ({
  kind: 'failed',
  says,
  ...then,
})

const catalogue: Readonly<Record<string, Entry>> = {
  // Networks. A port that cannot be made ready on one host is not expected to fare better on another.
  VirtualInterfaceCreateException: failed(aborting, () => 'Virtual Interface creation failed'),
  VirtualInterfacePlugException: failed(retried, () => 'Virtual interface plugin failed'),
  PortBindingFailed: failed(retried, ({ reason }) => `Binding failed for a port: ${reason}`),
  InterfaceAttachFailed: failed(
    untouched,
    ({ server }) => `Failed to attach network adapter device to ${server}`,
  ),
  InterfaceDetachFailed: failed(
    untouched,
    ({ server }) => `Failed to detach network adapter device from ${server}`,
  ),

  // Room and the host itself.
  ComputeResourcesUnavailable: {
    kind: 'no-capacity',
    says: ({ reason }) => `Insufficient compute resources: ${reason}.`,
    ...untouched,
  },
  NoSpaceLeft: failed(retried, () => 'No space left on the disk of the host'),
  HypervisorUnavailable: {
    kind: 'unavailable',
    says: () => 'Connection to the hypervisor is broken on host',
    ...retried,
  },

  // Builds.
  BuildAbortException: failed(
    aborting,
    ({ server, reason }) => `Build of instance ${server} aborted: ${reason}`,
  ),
  InstanceDeployFailure: failed(retried, ({ reason }) => `Failed to deploy instance: ${reason}`),
  ImageUnacceptable: failed(aborting, ({ reason }) => `Image is unacceptable: ${reason}`),
  ImageNotFound: failed(aborting, () => 'Image could not be found.'),
  FlavorDiskTooSmall: failed(
    aborting,
    () => "The created instance's disk would be too small for the image.",
  ),

  // Cold moves.
  InstanceFaultRollback: failed(
    untouched,
    ({ reason }) => `Instance rollback performed due to: ${reason}`,
  ),
  ResizeError: failed(retried, ({ reason }) => `Resize error: ${reason}`),
  DiskNotFound: failed(retried, ({ reason }) => `No disk at ${reason}`),

  // Live moves.
  MigrationPreCheckError: failed(untouched, ({ reason }) => `Migration pre-check error: ${reason}`),
  MigrationError: failed(retried, ({ reason }) => `Migration error: ${reason}`),
  LiveMigrationAborted: failed(
    { ...aborting, rollsBack: true },
    () => 'The live migration was aborted',
  ),

  // Guests.
  // The server went away under the operation: no other host will find it.
  InstanceNotFound: failed(
    { ...retried, reschedules: false },
    ({ server }) => `Instance ${server} could not be found.`,
  ),
  InstanceInvalidState: failed(
    untouched,
    ({ server, reason }) => `Instance ${server} is in no state for this: ${reason}`,
  ),
  InstancePowerOffFailure: failed(
    retried,
    ({ reason }) => `Failed to power off instance: ${reason}`,
  ),
  InstancePowerOnFailure: failed(retried, ({ reason }) => `Failed to power on instance: ${reason}`),
  InstanceRebootFailure: failed(retried, ({ reason }) => `Failed to reboot instance: ${reason}`),
  InstanceSuspendFailure: failed(retried, ({ reason }) => `Failed to suspend instance: ${reason}`),
  InstanceResumeFailure: failed(retried, ({ reason }) => `Failed to resume instance: ${reason}.`),
  InstanceTerminationFailure: failed(
    retried,
    ({ reason }) => `Failed to terminate instance: ${reason}`,
  ),
  InstanceNotRescuable: failed(
    retried,
    ({ server, reason }) => `Instance ${server} cannot be rescued: ${reason}`,
  ),
  InstancePasswordSetFailed: failed(
    retried,
    ({ server, reason }) => `Failed to set admin password on ${server} because ${reason}`,
  ),
  ConsoleTypeUnavailable: {
    kind: 'invalid',
    says: ({ reason }) => `Unavailable console type ${reason}.`,
    ...untouched,
  },
  NotImplementedError: failed(untouched, () => 'The hypervisor does not support this'),

  // Volumes.
  VolumeAttachFailed: failed(untouched, ({ reason }) => `Volume could not be attached: ${reason}`),
  DeviceDetachFailed: failed(untouched, ({ reason }) => `Device detach failed: ${reason}`),
}

/** The names that are known, in the order of the catalogue. */
export const exceptionNames: readonly string[] = Object.keys(catalogue)

/**
 * The problem of that name. `details.server` and `details.reason` go into its message where the message has a place for them.
 * A name that is not in the catalogue makes a plain failure, of which the field shows the name and nothing else.
 */
export function driverProblem(
  name: string,
  details: Details & { readonly server?: ServerId | string; readonly reason?: string } = {},
  options?: { cause?: unknown },
): Problem {
  const entry = entryOf(name)
  const { server = 'unnamed', reason = 'no reason was given' } = details
  const message = entry?.says({ server, reason }) ?? name
  return problem(entry?.kind ?? 'failed', message, { ...details, exception: name }, options)
}

/**
 * Which exception a problem from a driver was, and what follows. A problem without a name goes by its kind: where there was no
 * room the guest was not touched, and of everything else that is not known.
 */
export function exceptionOf(thrown: Problem): DriverException {
  const { exception } = thrown.details
  if (typeof exception === 'string') {
    const { reschedules, rollsBack, aborts } = entryOf(exception) ?? retried
    return { name: exception, reschedules, rollsBack, aborts }
  }
  if (thrown.kind === 'no-capacity') {
    return { name: 'ComputeResourcesUnavailable', ...untouched }
  }
  return { name: 'UnknownException', ...retried }
}

/** Whether a host refused in a way that another one might not. What no host said is no reason to try another. */
export function needsOtherHost(thrown: Problem): boolean {
  return typeof thrown.details['exception'] === 'string' && exceptionOf(thrown).reschedules
}

/** Own names only: `constructor` is no exception. */
function entryOf(name: string): Entry | undefined {
  return Object.hasOwn(catalogue, name) ? catalogue[name] : undefined
}
