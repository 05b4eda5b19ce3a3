/** Scopes of addresses. */
import type { ProjectId } from '../../domain/ids.ts'
import type { IpVersion } from '../../domain/network/address.ts'
import type { AddressScope } from '../../domain/network/address-scope.ts'
import { problem } from '../../lib/problem.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

type Row = Omit<Tables['address_scopes'], 'number'>

/** @throws `not-found` */
export async function get(reader: Reader, id: string): Promise<AddressScope> {
  const query = reader.selectFrom('address_scopes').selectAll().where('id', '=', id)
  const row = await query.executeTakeFirst()
  if (row === undefined) throw missing(id)
  return toScope(row)
}

/** All of them, or those that a project sees: its own and the shared ones. */
export async function list(
  reader: Reader,
  seenBy: ProjectId | null,
): Promise<readonly AddressScope[]> {
  let query = reader.selectFrom('address_scopes').selectAll().orderBy('number')
  if (seenBy !== null) {
    query = query.where((e) => e.or([e('project_id', '=', seenBy), e('shared', '=', 1)]))
  }
  return (await query.execute()).map(toScope)
}

export async function add(tx: Tx, scope: AddressScope): Promise<void> {
  await tx.insertInto('address_scopes').values(toRow(scope)).execute()
}

export async function save(tx: Tx, scope: AddressScope): Promise<void> {
  await tx.updateTable('address_scopes').set(toRow(scope)).where('id', '=', scope.id).execute()
}

/** Forgets it. The database refuses while a pool is in it. */
export async function remove(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('address_scopes').where('id', '=', id).execute()
}

export function missing(id: string): Error {
  return problem('not-found', `Address scope ${id} could not be found.`, {
    type: 'AddressScopeNotFound',
  })
}

function toRow(scope: AddressScope): Row {
  return {
    id: scope.id,
    project_id: scope.projectId,
    name: scope.name,
    ip_version: scope.ipVersion,
    shared: Number(scope.shared),
  }
}

function toScope(row: Row): AddressScope {
  return {
    id: row.id,
    // A row's ids and version are what its columns say.
    projectId: row.project_id as ProjectId,
    ipVersion: row.ip_version as IpVersion,
    name: row.name,
    shared: row.shared === 1,
  }
}
