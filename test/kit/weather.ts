/**
 * What goes wrong in a round.
 *
 * A weather lasts for the whole round: faults of hosts, a step that is refused, calls that come twice or late. A strike comes
 * once, at one moment: a crash, a delete, another control plane that takes over, a database that gives no answer.
 */
import type { Verb } from '../../src/drivers/virt-driver.ts'
import type { FaultData } from '../../src/drivers/fault-data.ts'
import type { HostName } from '../../src/domain/ids.ts'
import type { ProblemKind } from '../../src/lib/problem.ts'
import type { Moment } from '../../src/saga/moment.ts'
import type { Ends } from './scenario.ts'

/** A record step that is refused. */
export type Refusal = {
  readonly step: string
  readonly kind: ProblemKind
  /** How often; after that it is let pass. */
  readonly times: number
}

export type Called = { readonly verb: Verb; readonly host: HostName }

/** What happens to calls of one verb to one host on their way, so many times. */
export type Mishap = Called & {
  readonly times: number
  readonly kind:
    | { readonly late: number }
    /** It comes when all is over, and until what is broken is healed its host does not answer. */
    | { readonly late: 'when all is over' }
    /** What the host raises, before it has done anything or when it has. */
    | { readonly raises: 'bug' | 'stale'; readonly when: 'after' | 'before' }
}

/**
 * How calls are delivered. One that arrives twice is answered from memory the second time; where hosts forget, it is carried out
 * twice.
 */
export type Delivery = 'once' | 'twice' | 'twice, forgotten between'

export type Weather = {
  readonly name: string
  readonly faults: readonly FaultData[]
  readonly refusal: Refusal | null
  readonly mishap: Mishap | null
  readonly delivery: Delivery
  readonly ends: Ends
  /** Whether it is worth striking at every moment of it. */
  readonly deep: boolean
}

export const strikes = [
  'crash',
  'crash thrice',
  'delete',
  'delete, and a host is gone for good',
  'an undo is refused',
  'take-over',
  'no answer before the commit',
  'no answer after the commit',
] as const
export type StrikeKind = (typeof strikes)[number]

/** At which moment of the trail it strikes. */
export type Strike = { readonly kind: StrikeKind; readonly at: number; readonly host?: string }

/** What a round went through: where it can be struck, and which calls there are to fail. */
export type Trail = { readonly moments: readonly Moment[]; readonly calls: readonly Called[] }

const attemptsStruck = 2

/** The moments of a trail at which a strike of that kind makes a difference. */
export function momentsFor(kind: StrikeKind, { moments }: Trail): readonly number[] {
  const at: Partial<Record<StrikeKind, Moment['at']>> = {
    'an undo is refused': 'in-commit',
    'no answer before the commit': 'before-commit',
    'no answer after the commit': 'after-commit',
  }
  const only = at[kind]
  // In the middle of a transaction nobody else can write, so nothing but a crash comes there.
  const inside = kind === 'crash' || kind === 'an undo is refused'
  const seen = new Map<string, number>()
  return moments.flatMap((moment, index) => {
    // A step that is tried again and again is struck at its first attempts.
    const key = Object.values(moment).join(' ')
    const times = (seen.get(key) ?? 0) + 1
    seen.set(key, times)
    if (times > attemptsStruck) return []
    if (kind === 'an undo is refused' && moment.direction === 'do') return []
    if (only !== undefined) return moment.at === only ? [index] : []
    return moment.at === 'in-commit' && !inside ? [] : [index]
  })
}
