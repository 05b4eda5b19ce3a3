/**
 * Who must hold what while a server moves: the truth that an audit compares the allocations with.
 *
 * A cold or live move hands the source's share to the migration and lets the server hold the new one on the destination; only
 * a move that has not chosen a destination yet, or one that has come home already, looks different. Every change from one row
 * to the next is one commit, so one of them holds at every instant.
 */
import type { MigrationKind, MigrationStatus } from './states.ts'

export type Share = {
  readonly holder: 'server' | 'migration'
  readonly on: 'source' | 'destination'
  readonly flavor: 'old' | 'new'
}

/** A way in which it may be: exactly these shares, and nothing else anywhere. */
export type Division = readonly Share[]

const atHome: Division = [{ holder: 'server', on: 'source', flavor: 'old' }]
const handed: Division = [{ holder: 'migration', on: 'source', flavor: 'old' }]
const both: Division = [...handed, { holder: 'server', on: 'destination', flavor: 'new' }]

/** Every way in which an open move of that kind may be divided in that status. */
export function dueDivisions(
  kind: MigrationKind,
  status: MigrationStatus,
  hasDestination: boolean,
): readonly Division[] {
  if (status === 'finished' || status === 'confirming' || status === 'done') return [both]
  // The shares return together with the record, and only then is the guest made on the source again.
  if (status === 'reverting') return [both, atHome]
  if (!hasDestination) return [handed, atHome]
  // A destination that an operator named is known before it is claimed.
  return kind === 'resize' || kind === 'migration' ? [both] : [both, handed, atHome]
}
