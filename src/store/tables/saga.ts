/** Tables of the saga engine. It knows subjects, not servers. */
import type { Generated } from 'kysely'
import type { Flag } from './tables.ts'

export type SagaTables = {
  /** What sagas are about. `active` names the one saga that owns the subject; `epoch` only grows. */
  saga_subjects: { subject: string; epoch: number }
  sagas: {
    id: string
    name: string
    subject: string
    /** 1 while it owns its subject, null afterwards: with the subject it is unique, so that one at most owns it. */
    active: Flag | null
    state: string
    direction: string
    /** Index of the next step in its direction. */
    next: number
    /** How often the segment under way began, from 1. Part of the keys of host calls. */
    round: number
    /** Failed attempts at the next step in a row. */
    attempts: number
    params: string
    outputs: string
    problem: string | null
    interrupt: string | null
    epoch: number
    owner: string | null
    lease_until: number
    wake_at: number
    started_at: number
    updated_at: number
    ended_at: number | null
  }
  saga_log: {
    id: Generated<number>
    saga_id: string
    step: string
    title: string
    event: string
    direction: string
    round: number
    outcome: string
    attempts: number
    host: string | null
    started_at: number
    finished_at: number | null
    problem: string | null
  }
}
