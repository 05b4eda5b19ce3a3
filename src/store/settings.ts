/** Small facts about the whole cloud, by name. */
import { prepared } from './dialect/prepared.ts'
import type { Reader, Tx } from './store.ts'

export async function get(reader: Reader, name: string): Promise<string | null> {
  const [row] = (await select(reader, { name })).rows
  return row?.value ?? null
}

const select = prepared((db, by: { name: string }) =>
  db.selectFrom('settings').select('value').where('name', '=', by.name),
)

export async function set(tx: Tx, name: string, value: string): Promise<void> {
  await tx
    .insertInto('settings')
    .values({ name, value })
    .onConflict((c) => c.column('name').doUpdateSet({ value }))
    .execute()
}
