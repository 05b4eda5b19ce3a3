/**
 * What would be done about a violation: a remedy, or a word to whoever must decide.
 *
 * Only what has one right outcome is healed by a program: sums, charges, bindings, and what is held for a server that is at
 * rest. Where two records could each be the right one, or a disk could be the last, a person looks.
 */
import type { HostName, ServerId } from '../../domain/ids.ts'
import type { PowerState } from '../../domain/states.ts'
import type { Remedy } from '../../operations/healing/remedy.ts'
import type { Invariant, Violation } from './violation.ts'

export type Planned =
  | { readonly remedy: Remedy; readonly advice: null }
  | { readonly remedy: null; readonly advice: string }

export function planFor(violation: Violation, all: readonly Violation[]): Planned {
  const remedy = remedyFor(violation, all)
  if (remedy !== null) return { remedy, advice: null }
  return { remedy: null, advice: advices[violation.invariant] ?? lookYourself }
}

function remedyFor(violation: Violation, all: readonly Violation[]): Remedy | null {
  return remedies[violation.invariant]?.(violation, all) ?? null
}

type Remedying = (violation: Violation, all: readonly Violation[]) => Remedy | null

// Whatever an audit says of a server it says under its id; so with whatever else it is about.
const serverIn = ({ subject }: Violation): ServerId => subject as ServerId

const holdWhatIsDue: Remedying = (violation) => ({
  kind: 'hold-what-is-due',
  server: serverIn(violation),
})

/** What is not here is left to people. */
const remedies: Partial<Readonly<Record<Invariant, Remedying>>> = {
  A1: holdWhatIsDue,
  A2: holdWhatIsDue,
  A6: ({ subject }) => ({ kind: 'give-back', consumer: subject }),
  A9: ({ subject }) => ({ kind: 'correct-owner', consumer: subject }),
  A11: ({ subject, facts }) => {
    const resourceClass = text(facts['resourceClass'])
    if (resourceClass === null) return null
    return { kind: 'recount-provider', provider: subject, resourceClass }
  },
  Q1: (violation) =>
    'due' in violation.facts
      ? { kind: 'charge-exactly', server: serverIn(violation) }
      : { kind: 'recount-project', project: violation.subject },
  G4: ({ facts }) => {
    const owner = text(facts['server'])
    return owner === null ? null : { kind: 'bind-ports', server: owner as ServerId }
  },
  S9: (violation) => powerRemedy(violation),
  S1: (violation) =>
    'operation' in violation.facts ? null : { kind: 'clear-task', server: serverIn(violation) },
  M2: (violation) =>
    violation.facts['remembers'] === true
      ? { kind: 'forget-move', server: serverIn(violation) }
      : null,
  G2: (violation, all) => guestRemedy(violation, all),
  G7: (violation, all) => guestRemedy(violation, all),
}

/** What a record can follow without a call to the host. A guest that runs although it should not is the power sync's. */
function powerRemedy({ subject, facts }: Violation): Remedy | null {
  const power = text(facts['power'])
  const follows: readonly string[] = followed[text(facts['vmState']) ?? ''] ?? []
  if (power === null || !follows.includes(power)) return null
  // What the host said, which says it in these words.
  return { kind: 'note-power', server: subject as ServerId, power: power as PowerState }
}

const followed: Readonly<Record<string, readonly string[]>> = {
  active: ['running', 'paused', 'shutdown', 'crashed'],
  paused: ['paused', 'running'],
  rescued: ['running', 'shutdown'],
  shelved: ['shutdown'],
  stopped: ['shutdown'],
  suspended: ['suspended', 'running'],
}

function guestRemedy({ subject, facts }: Violation, all: readonly Violation[]): Remedy | null {
  const [host, role, home] = [text(facts['host']), text(facts['role']), text(facts['home'])]
  if (host === null || role === null) return null
  const remedy = {
    kind: 'clean-host',
    server: subject as ServerId,
    host: host as HostName,
  } as const
  if (facts['gone'] === true) return { ...remedy, what: 'everything' }
  // Two that run, or none where it should be: which one is right is not for a program to say.
  const isDisputed = all.some(
    (other) => other.subject === subject && (other.invariant === 'G1' || isMissing(other)),
  )
  if (isDisputed || home === null) return null
  if (home === host) return role === 'guest' ? null : { ...remedy, what: 'remains' }
  return { ...remedy, what: 'everything' }
}

/** That the guest of a server is not where it should be. */
function isMissing({ invariant, facts }: Violation): boolean {
  return invariant === 'G2' && !('role' in facts)
}

const lookYourself = 'Somebody has to look: which of the two is right cannot be told from here'

const reset = 'Decide where the server is, and reset its state: openstack server set --state error'

const advices: Partial<Readonly<Record<Invariant, string>>> = {
  A3: 'Decide whether the move is to be confirmed or reverted, and do that',
  A4: reset,
  A5: reset,
  G1: 'Stop one of the two at once, and find out which disk is the right one',
  G2: 'Look for its disk before anything else; a hard reboot makes a missing guest anew on its host',
  M3: reset,
  M6: reset,
  O1: 'No control plane takes it over: look whether any is running, and at its log',
  P1: 'Move one of the members, or change the group',
  S2: 'Look at the log of its last operation',
  S3: reset,
  S8: 'A hard reboot makes the guest in the size of its flavor',
  S9: 'The power sync puts that right within its period',
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
