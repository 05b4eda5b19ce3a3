/** Access rules that users have made. */
import type { AccessRule } from '../../domain/access-rules.ts'
import type { Reader, Tx } from '../store.ts'

const columns = ['id', 'service', 'method', 'path'] as const

export async function ofUser(reader: Reader, userId: string): Promise<readonly AccessRule[]> {
  const query = reader.selectFrom('access_rules').select(columns).where('user_id', '=', userId)
  return await query.orderBy('service').orderBy('path').orderBy('method').execute()
}

export async function add(tx: Tx, userId: string, rule: AccessRule): Promise<void> {
  const { id, service, method, path } = rule
  const row = { id, user_id: userId, service, method, path }
  await tx.insertInto('access_rules').values(row).execute()
}

export async function remove(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('access_rules').where('id', '=', id).execute()
}
