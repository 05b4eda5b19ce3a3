/**
 * Put right what records contradict, and take that back.
 *
 * A heal is an operation like any other: it owns what it is about, so nothing else touches that meanwhile, and its log says what
 * was wrong, what was done about it, and what there was before. Taking it back is an operation of its own.
 */
import { nothing } from '../saga/nothing.ts'
import { mend, restore } from './healing/menders.ts'
import type { RecordRemedy } from './healing/remedy.ts'
import { operation } from './kit.ts'

/** Why something is healed: which invariant, and what the audit says of it. */
export type HealReason = {
  readonly invariant: string
  readonly reason: string
  /** A person's user id, or null when the cloud did it by itself. */
  readonly by: string | null
}

export type HealRecordsParams = HealReason & { readonly remedy: RecordRemedy }

export type UndoHealParams = {
  readonly heal: string
  readonly remedy: RecordRemedy
  readonly before: unknown
  readonly by: string | null
}

export const healRecords = operation<HealRecordsParams>('heal.records')
  .step('healed', 'Put right what the records contradict', {
    event: 'audit_heal',
    do: async ({ tx, p, now }) => ({ before: await mend(tx, p.remedy, now) }),
    undo: nothing('it is the only step'),
  })
  .end({ failed: async () => {} })

export const undoHeal = operation<UndoHealParams>('heal.undo')
  .step('takenBack', 'Make it as it was before the heal', {
    event: 'audit_heal_undo',
    do: async ({ tx, p, now }) => await restore(tx, p.remedy, p.before, now),
    undo: nothing('it is the only step'),
  })
  .end({ failed: async () => {} })
