/** Whether the database answers: for health checks. */
import { asProblem } from '../lib/problem.ts'
import type { Store } from './store.ts'

/** Null when it does, else what is wrong in a sentence. */
export async function databaseTrouble(store: Store): Promise<string | null> {
  try {
    await store.read(
      async (reader) => await reader.selectFrom('upgrades').select('number').limit(1).execute(),
    )
    return null
  } catch (thrown) {
    // A check reports the trouble; whoever monitors decides what to do about it.
    return asProblem(thrown).message
  }
}
