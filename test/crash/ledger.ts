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

export type VolumeNote = {
  readonly id: string
  delete: 'no' | 'asked' | 'accepted'
  /** The server that it was attached to, as was acknowledged, and nobody asked to take it away again. */
  attachedTo: ServerNote | null
}

export class Ledger {
  readonly servers: ServerNote[] = []
  readonly volumes: VolumeNote[] = []
  readonly allocations: AllocationNote[] = []
  acknowledged = 0
  unanswered = 0
  refused = 0
}
