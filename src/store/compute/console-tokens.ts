/** Tokens of consoles by the hash of their text. */
import type { ConsoleKind, ConsolePlace, ConsoleToken } from '../../domain/console.ts'
import type { HostName, ServerId } from '../../domain/ids.ts'
import type { Instant } from '../../lib/clock.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import type { Reader, Tx } from '../store.ts'

/** Expired tokens forgotten with each new one: the table stays small, and nobody waits for it. */
const forgottenPerToken = 20

export async function add(tx: Tx, token: ConsoleToken, now: Instant): Promise<void> {
  await tx
    .insertInto('console_tokens')
    .values({
      hash: token.hash,
      server_id: token.serverId,
      on_host: token.onHost,
      kind: token.kind,
      place: toJson(token.place),
      expires_at: token.expiresAt,
    })
    .execute()
  await tx
    .deleteFrom('console_tokens')
    .where('hash', 'in', (e) =>
      e
        .selectFrom('console_tokens')
        .select('hash')
        .where('expires_at', '<=', now)
        .orderBy('expires_at')
        .limit(forgottenPerToken),
    )
    .execute()
}

/** The token if it is still good: it has not expired, and the server is alive and where it was. */
export async function find(
  reader: Reader,
  hash: string,
  now: Instant,
): Promise<ConsoleToken | null> {
  const row = await reader
    .selectFrom('console_tokens')
    .innerJoin('servers', (join) =>
      join
        .onRef('servers.id', '=', 'console_tokens.server_id')
        .onRef('servers.host', '=', 'console_tokens.on_host'),
    )
    .selectAll('console_tokens')
    .where('hash', '=', hash)
    .where('expires_at', '>', now)
    .where('servers.alive', '=', 1)
    .executeTakeFirst()
  if (row === undefined) return null
  return {
    hash: row.hash,
    // A row's ids and kinds are those that `add` was given.
    serverId: row.server_id as ServerId,
    onHost: row.on_host as HostName,
    kind: row.kind as ConsoleKind,
    place: fromJson<ConsolePlace>(row.place),
    expiresAt: row.expires_at,
  }
}
