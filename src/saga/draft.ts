/** What one transaction of a drive is about to make of its saga. */
import type { Problem } from '../lib/problem.ts'
import type { LogEntry } from '../store/sagas/log.ts'
import type { Outputs } from '../store/sagas/record.ts'

export type Draft = {
  next: number
  outputs: Outputs
  entries: LogEntry[]
  ended: boolean
  startLogged: boolean
}

/** The outcome of a host step: what it returned, and the failure that is put up with if there was one. */
export type HostResult = { readonly value: unknown; readonly tolerated: Problem | null }

export function newDraft(next: number, outputs: Outputs): Draft {
  return { next, outputs, entries: [], ended: false, startLogged: false }
}
