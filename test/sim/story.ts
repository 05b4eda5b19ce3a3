/**
 * A story: everything that happens to a cloud from outside, written down before it happens.
 *
 * Requests, faults, crashes and failing hosts are data with times of their own, and none of them depends on what came of
 * another. So any of them can be left out, and what is left is a story again: that is how a long one that fails becomes short.
 */
import type { FaultData } from '../../src/drivers/fault-data.ts'
import type { FailurePolicy } from '../../src/operations/resize.ts'

/** Somebody asks for something of the server that the same number was given to when it was created. */
export type RequestEntry = {
  readonly at: number
  readonly kind: 'request'
  readonly act: string
  readonly server: number
  readonly tenant: number
  /** The process that is asked; when it is not there, the next one is. */
  readonly process: number
  readonly with?: Readonly<Record<string, string>>
}

/**
 * Something happens to a control-plane process at its n-th moment from then on: a moment is whenever it turns to the
 * database, to a host or to the clock, or comes back from there.
 */
export type ProcessEntry = {
  readonly at: number
  readonly kind: 'crash' | 'stall'
  readonly process: number
  readonly moment: number
  readonly forMs: number
  /** Whether the agents live in that process and die with it. */
  readonly withAgents?: boolean
}

export type HostEntry = {
  readonly at: number
  readonly kind: 'host'
  readonly host: number
  /** `give-up`: nothing happens to it, but an operator says that it is to be taken for lost. */
  readonly what: 'crash' | 'cut-off' | 'lose-power' | 'give-up'
  readonly forMs: number
}

export type Entry = RequestEntry | ProcessEntry | HostEntry

/** After a round everything is healed, and must come to rest. */
export type Round = {
  readonly faults: readonly FaultData[]
  readonly entries: readonly Entry[]
}

export type Story = {
  readonly seed: string
  readonly hosts: number
  readonly tenants: number
  readonly processes: number
  readonly policy: FailurePolicy
  readonly sameHost: boolean
  /** After how long a resize confirms itself; 0 is never. */
  readonly confirmWindowMs: number
  /** How long a deleted server is kept; 0, and nothing in stories that were saved before there was a choice, is not at all. */
  readonly reclaimAfterMs?: number
  /** How long a call to a host takes at most, in ms. */
  readonly slowness: number
  readonly rounds: readonly Round[]
}

export function requestsIn(story: Story): number {
  return story.rounds.flatMap(({ entries }) => entries).filter(({ kind }) => kind === 'request')
    .length
}

/** How much happens in a story: what shrinking makes less. */
export function lengthOf(story: Story): number {
  return story.rounds.reduce((sum, { faults, entries }) => sum + faults.length + entries.length, 0)
}

export function sayEntry(entry: Entry): string {
  switch (entry.kind) {
    case 'request': {
      const details = Object.entries(entry.with ?? {}).map(([name, value]) => `${name} ${value}`)
      const what = [`${entry.act} server-${entry.server}`, ...details].join(', ')
      return `tenant ${entry.tenant} asks process ${entry.process}: ${what}`
    }
    case 'crash': {
      const agents = entry.withAgents === true ? ' with its agents' : ''
      return `process ${entry.process} dies${agents} at its moment ${entry.moment}, for ${entry.forMs} ms`
    }
    case 'stall':
      return `process ${entry.process} stands still at its moment ${entry.moment}, for ${entry.forMs} ms`
    case 'host':
      return `host${entry.host}: ${entry.what} for ${entry.forMs} ms`
  }
}
