/** Names that are unique: a taken one is the user's conflict and not a failure of the database. */
import type { InsertResult } from 'kysely'
import { problem } from '../../lib/problem.ts'

/**
 * Runs an insertion that does nothing when its unique columns are taken.
 * @throws `conflict` when it did nothing.
 */
export async function insertedOrTaken(
  what: string,
  name: string,
  insert: () => Promise<InsertResult>,
): Promise<void> {
  const { numInsertedOrUpdatedRows } = await insert()
  if (numInsertedOrUpdatedRows === 1n) return
  throw problem(
    'conflict',
    `Conflict occurred attempting to store ${what} - a ${what} of that name exists.`,
    {
      what,
      name,
    },
  )
}
