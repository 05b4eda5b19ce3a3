/** What went wrong with servers. The newest is the one that is shown. */
import type { ServerId } from '../../domain/ids.ts'
import type { Fault } from '../../domain/server.ts'
import type { Reader, Tx } from '../store.ts'

export async function add(tx: Tx, serverId: ServerId, fault: Fault): Promise<void> {
  await tx
    .insertInto('faults')
    .values({
      server_id: serverId,
      code: fault.code,
      message: fault.message,
      details: fault.details,
      created_at: fault.createdAt,
    })
    .execute()
}

/** The newest fault of each of these servers that has one. */
export async function newestOf(
  reader: Reader,
  serverIds: readonly ServerId[],
): Promise<ReadonlyMap<ServerId, Fault>> {
  if (serverIds.length === 0) return new Map()
  const rows = await reader
    .selectFrom('faults')
    .selectAll()
    .where('number', 'in', (e) =>
      e
        .selectFrom('faults')
        .select((f) => f.fn.max('number').as('number'))
        .where('server_id', 'in', serverIds)
        .groupBy('server_id'),
    )
    .execute()
  return new Map(
    rows.map((row) => [
      // Written by `add` from such an id.
      row.server_id as ServerId,
      { code: row.code, message: row.message, details: row.details, createdAt: row.created_at },
    ]),
  )
}
