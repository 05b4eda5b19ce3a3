/** Invariants of one server at a time: what it holds, remembers, shows and is charged. */
import { dueDivisions } from '../../domain/due-holdings.ts'
import type { Division } from '../../domain/due-holdings.ts'
import { excessOf, localDiskGb, needOf } from '../../domain/need.ts'
import type { Need } from '../../domain/need.ts'
import type { FlavorCopy } from '../../domain/server.ts'
import type { MigrationKind, MigrationStatus } from '../../domain/states.ts'
import { fromJson } from '../../lib/json.ts'
import type {
  AuditedMigration,
  AuditedServer,
  HeldAmount,
} from '../../store/audit/audited-servers.ts'
import type { Invariant, Violation } from './violation.ts'

/** What of a flavor an audit needs; read once for each of the few different texts. */
export type FlavorFacts = {
  readonly need: Need
  readonly vcpus: number
  readonly memoryMb: number
  readonly diskGb: number
}

export type Ground = {
  readonly roots: ReadonlyMap<string, number>
  readonly flavorOf: (text: string) => FlavorFacts
  /** Operations during which a server shows no task. */
  readonly quiet: ReadonlySet<string>
}

/** Reads flavors, each text once. */
export function flavorReader(): (text: string) => FlavorFacts {
  const known = new Map<string, FlavorFacts>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    const flavor = fromJson<FlavorCopy>(text)
    const { vcpus, memoryMb } = flavor
    const facts = { need: needOf(flavor), vcpus, memoryMb, diskGb: localDiskGb(flavor) }
    known.set(text, facts)
    return facts
  }
}

/** What is wrong with a server and its open move. One that an operation owns is only asked what holds at every instant. */
export function violationsOf(server: AuditedServer, ground: Ground): readonly Violation[] {
  const idle = server.operation === null
  return [
    ...(server.migration === null
      ? idle
        ? held(server, ground)
        : []
      : heldInMove(server, server.migration, ground)),
    ...(idle ? atRest(server, ground) : []),
    ...always(server, ground),
  ]
}

function held(server: AuditedServer, ground: Ground): readonly Violation[] {
  const { host, flavor } = server
  if (host === null || server.vmState === 'shelved_offloaded') {
    if (server.held.length === 0) return []
    return [wrong('A2', server, 'is on no host and holds something', { held: server.held })]
  }
  const { need } = ground.flavorOf(flavor)
  if (holdsExactly(server.held, ground.roots.get(host), need)) return []
  return [
    wrong('A1', server, `does not hold what it needs on ${host}`, { need, held: server.held }),
  ]
}

const invariantOfMove: Readonly<Record<MigrationKind, Invariant>> = {
  resize: 'A3',
  migration: 'A3',
  'live-migration': 'A4',
  evacuation: 'A5',
}

function heldInMove(
  server: AuditedServer,
  migration: AuditedMigration,
  ground: Ground,
): readonly Violation[] {
  // Written by the store from values of these types.
  const kind = migration.kind as MigrationKind
  const status = migration.status as MigrationStatus
  const divisions = dueDivisions(kind, status, migration.destination !== null)
  if (divisions.some((division) => isDivided(server, migration, division, ground))) return []
  const facts = { migration: migration.id, status, server: server.held, held: migration.held }
  return [wrong(invariantOfMove[kind], server, `holds what a ${kind} does not in ${status}`, facts)]
}

