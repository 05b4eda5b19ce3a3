/** What projects are charged for their servers. */
import type { ServerId } from '../../domain/ids.ts'
import { assert } from '../../lib/problem.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader, Tx } from '../store.ts'

export type Charge = { readonly cores: number; readonly ram: number }

/** What the project is charged for the server. */
export async function chargedFor(reader: Reader, id: ServerId): Promise<Charge> {
  const [row] = (await selectCharge(reader, { id })).rows
  assert(row !== undefined, 'a server that is charged for is there', { server: id })
  return { cores: row.charged_cores, ram: row.charged_ram_mb }
}

/** Sets what the project is charged for the server, and answers what it was charged before. */
export async function setCharge(tx: Tx, id: ServerId, charge: Charge): Promise<Charge> {
  const before = await chargedFor(tx, id)
  await updateCharge(tx, { id, charged_cores: charge.cores, charged_ram_mb: charge.ram })
  return before
}

const selectCharge = prepared((db, by: { id: string }) =>
  db.selectFrom('servers').select(['charged_cores', 'charged_ram_mb']).where('id', '=', by.id),
)

type Row = { readonly id: string; readonly charged_cores: number; readonly charged_ram_mb: number }

const updateCharge = prepared((db, { id, ...columns }: Row) =>
  db.updateTable('servers').set(columns).where('id', '=', id),
)
