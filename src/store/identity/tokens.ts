/** Tokens by the hash of their text. What one stands for is looked up when it is used, so that a lost role is lost at once. */
import type { AuthMethod, Target, TokenRecord } from '../../domain/accounts.ts'
import type { UserId } from '../../domain/ids.ts'
import type { Instant } from '../../lib/clock.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import type { Reader, Tx } from '../store.ts'

/** Expired tokens forgotten with each new one: the table stays as small as it can be, and nobody waits for it. */
const forgottenPerToken = 20

export async function add(tx: Tx, token: TokenRecord): Promise<void> {
  await tx
    .insertInto('tokens')
    .values({
      hash: token.hash,
      user_id: token.userId,
      target_kind: token.target?.kind ?? null,
      target_id: token.target?.id ?? null,
      methods: toJson(token.methods),
      audit_ids: toJson(token.auditIds),
      application_credential_id: token.applicationCredentialId,
      trust_id: token.trustId,
      issued_at: token.issuedAt,
      expires_at: token.expiresAt,
    })
    .execute()
  await tx
    .deleteFrom('tokens')
    .where('hash', 'in', (e) =>
      e
        .selectFrom('tokens')
        .select('hash')
        .where('expires_at', '<', token.issuedAt)
        .orderBy('expires_at')
        .limit(forgottenPerToken),
    )
    .execute()
}

/** The token if it has not expired. */
export async function find(
  reader: Reader,
  hash: string,
  now: Instant,
): Promise<TokenRecord | null> {
  const row = await reader
    .selectFrom('tokens')
    .selectAll()
    .where('hash', '=', hash)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  if (row === undefined) return null
  return {
    hash: row.hash,
    // A row's ids and kinds are those that `add` was given.
    userId: row.user_id as UserId,
    target:
      row.target_kind === null || row.target_id === null
        ? null
        : { kind: row.target_kind as Target['kind'], id: row.target_id },
    methods: fromJson<readonly AuthMethod[]>(row.methods),
    auditIds: fromJson(row.audit_ids),
    applicationCredentialId: row.application_credential_id,
    trustId: row.trust_id,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
  }
}

/** Ends a token. */
export async function remove(tx: Tx, hash: string): Promise<void> {
  await tx.deleteFrom('tokens').where('hash', '=', hash).execute()
}

/** Ends every token of a user, with those that the user was let have under another's name. */
export async function removeOfUser(tx: Tx, userId: UserId): Promise<void> {
  await tx
    .deleteFrom('tokens')
    .where((e) =>
      e.or([
        e('user_id', '=', userId),
        e('trust_id', 'in', e.selectFrom('trusts').select('id').where('trustee_id', '=', userId)),
      ]),
    )
    .execute()
}
