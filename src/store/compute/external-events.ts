/** What other services told of a server: the newest word on each thing. */
import type { ServerId } from '../../domain/ids.ts'
import type { Instant } from '../../lib/clock.ts'
import type { Reader, Tx } from '../store.ts'

export type ExternalEvent = {
  readonly serverId: ServerId
  readonly name: string
  /** What it is about: a port's id, a volume's. Empty for the server itself. */
  readonly tag: string
  readonly status: string
  readonly at: Instant
}

export async function note(tx: Tx, event: ExternalEvent): Promise<void> {
  const { serverId: server_id, name, tag, status, at } = event
  await tx
    .insertInto('external_events')
    .values({ server_id, name, tag, status, at })
    .onConflict((on) => on.columns(['server_id', 'name', 'tag']).doUpdateSet({ status, at }))
    .execute()
}

export async function ofServer(
  reader: Reader,
  serverId: ServerId,
  name: string,
): Promise<readonly ExternalEvent[]> {
  const rows = await reader
    .selectFrom('external_events')
    .selectAll()
    .where('server_id', '=', serverId)
    .where('name', '=', name)
    .execute()
  return rows.map(({ tag, status, at }) => ({ serverId, name, tag, status, at }))
}

/** Forgets them: what comes from here on is news. */
export async function forget(tx: Tx, serverId: ServerId, name: string): Promise<void> {
  await tx
    .deleteFrom('external_events')
    .where('server_id', '=', serverId)
    .where('name', '=', name)
    .execute()
}
