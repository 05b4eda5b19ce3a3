/** Application credentials: what a program logs in with in the place of its user. */
import type { ApplicationCredential } from '../../domain/accounts.ts'
import type { ProjectId, UserId } from '../../domain/ids.ts'
import type { Instant } from '../../lib/clock.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'
import { insertedOrTaken } from './names.ts'

type Row = Tables['application_credentials']

/** By its id, or by its name and owner. The secret is the hash that it is stored as. */
export async function find(
  reader: Reader,
  by: { readonly id: string } | { readonly userId: string; readonly name: string },
): Promise<{ readonly credential: ApplicationCredential; readonly secret: string } | null> {
  const query = reader.selectFrom('application_credentials').selectAll()
  const found =
    'id' in by
      ? query.where('id', '=', by.id)
      : query.where('user_id', '=', by.userId).where('name', '=', by.name)
  const row = await found.executeTakeFirst()
  return row === undefined ? null : { credential: toCredential(row), secret: row.secret }
}

export async function ofUser(
  reader: Reader,
  userId: string,
  name: string | null,
): Promise<readonly ApplicationCredential[]> {
  let query = reader.selectFrom('application_credentials').selectAll().where('user_id', '=', userId)
  if (name !== null) query = query.where('name', '=', name)
  return (await query.orderBy('name').execute()).map(toCredential)
}

/** @throws `conflict` when its owner has one of that name. */
export async function add(
  tx: Tx,
  credential: ApplicationCredential,
  secret: string,
  at: Instant,
): Promise<void> {
  await insertedOrTaken(
    'application_credential',
    credential.name,
    async () =>
      await tx
        .insertInto('application_credentials')
        .values({
          id: credential.id,
          user_id: credential.userId,
          project_id: credential.projectId,
          name: credential.name,
          description: credential.description,
          secret,
          roles: toJson(credential.roles),
          unrestricted: Number(credential.unrestricted),
          expires_at: credential.expiresAt,
          access_rules: credential.accessRules === null ? null : toJson(credential.accessRules),
          created_at: at,
        })
        .onConflict((on) => on.doNothing())
        .executeTakeFirst(),
  )
}

/** Forgets it, and ends the tokens that it opened. */
export async function remove(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('application_credentials').where('id', '=', id).execute()
}

function toCredential(row: Row): ApplicationCredential {
  return {
    id: row.id,
    // A row's ids are what its columns say.
    userId: row.user_id as UserId,
    projectId: row.project_id as ProjectId,
    name: row.name,
    description: row.description,
    roles: fromJson(row.roles),
    unrestricted: row.unrestricted === 1,
    expiresAt: row.expires_at,
    accessRules: row.access_rules === null ? null : fromJson(row.access_rules),
  }
}
