/** Explanations in words, for operators. */
import { never } from '../lib/problem.ts'
import type {
  Concession,
  Condition,
  Explanation,
  NearMiss,
  Obstacle,
  Rejected,
  Repair,
} from './explanation.ts'
import type { Reason } from './filters.ts'

/** How many hosts a reason keeps out. A host counts for each of its reasons. */
export type Tally = {
  readonly kind: Reason['kind']
  readonly text: string
  readonly hosts: number
}

/** The reasons counted, most frequent first. */
export function tallyOf(rejected: readonly Rejected[]): readonly Tally[] {
  const tallies = new Map<string, Tally>()
  for (const reason of rejected.flatMap(({ reasons }) => reasons)) {
    const text = sayKind(reason)
    const { hosts } = tallies.get(text) ?? { hosts: 0 }
    tallies.set(text, { kind: reason.kind, text, hosts: hosts + 1 })
  }
  return [...tallies.values()].toSorted((a, b) => b.hosts - a.hosts)
}

/**
 * The reasons for somebody who has no business knowing hosts: what of the own request stands in the way, without names, numbers
 * of hosts or the state they are in.
 */
export function tallyForTenants(rejected: readonly Rejected[]): readonly string[] {
  const reasons = rejected.flatMap(({ reasons: all }) => all)
  return [...new Set(reasons.map(sayKindPlainly))]
}

/** `3 hosts lack 2 048 MB of memory` */
export function sayNearMiss({ hosts, lacks }: NearMiss): string {
  const who = hosts.length === 1 ? `${hosts[0]} lacks` : `${hosts.length} hosts lack`
  return `${who} ${sayAmounts(lacks)}`
}

/** `With at most 6 144 MB of memory it would fit on host1` */
export function sayConcession(concession: Concession): string {
  return sentence(`${sayGivenUp(concession)} it would fit on ${concession.host}`)
}

/** The same without the host. */
export function sayConcessionPlainly(concession: Concession): string {
  return sentence(`${sayGivenUp(concession)} it would fit`)
}

function sayGivenUp({ drop, atMost }: Concession): string {
  const conditions = drop.map(sayDropped)
  const limits = Object.keys(atMost).length === 0 ? [] : [`with at most ${sayAmounts(atMost)}`]
  return listed([...limits, ...conditions])
}

/** `With its compute service enabled host2 would take it` */
export function sayRepair({ host, remedy, free }: Repair): string {
  const remedies = remedy.map(sayRemedied)
  const freed = Object.keys(free).length === 0 ? [] : [`${sayAmounts(free)} more free`]
  return sentence(`with ${listed([...remedies, ...freed])} ${host} would take it`)
}

/** What the whole comes to, in one line. */
export function sayOutcome({ fits }: Explanation, hosts: number): string {
  if (hosts === 0) return 'There are no hosts.'
  if (fits.length === 0) return `It fits on none of ${count(hosts, 'host')}.`
  return `It fits on ${fits.length} of ${count(hosts, 'host')}; ${fits[0]} would be tried first.`
}

function sayKind(reason: Reason): string {
  switch (reason.kind) {
    case 'not-named':
      return `not ${reason.named}, the only one asked for`
    case 'excluded':
      return 'tried before, or where the server comes from'
    case 'disabled':
      return 'compute service disabled'
    case 'down':
      return 'compute service down'
    case 'cleaning':
      return 'still being cleaned after an earlier move'
    case 'zone':
      return `not in zone ${reason.wanted}`
    case 'lacks-trait':
      return `without trait ${reason.trait}`
    case 'has-trait':
      return `with forbidden trait ${reason.trait}`
    case 'same-host':
      return 'without the servers to be near'
    case 'different-host':
      return 'with a server to be away from'
    case 'affinity':
      return 'without the other members of the server group'
    case 'anti-affinity':
      return 'with enough members of the server group'
    case 'resources':
      return reason.needed > reason.total
        ? `too small for ${sayAmount(reason.resourceClass, reason.needed)}`
        : `without ${sayAmount(reason.resourceClass, reason.needed)} free`
    default:
      return never(reason)
  }
}

function sayKindPlainly(reason: Reason): string {
  switch (reason.kind) {
    case 'excluded':
    case 'disabled':
    case 'down':
    case 'cleaning':
      return 'not available'
    case 'not-named':
      return 'not the one that was asked for'
    case 'resources':
      return `without ${sayAmount(reason.resourceClass, reason.needed)} free`
    case 'zone':
    case 'lacks-trait':
    case 'has-trait':
    case 'same-host':
    case 'different-host':
    case 'affinity':
    case 'anti-affinity':
      return sayKind(reason)
    default:
      return never(reason)
  }
}

function sayDropped(condition: Condition): string {
  switch (condition.kind) {
    case 'zone':
      return `in zone ${condition.zone}`
    case 'not-named':
      return `without insisting on ${condition.named}`
    case 'lacks-trait':
      return `without requiring ${condition.trait}`
    case 'has-trait':
      return `without forbidding ${condition.trait}`
    case 'excluded':
    case 'same-host':
    case 'different-host':
    case 'affinity':
    case 'anti-affinity':
      return `if it may be on a host ${sayKind(condition)}`
    default:
      return never(condition)
  }
}

function sayRemedied(obstacle: Obstacle): string {
  switch (obstacle.kind) {
    case 'disabled':
      return 'its compute service enabled'
    case 'down':
      return 'its compute service up'
    case 'cleaning':
      return 'its cleaning done'
    case 'lacks-trait':
      return `trait ${obstacle.trait} added`
    default:
      return never(obstacle)
  }
}

function sayAmounts(amounts: Readonly<Record<string, number>>): string {
  return listed(Object.entries(amounts).map(([name, amount]) => sayAmount(name, amount)))
}

function sayAmount(resourceClass: string, amount: number): string {
  const figure = String(amount).replaceAll(/\B(?=(?:\d{3})+$)/g, ' ')
  const unit = units[resourceClass] ?? resourceClass
  return `${figure} ${unit}`
}

const units: Readonly<Record<string, string>> = {
  MEMORY_MB: 'MB of memory',
  DISK_GB: 'GB of disk',
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`
}

function listed(items: readonly string[]): string {
  return items.length < 2
    ? items.join('')
    : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`
}
