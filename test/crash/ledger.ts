/** What the program has acknowledged, and what nobody knows because the answer never came. */

export type ServerNote = {
  readonly id: string
  /** `asked`: nobody knows whether it was accepted. */
  delete: 'no' | 'asked' | 'accepted'
  /** The ids of requests that were accepted, each of which must be found among its actions. */
  readonly requests: string[]
}

export type AllocationNote = {
  readonly consumer: string
  /** How much memory it was given last, as far as was acknowledged. */
  megabytes: number
  /** What was asked for since without an answer. */
  inDoubt: number | null
}

export class Ledger {
  readonly servers: ServerNote[] = []
  readonly allocations: AllocationNote[] = []
  acknowledged = 0
  unanswered = 0
  refused = 0
}
