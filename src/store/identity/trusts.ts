/** Trusts: what users let each other do. */
import type { Trust } from '../../domain/accounts.ts'
import type { ProjectId, UserId } from '../../domain/ids.ts'
import type { Instant } from '../../lib/clock.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

export type TrustFilter = { readonly trustorId: string | null; readonly trusteeId: string | null }

/** The trust, unless it has ended. One that is used up is still there for the tokens that it gave. */
export async function find(reader: Reader, id: string, now: Instant): Promise<Trust | null> {
  const query = reader.selectFrom('trusts').selectAll().where('id', '=', id)
  const row = await query.executeTakeFirst()
  if (row === undefined || (row.expires_at !== null && row.expires_at <= now)) return null
  return toTrust(row)
}

export async function list(
  reader: Reader,
  { trustorId, trusteeId }: TrustFilter,
  now: Instant,
): Promise<readonly Trust[]> {
  let query = reader.selectFrom('trusts').selectAll().orderBy('created_at').orderBy('id')
  if (trustorId !== null) query = query.where('trustor_id', '=', trustorId)
  if (trusteeId !== null) query = query.where('trustee_id', '=', trusteeId)
  query = query.where((e) => e.or([e('expires_at', 'is', null), e('expires_at', '>', now)]))
  return (await query.execute()).map(toTrust)
}

export async function add(tx: Tx, trust: Trust, at: Instant): Promise<void> {
  await tx
    .insertInto('trusts')
    .values({
      id: trust.id,
      trustor_id: trust.trustorId,
      trustee_id: trust.trusteeId,
      project_id: trust.projectId,
      impersonation: Number(trust.impersonation),
      roles: toJson(trust.roles),
      expires_at: trust.expiresAt,
      remaining_uses: trust.remainingUses,
      created_at: at,
    })
    .execute()
}

/** Takes one of the uses that are left. False when there is none. */
export async function use(tx: Tx, { id, remainingUses }: Trust): Promise<boolean> {
  if (remainingUses === null) return true
  const { numUpdatedRows } = await tx
    .updateTable('trusts')
    .set((e) => ({ remaining_uses: e('remaining_uses', '-', 1) }))
    .where('id', '=', id)
    .where('remaining_uses', '>', 0)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Forgets it, and ends the tokens that came from it. */
export async function remove(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('trusts').where('id', '=', id).execute()
}

function toTrust(row: Tables['trusts']): Trust {
  return {
    id: row.id,
    // A row's ids are what its columns say.
    trustorId: row.trustor_id as UserId,
    trusteeId: row.trustee_id as UserId,
    projectId: row.project_id as ProjectId,
    impersonation: row.impersonation === 1,
    roles: fromJson(row.roles),
    expiresAt: row.expires_at,
    remainingUses: row.remaining_uses,
  }
}
