/**
 * The verbs of the driver interface as data: how the field spells each, and which of them only look.
 *
 * Fault plans, agents and wrappers go over this table, so that a verb added to the interface is known to all of them or does
 * not compile.
 */
import type { ServerId } from '../domain/ids.ts'
import type { Patience, Verb, VirtDriver } from './virt-driver.ts'

type VerbFacts = {
  /** Names in the field's spelling. The first is our own name in snake case; others are names for the same act. */
  readonly spellings: readonly [string, ...string[]]
  /** Changes nothing: an agent neither fences it nor remembers its answer. */
  readonly looks: boolean
  /** It comes in the middle of another verb on purpose. */
  readonly hurries?: true
  /** Its arguments hold a secret, of which nothing may be kept, not even a digest. */
  readonly secret?: true
}

const looks = (...spellings: [string, ...string[]]): VerbFacts => ({ spellings, looks: true })
const acts = (...spellings: [string, ...string[]]): VerbFacts => ({ spellings, looks: false })

export const verbs: Readonly<Record<Verb, VerbFacts>> = {
  getAvailableResource: looks('get_available_resource'),
  listGuests: looks('list_guests', 'list_instances', 'list_instance_uuids'),
  getInfo: looks('get_info'),
  getConsoleOutput: looks('get_console_output'),
  getConsole: looks('get_console', 'get_vnc_console', 'get_spice_console', 'get_serial_console'),
  getDiagnostics: looks('get_diagnostics', 'get_instance_diagnostics'),

  spawn: acts('spawn'),
  destroy: acts('destroy'),
  reboot: acts('reboot'),
  powerOn: acts('power_on'),
  powerOff: acts('power_off'),
  pause: acts('pause'),
  unpause: acts('unpause'),
  suspend: acts('suspend'),
  resume: acts('resume'),
  rescue: acts('rescue'),
  unrescue: acts('unrescue'),
  snapshot: acts('snapshot'),

  migrateDiskAndPowerOff: acts('migrate_disk_and_power_off'),
  finishMigration: acts('finish_migration'),
  confirmMigration: acts('confirm_migration'),
  finishRevertMigration: acts('finish_revert_migration'),

  checkCanLiveMigrateDestination: acts('check_can_live_migrate_destination'),
  checkCanLiveMigrateSource: acts('check_can_live_migrate_source'),
  preLiveMigration: acts('pre_live_migration'),
  liveMigration: acts('live_migration'),
  liveMigrationForceComplete: { ...acts('live_migration_force_complete'), hurries: true },
  liveMigrationAbort: acts('live_migration_abort'),
  postLiveMigrationAtSource: acts('post_live_migration_at_source', 'post_live_migration'),
  postLiveMigrationAtDestination: acts('post_live_migration_at_destination'),
  rollbackLiveMigrationAtDestination: acts('rollback_live_migration_at_destination'),

  plugVifs: acts('plug_vifs'),
  unplugVifs: acts('unplug_vifs'),
  attachInterface: acts('attach_interface'),
  detachInterface: acts('detach_interface'),
  attachVolume: acts('attach_volume'),
  detachVolume: acts('detach_volume'),
  swapVolume: acts('swap_volume'),
  cacheImages: acts('cache_images', 'cache_image'),
  triggerCrashDump: acts('trigger_crash_dump', 'inject_nmi'),
  setAdminPassword: { ...acts('set_admin_password'), secret: true },
}

// Object.keys forgets that the keys of a total record are exactly its key type.
export const verbNames = Object.keys(verbs) as readonly Verb[]

const bySpelling: ReadonlyMap<string, Verb> = new Map(
  verbNames.flatMap((verb) => verbs[verb].spellings.map((spelling) => [spelling, verb])),
)

/** Every name that a fault plan may use, in the order of the table. */
export const spellings: readonly string[] = [...bySpelling.keys()]

export function verbSpelled(spelling: string): Verb | null {
  return bySpelling.get(spelling) ?? null
}

export function isVerb(name: unknown): name is Verb {
  return typeof name === 'string' && Object.hasOwn(verbs, name)
}

/** The server that a call is about: every verb that is about one names it first, by its id or by the body it should have. */
export function serverOf(args: readonly unknown[]): ServerId | null {
  const [first] = args
  // Arguments of a verb: the interface types a leading string as a server's id, and a leading body's `server` as one.
  if (typeof first === 'string') return first as ServerId
  if (typeof first === 'object' && first !== null && 'server' in first)
    return first.server as ServerId
  return null
}

type AnyVerbs = { readonly [V in Verb]: (...args: never[]) => Promise<unknown> }

/**
 * An object with every verb, each of which is passed on by name.
 *
 * It is how a driver is wrapped, sent over a wire, or made from a table, at the cost of one small object: ten thousand hosts
 * have one each.
 */
export function verbsVia<Verbs extends AnyVerbs = VirtDriver>(
  send: (verb: Verb, args: readonly unknown[]) => Promise<unknown>,
): Verbs {
  const handler: ProxyHandler<object> = {
    // Anything else is absent, `then` above all: what has one would be awaited like a promise.
    get: (_, name) =>
      isVerb(name) ? (...args: readonly unknown[]) => send(name, args) : undefined,
    has: (_, name) => isVerb(name),
  }
  // What comes out of `send` is what the verb of that name answers: the senders of this project pass it on unchanged.
  return new Proxy({}, handler) as Verbs
}

/** Calls a verb by its name. The arguments are those of that verb, without the patience. */
export async function callVerb(
  driver: VirtDriver,
  verb: Verb,
  given: readonly unknown[],
  patience: Patience,
): Promise<unknown> {
  // Whoever passes a call on passes name and arguments on as they came in together.
  const method = driver[verb] as (...args: readonly unknown[]) => Promise<unknown>
  return await method.call(driver, ...given, patience)
}