function isDivided(
  server: AuditedServer,
  migration: AuditedMigration,
  division: Division,
  ground: Ground,
): boolean {
  // Of a move to the same host the migration holds only what the old size has more than the new one.
  const isSame = division.length === 2 && migration.source === migration.destination
  const inPlace = (need: Need, holder: 'server' | 'migration'): Need =>
    isSame && holder === 'migration'
      ? excessOf(need, ground.flavorOf(migration.newFlavor).need)
      : need
  return (['server', 'migration'] as const).every((holder) => {
    const share = division.find((each) => each.holder === holder)
    const has = holder === 'server' ? server.held : migration.held
    if (share === undefined) return has.length === 0
    const host = share.on === 'source' ? migration.source : migration.destination
    const flavor = share.flavor === 'old' ? migration.oldFlavor : migration.newFlavor
    const { need } = ground.flavorOf(flavor)
    return holdsExactly(has, ground.roots.get(host ?? ''), inPlace(need, holder))
  })
}

function holdsExactly(
  amounts: readonly HeldAmount[],
  root: number | undefined,
  need: Need,
): boolean {
  const sums = new Map<string, number>()
  for (const { root: on, resourceClass, amount } of amounts) {
    if (on !== root) return false
    sums.set(resourceClass, (sums.get(resourceClass) ?? 0) + amount)
  }
  const needed = Object.entries(need)
  return needed.length === sums.size && needed.every(([name, amount]) => sums.get(name) === amount)
}

const isCold = (migration: AuditedMigration): boolean =>
  migration.kind === 'resize' || migration.kind === 'migration'

/** What holds of a server that no operation owns. */
function atRest(server: AuditedServer, ground: Ground): readonly Violation[] {
  const found: Violation[] = []
  const { migration } = server
  const moving = migration !== null && isCold(migration)
  if ((server.move !== null) !== moving) {
    const says = moving ? 'has forgotten its move' : 'remembers a move'
    found.push(wrong('M2', server, says, { remembers: !moving }))
  }
  const { vcpus, memoryMb } = ground.flavorOf(server.flavor)
  const away = server.vmState === 'soft-delete' || server.vmState === 'shelved_offloaded'
  const due = away ? { cores: 0, ram: 0 } : { cores: vcpus, ram: memoryMb }
  const exact = server.chargedCores === due.cores && server.chargedRamMb === due.ram
  const more = server.chargedCores >= due.cores && server.chargedRamMb >= due.ram
  // In error and nowhere: a build that failed is charged for what was asked, a server that was on the shelf for nothing.
  const none = server.chargedCores === 0 && server.chargedRamMb === 0
  const lost = server.vmState === 'error' && server.host === null && none
  // While a move waits for a decision, the larger of the two sizes is charged.
  if (moving ? !more : !exact && !lost) {
    const charged = { cores: server.chargedCores, ram: server.chargedRamMb }
    found.push(wrong('Q1', server, 'is charged for another size than its own', { charged, due }))
  }
  return found
}

const hostless: ReadonlySet<string> = new Set([
  'building',
  'error',
  'shelved_offloaded',
  'soft-delete',
])
const undecided: ReadonlySet<string> = new Set(['finished', 'confirming', 'reverting'])

/** What holds at every instant. */
function always(server: AuditedServer, ground: Ground): readonly Violation[] {
  const found: Violation[] = []
  const { operation, migration, vmState, taskState } = server
  if (operation === null && taskState !== null) {
    found.push(wrong('S1', server, `is ${taskState}, and nothing is being done with it`, {}))
  }
  if (operation !== null && taskState === null && !ground.quiet.has(operation)) {
    found.push(wrong('S1', server, `looks idle during ${operation}`, { operation }))
  }
  if (server.host === null && !hostless.has(vmState)) {
    found.push(wrong('S3', server, `is ${vmState} on no host`, {}))
  }
  const waits = migration !== null && isCold(migration) && undecided.has(migration.status)
  if ((vmState === 'resized') !== waits) {
    const status = migration?.status ?? null
    found.push(wrong('M3', server, `is ${vmState} while its move is ${status}`, { status }))
  }
  return found
}

function wrong(
  invariant: Invariant,
  server: AuditedServer,
  says: string,
  facts: Violation['facts'],
): Violation {
  return { invariant, subject: server.id, says: `Server ${server.id} ${says}`, facts }
}
