/**
 * Telling whoever keeps an index of providers that something about them changed.
 *
 * A change says which provider and in which respect, and no more: who follows reads the state itself, so that it does not
 * matter in which order changes arrive.
 */
import type { Instant } from '../../lib/clock.ts'
import * as changes from '../changes.ts'
import type { Tx } from '../store.ts'

/** - `tree`: it appeared, went, or moved. - `used`: more or less of it is in use. - The others are what they say. */
export type Respect = 'tree' | 'inventories' | 'traits' | 'aggregates' | 'used'

export async function tellIndex(
  tx: Tx,
  providers: readonly string[],
  what: Respect,
  now: Instant,
): Promise<void> {
  for (const key of providers) {
    await changes.record(tx, { topic: 'provider', key, data: { what }, at: now })
  }
}

/** A resource class or a trait was made, renamed or deleted. */
export async function tellVocabulary(tx: Tx, name: string, now: Instant): Promise<void> {
  await changes.record(tx, { topic: 'vocabulary', key: name, at: now })
}
