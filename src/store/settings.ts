/** Small facts about the whole cloud, by name. */
import type { Reader, Tx } from './store.ts'

export async function get(reader: Reader, name: string): Promise<string | null> {
  const row = await reader
    .selectFrom('settings')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst()
  return row?.value ?? null
}

export async function set(tx: Tx, name: string, value: string): Promise<void> {
  await tx
    .insertInto('settings')
    .values({ name, value })
    .onConflict((c) => c.column('name').doUpdateSet({ value }))
    .execute()
}
