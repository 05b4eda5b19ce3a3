/** What went wrong with servers. The newest is the one that is shown. */
import type { ServerId } from '../../domain/ids.ts'
import type { Fault } from '../../domain/server.ts'
import { toJson } from '../../lib/json.ts'
import { isAmong } from '../dialect/dialect.ts'
import { prepared } from '../dialect/prepared.ts'
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
  const { rows } = await selectNewest(reader, { servers: toJson(serverIds) })
  return new Map(
    rows.map((row) => [
      // Written by `add` from such an id.
      row.server_id as ServerId,
      { code: row.code, message: row.message, details: row.details, createdAt: row.created_at },
    ]),
  )
}

const selectNewest = prepared((db, by: { servers: string }) =>
  db
    .selectFrom('faults')
    .selectAll()
    .where('number', 'in', (e) =>
      e
        .selectFrom('faults')
        .select((f) => f.fn.max('number').as('number'))
        .where(isAmong(db, 'server_id', by.servers))
        .groupBy('server_id'),
    ),
)
